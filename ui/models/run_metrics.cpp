// Gathering what trace/derived.h computes.
#include "ui/models/run_metrics.h"

#include "trace/derived.h"

namespace inflight::ui {

RunMetrics measure(const trace::Trace& trace) {
  RunMetrics metrics;
  metrics.throughput = trace::overall(trace).megabits_per_second * 1e6;
  if (const auto reached = trace::time_to_share(trace, 0.9)) {
    metrics.timeTo90 = reached->time_since_epoch();
  }
  metrics.completion = trace.summary.transfer.completion;
  metrics.retransmits = trace.summary.tcp.retransmits;
  for (const auto& stall : trace::stalls(trace)) {
    ++metrics.stalls;
    metrics.stalled += stall.end - stall.begin;
  }
  const auto& rtt = trace.series(trace::SeriesId::RttSample);
  metrics.rttMedian = trace::quantile(rtt, 0.5);
  metrics.rtt99 = trace::quantile(rtt, 0.99);
  return metrics;
}

}  // namespace inflight::ui
