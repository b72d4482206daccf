// Figures of two runs and the words for their difference.
#include "diagnosis/what_if.h"

#include <cmath>
#include <utility>

#include "diagnosis/wording.h"
#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

// Smaller changes of throughput are not worth a word.
constexpr double kNotable = 0.02;
constexpr double kMostOfSteady = 0.9;
// The ramp is over at this share of the steady rate; a stutter is what falls behind it for so long.
constexpr double kRampEnd = 0.8;
constexpr Duration kStutter = 100ms;

std::optional<Duration> quantile(const trace::Trace& trace, double p) {
  const auto seconds = trace::quantile(trace.series(trace::SeriesId::RttSample), p);
  return seconds ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

void add(std::string& text, const std::string& part) { text += (text.empty() ? "" : ", ") + part; }

}  // namespace

RunFigures figures(const trace::Trace& trace) {
  RunFigures result;
  result.throughput_mbits = trace::overall(trace).megabits_per_second;
  if (const auto reached = trace::time_to_share(trace, kMostOfSteady)) {
    result.time_to_90 = reached->time_since_epoch();
  }
  result.completion = trace.summary.transfer.completion;
  result.retransmits = trace.summary.tcp.retransmits;
  for (const trace::Stall& stall : trace::stalls(trace)) {
    ++result.stalls;
    result.stalled += stall.end - stall.begin;
  }
  result.rtt_p50 = quantile(trace, 0.5);
  result.rtt_p99 = quantile(trace, 0.99);
  if (const auto ramp_end = trace::time_to_share(trace, kRampEnd)) {
    const auto lowest = trace::lowest_rate(trace, *ramp_end, kStutter);
    if (lowest) result.lowest_mbits = *lowest / 1e6;
  }
  return result;
}

std::string effect_text(const RunFigures& before, const RunFigures& after) {
  std::string text;
  const double change = after.throughput_mbits - before.throughput_mbits;
  if (std::abs(change) > kNotable * before.throughput_mbits) {
    add(text, rate_text(after.throughput_mbits * 1e6) + " instead of " +
                  rate_text(before.throughput_mbits * 1e6));
  }
  if (before.completion && after.completion && *before.completion != *after.completion) {
    add(text, "complete after " + seconds_text(*after.completion) + " instead of " +
                  seconds_text(*before.completion));
  }
  if (before.retransmits != after.retransmits) {
    add(text, count_text(after.retransmits, "retransmission") + " instead of " +
                  count_text(before.retransmits));
  }
  if (before.stalls != after.stalls) {
    add(text, after.stalls == 0
                  ? std::string("no stall")
                  : count_text(after.stalls, "stall") + " instead of " + count_text(before.stalls));
  }
  return text.empty() ? "no effect" : text;
}

std::expected<WhatIf, std::string> what_if(const trace::Trace& before, const trace::Advice& advice,
                                           const RunWith& run) {
  auto trace = run(advice.overrides);
  if (!trace) return std::unexpected(trace.error());
  WhatIf result{figures(before), figures(*trace), {}, std::move(*trace)};
  result.effect = effect_text(result.before, result.after);
  return result;
}

}  // namespace inflight::diagnosis
