// The Lab: simulated seconds per CPU second at 200 Mbit/s and 60 ms, one CUBIC flow, everything
// recorded.
#include <benchmark/benchmark.h>

#include "host/run.h"
#include "lab/simulation.h"

namespace inflight {
namespace {

void simulate(benchmark::State& state, bool tunnel) {
  lab::Scenario scenario;
  scenario.tunnel.enabled = tunnel;
  scenario.path.rate = 200_Mbit;
  scenario.path.rtt = 60ms;
  scenario.path.queue = ByteCount{1'500'000};
  scenario.sender.hystart = congestion::HystartKind::Linux;
  scenario.duration = 5s;
  double simulated = 0;
  for (auto _ : state) {
    const auto session = lab::make_session(scenario);
    benchmark::DoNotOptimize(host::run_to_end(*session));
    simulated += to_seconds(scenario.duration);
  }
  state.counters["simulated_s/CPU_s"] = benchmark::Counter(simulated, benchmark::Counter::kIsRate);
}

void lab_plain(benchmark::State& state) { simulate(state, false); }
void lab_in_tunnel(benchmark::State& state) { simulate(state, true); }

BENCHMARK(lab_plain)->Unit(benchmark::kMillisecond);
BENCHMARK(lab_in_tunnel)->Unit(benchmark::kMillisecond);

// Stop in mid-run: from the command to a finished session.
void lab_stop(benchmark::State& state) {
  lab::Scenario scenario;
  for (auto _ : state) {
    state.PauseTiming();
    const auto session = lab::make_session(scenario);
    static_cast<void>(session->run_until(Instant{} + 500ms));
    state.ResumeTiming();
    static_cast<void>(session->apply(host::StopTransfer{}));
    benchmark::DoNotOptimize(session->take_batch());
  }
}

// What is timed takes microseconds, what leads up to it does not: a fixed count.
BENCHMARK(lab_stop)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace inflight
