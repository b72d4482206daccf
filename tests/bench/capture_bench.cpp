// Reading a capture into flows: packets per second, one core, everything that the flow table keeps.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "analysis/importer.h"
#include "capture/pcap_writer.h"
#include "capture/reader.h"
#include "host/run.h"
#include "lab/simulation.h"

namespace inflight {
namespace {

// Headers of a real transfer's packets, as a capture with a snap length of 96 bytes has them.
class HeaderTap final : public wire::PacketTap {
 public:
  explicit HeaderTap(capture::PcapWriter& writer) : writer_(writer) {}
  void on_inner(Bytes packet, wire::TapDirection, Instant now) override {
    const Bytes kept = packet.first(std::min<std::size_t>(packet.size(), 96));
    writer_.write(capture::Timestamp{lab::to_unix(now)}, kept, packet.size());
    ++packets;
  }
  void on_outer(Bytes, wire::TapDirection, Instant) override {}

  std::int64_t packets = 0;

 private:
  capture::PcapWriter& writer_;
};

void import_capture(benchmark::State& state) {
  std::vector<std::uint8_t> file;
  capture::PcapWriter writer(
      [&](Bytes bytes) {
        file.insert(file.end(), bytes.begin(), bytes.end());
        return true;
      },
      capture::PcapOptions{});
  HeaderTap tap(writer);
  lab::Scenario scenario;
  scenario.path.rate = 1_Gbit;
  scenario.path.rtt = 10ms;
  scenario.tunnel.enabled = false;
  scenario.duration = 5s;
  const auto session = lab::make_session(scenario, {.sender = &tap});
  static_cast<void>(host::run_to_end(*session));
  for (auto _ : state) {
    state.PauseTiming();
    auto reader = capture::Reader::from_memory(file);
    state.ResumeTiming();
    analysis::Importer importer(std::move(*reader));
    while (importer.step(100'000) == analysis::ImportState::Running) {
    }
    benchmark::DoNotOptimize(importer.flows().size());
  }
  state.SetItemsProcessed(state.iterations() * tap.packets);
}

BENCHMARK(import_capture)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace inflight
