// A thousand connections between two stacks in one thread, all of them moving data at once: what
// choosing among them costs beside one connection that moves as much.
#include <benchmark/benchmark.h>

#include <array>
#include <utility>

#include "memory/two_stacks.h"

namespace inflight {
namespace {

constexpr std::array<std::uint8_t, 16 * 1024> kPiece{};
constexpr ByteCount kRoom{1500};

void connections(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  tcp::Config config;
  config.send_buffer = ByteCount{static_cast<std::int64_t>(4'000'000 / count)};
  config.receive_buffer = 1_MiB;
  memory::TwoStacks stacks(config);
  std::vector<stack::Handle> clients;
  std::vector<stack::Handle> servers;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(stacks.connect(config));
  std::int64_t bytes = 0;
  const auto application = [&] {
    while (const auto handle = stacks.server().accept()) servers.push_back(*handle);
    for (const stack::Handle handle : clients) {
      // Only those that can go on are touched: the others must not be asked for packets.
      if (std::as_const(stacks.client()).find(handle)->send_room() < kRoom) continue;
      tcp::Connection& connection = *stacks.client().find(handle);
      while (connection.write(kPiece) == kPiece.size()) {
      }
      while (connection.poll_event()) {
      }
    }
    for (const stack::Handle handle : servers) {
      if (std::as_const(stacks.server()).find(handle)->unread() == ByteCount{}) continue;
      tcp::Connection& connection = *stacks.server().find(handle);
      bytes += static_cast<std::int64_t>(connection.discard(std::size_t{1} << 30));
    }
  };
  stacks.run(2s, application);
  bytes = 0;
  for (auto _ : state) stacks.run(100ms, application);
  state.SetBytesProcessed(bytes);
  state.counters["CPU_s/GB"] = benchmark::Counter(
      static_cast<double>(bytes) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(connections)->Arg(1)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace inflight
