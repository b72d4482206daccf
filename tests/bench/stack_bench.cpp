// Two stacks in one process and one thread, with and without the tunnel between them: what a byte
// costs from one application's write to the other's read, both ends together (PERFORMANCE's first
// rows).
#include <benchmark/benchmark.h>

#include "host/workload.h"
#include "lab/assembly.h"

namespace inflight {
namespace {

// No path between the hosts: what one sends the other gets at once.
class Pair {
 public:
  explicit Pair(const lab::Scenario& scenario)
      : payload_(Random(1)),
        hosts_(lab::make_hosts(scenario, pool_, Random(scenario.seed))),
        sender_(lab::outer_endpoint(scenario, lab::Side::Sender)),
        receiver_(lab::outer_endpoint(scenario, lab::Side::Receiver)) {
    writer_ = lab::make_application(scenario, lab::Side::Sender, payload_);
    reader_ = lab::make_application(scenario, lab::Side::Receiver, payload_);
    if (scenario.tunnel.enabled) hosts_.sender->tunnel()->connect(tunnel::PeerId{0}, now_);
  }

  void run_until_read(ByteCount bytes) {
    while (reader_->bytes_read() < bytes) {
      now_ += 1us;
      hosts_.sender->handle_timeout(now_);
      hosts_.receiver->handle_timeout(now_);
      writer_->run(hosts_.sender->stack(), now_);
      reader_->run(hosts_.receiver->stack(), now_);
      pass(*hosts_.sender, *hosts_.receiver, sender_);
      pass(*hosts_.receiver, *hosts_.sender, receiver_);
    }
  }
  ByteCount bytes_read() const { return reader_->bytes_read(); }

 private:
  // As many packets at once as a real network card's queue would hold.
  static constexpr int kBurst = 64;

  void pass(host::Host& from, host::Host& to, const wire::Endpoint& from_endpoint) {
    for (int i = 0; i < kBurst; ++i) {
      auto datagram = from.poll_datagram(now_);
      if (!datagram) return;
      datagram->payload.arrival = now_;
      if (datagram->to) {
        to.handle_datagram(std::move(datagram->payload), from_endpoint, wire::Ecn::NotEct, now_);
      } else {
        to.handle_packet(datagram->payload, now_);
      }
    }
  }

  wire::PacketPool pool_;
  host::Payload payload_;
  lab::HostPair hosts_;
  wire::Endpoint sender_;
  wire::Endpoint receiver_;
  std::unique_ptr<host::Application> writer_;
  std::unique_ptr<host::Application> reader_;
  Instant now_{};
};

void transfer(benchmark::State& state, bool tunnel) {
  lab::Scenario scenario;
  scenario.tunnel.enabled = tunnel;
  scenario.tunnel.mtu = 1420;
  scenario.path.mtu = tunnel ? 1500 : 1420;
  Pair pair(scenario);
  pair.run_until_read(8_MiB);
  const ByteCount before = pair.bytes_read();
  for (auto _ : state) pair.run_until_read(pair.bytes_read() + 1_MiB);
  const auto bytes = (pair.bytes_read() - before).value();
  state.SetBytesProcessed(bytes);
  state.counters["Gbit/s"] =
      benchmark::Counter(static_cast<double>(bytes) * 8e-9, benchmark::Counter::kIsRate);
  state.counters["CPU_s/GB"] = benchmark::Counter(
      static_cast<double>(bytes) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void two_stacks(benchmark::State& state) { transfer(state, false); }
void two_stacks_in_tunnel(benchmark::State& state) { transfer(state, true); }

BENCHMARK(two_stacks)->Unit(benchmark::kMillisecond);
BENCHMARK(two_stacks_in_tunnel)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace inflight
