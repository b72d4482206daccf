// What loopback UDP lets through: the bare loop (seal a batch, send it with segmentation offload,
// receive, open; two threads, no TCP), and a whole measurement, server and client each on a thread,
// beside it (PERFORMANCE's second row). Wall time, since two cores work.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

#include "io/udp_socket.h"
#include "live/client_session.h"
#include "live/server.h"
#include "tunnel/key_source.h"
#include "tunnel/messages.h"
#include "tunnel/session.h"

namespace inflight {
namespace {

constexpr std::size_t kInner = 1420;
constexpr std::size_t kBatch = 256;
constexpr std::int64_t kPackets = 500'000;
// More than this in the kernel's buffer would be dropped there.
constexpr std::int64_t kMaxUnread = 1024;
const auto kLoopback = wire::Endpoint{wire::IpAddress::v4(127, 0, 0, 1), 0};

void report(benchmark::State& state, double bytes) {
  state.counters["Gbit/s"] = benchmark::Counter(bytes * 8e-9, benchmark::Counter::kIsRate);
}

struct Ends {
  io::UdpSocket sender;
  io::UdpSocket receiver;
  tunnel::IndexTable indices;
  tunnel::SystemKeySource random;
  tunnel::TransportKeys keys{};

  tunnel::Session session(tunnel::Role role) {
    return {keys, role, indices.take(tunnel::PeerId{0}, random), 1, Instant{}};
  }
};

// Opens what comes until all have come; how many were good.
std::int64_t open_all(Ends& ends, tunnel::Session session, std::atomic<std::int64_t>& received) {
  wire::PacketPool pool;
  const io::Clock clock;
  std::vector<io::IncomingDatagram> incoming;
  std::int64_t good = 0;
  while (received.load(std::memory_order_relaxed) < kPackets) {
    incoming.clear();
    ends.receiver.receive(incoming, pool, clock);
    for (io::IncomingDatagram& datagram : incoming) {
      const auto message = tunnel::parse_message(std::as_const(datagram.payload).bytes());
      const auto* header = message ? std::get_if<tunnel::TransportHeader>(&*message) : nullptr;
      if (header && session.open(datagram.payload, header->counter, Instant{})) ++good;
    }
    received.fetch_add(static_cast<std::int64_t>(incoming.size()), std::memory_order_relaxed);
  }
  return good;
}

void seal_all(Ends& ends, tunnel::Session session, const std::atomic<std::int64_t>& received) {
  wire::PacketPool pool;
  std::vector<io::OutgoingDatagram> batch;
  for (std::int64_t sent = 0; sent < kPackets;) {
    if (sent - received.load(std::memory_order_relaxed) > kMaxUnread) continue;
    while (batch.size() < kBatch && sent + static_cast<std::int64_t>(batch.size()) < kPackets) {
      wire::Packet packet = pool.make(kInner);
      session.seal(packet, kInner);
      batch.push_back({std::move(packet), ends.receiver.local()});
    }
    const std::size_t done = ends.sender.send(batch);
    batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(done));
    sent += static_cast<std::int64_t>(done);
  }
}

void loopback_bare(benchmark::State& state) {
  for (auto _ : state) {
    auto sender = io::UdpSocket::bind(kLoopback);
    auto receiver = io::UdpSocket::bind(kLoopback);
    if (!sender || !receiver) return state.SkipWithError("no loopback");
    Ends ends{std::move(*sender), std::move(*receiver), {}, {}};
    std::atomic<std::int64_t> received = 0;
    tunnel::Session opening = ends.session(tunnel::Role::Responder);
    tunnel::Session sealing = ends.session(tunnel::Role::Initiator);
    std::int64_t good = 0;
    std::jthread reader([&] { good = open_all(ends, std::move(opening), received); });
    seal_all(ends, std::move(sealing), received);
    reader.join();
    if (good != kPackets) return state.SkipWithError("a packet did not open");
  }
  report(state, static_cast<double>(kPackets) * kInner * static_cast<double>(state.iterations()));
}

void loopback_measurement(benchmark::State& state) {
  const tunnel::PrivateKey identity = tunnel::SystemKeySource().private_key();
  auto server = live::Server::open({.listen = kLoopback, .identity = identity});
  if (!server) return state.SkipWithError("no loopback");
  std::jthread serving([&] {
    while ((*server)->serve_for(100ms)) {
    }
  });
  double bytes = 0;
  double seconds = 0;
  for (auto _ : state) {
    live::ClientConfig config;
    config.target = {"127.0.0.1", (*server)->local().port, (*server)->public_key()};
    config.settings.duration = 3s;
    auto session = live::make_client_session(std::move(config));
    while (session->run_until(kNever) == host::Progress::Running) {
      static_cast<void>(session->take_batch());
    }
    bytes += static_cast<double>(session->summary().transfer.bytes.value());
    seconds += 3;
  }
  (*server)->request_stop();
  state.counters["Gbit/s"] = bytes * 8e-9 / seconds;
}

BENCHMARK(loopback_bare)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);
BENCHMARK(loopback_measurement)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace inflight
