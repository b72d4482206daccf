// The figures of one run that tables show and comparisons subtract. They are derived from the trace
// by the engine; this only gathers them once, so that a table need not go through samples.
#pragma once

#include <cstdint>
#include <optional>

#include "trace/trace.h"

namespace inflight::ui {

struct RunMetrics {
  // Mean of the whole transfer as the receiving application read it, bits per second.
  double throughput = 0;
  // Until the rate first reached 90 % of the steady one.
  std::optional<Duration> timeTo90;
  // A sized transfer that was delivered in full.
  std::optional<Duration> completion;
  std::int64_t retransmits = 0;
  int stalls = 0;
  Duration stalled{};
  // Seconds.
  std::optional<double> rttMedian;
  std::optional<double> rtt99;
};

RunMetrics measure(const trace::Trace& trace);

}  // namespace inflight::ui
