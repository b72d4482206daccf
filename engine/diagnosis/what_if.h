// What if: runs a piece of advice and says what it changed, as figures side by side and as a
// sentence. How a run is made is handed in: a function from overrides to a Trace.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

// The rows of a comparison.
struct RunFigures {
  // Read by the application, over the whole time.
  double throughput_mbits = 0;
  // Until the rate first reached 90 % of the steady one.
  std::optional<Duration> time_to_90;
  std::optional<Duration> completion;
  std::int64_t retransmits = 0;
  std::int64_t stalls = 0;
  Duration stalled{};
  std::optional<Duration> rtt_p50;
  std::optional<Duration> rtt_p99;
  // In any 100 ms from when the rate first reached 80 % of the steady one; how deep a stutter is.
  std::optional<double> lowest_mbits;
};
RunFigures figures(const trace::Trace& trace);

// A run with these changes; a sentence if it cannot be made.
using RunWith =
    std::function<std::expected<trace::Trace, std::string>(std::span<const trace::Override>)>;

struct WhatIf {
  RunFigures before;
  RunFigures after;
  // "134 Mbit/s instead of 55 Mbit/s, 0 retransmissions instead of 692, no stall".
  std::string effect;
  trace::Trace trace;
};

std::expected<WhatIf, std::string> what_if(const trace::Trace& before, const trace::Advice& advice,
                                           const RunWith& run);

// The effect in words; what did not change is left out, and "no effect" if nothing did.
std::string effect_text(const RunFigures& before, const RunFigures& after);

}  // namespace inflight::diagnosis
