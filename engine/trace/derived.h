// What follows from a trace's series: rates over a window, the interval table of a speed test,
// stalls, the time to reach a share of the steady rate, percentiles of samples.
#pragma once

#include <optional>
#include <vector>

#include "trace/trace.h"

namespace inflight::trace {

// The least round-trip time known: the RTT_min series' last value, else the summary's, else the
// least sample, else the path's own (info.base_rtt). Nothing if none is known.
std::optional<Duration> minimum_rtt(const Trace& trace);

// The smoothed round-trip time as it was on average over the run, queues included; the least one
// where no smoothed time is known.
std::optional<Duration> typical_rtt(const Trace& trace);

// When the transfer ended: the completion of a sized one, else the end of what was recorded.
Instant transfer_end(const Trace& trace);

// Mean rate of a counter over (end - width, end], in bits per second; 0 before the first sample.
// The counter counts bytes and is taken to be 0 before its first sample.
double mean_rate(const TimeSeries& counter, Instant end, Duration width);

// The smoothing width of a throughput plot: max(minimum RTT / 2, 20 ms), 20 ms if the RTT is
// unknown.
Duration default_rate_width(const Trace& trace);

// As `coder speedtest` has them: throughput is what the receiving application read.
struct Interval {
  Instant begin;
  Instant end;
  double megabits_per_second = 0;
};
// Consecutive intervals of this width from t = 0 to the end of the transfer; the last may be
// shorter, and is left out if under 10 ms. A width under 1 ms, or one that would make more than
// 100,000 intervals, is raised to that.
std::vector<Interval> intervals(const Trace& trace, Duration width);
// From t = 0 to the last byte (a sized transfer) or the end of the run (a bulk one).
Interval overall(const Trace& trace);

// A stall: no byte read for longer than two minimum RTTs, and than 10 ms, while the sender had
// data (bytes in its send buffer; where that is not known, as in a capture, bytes in flight). The
// time without data is no part of it. None are found while no RTT is known.
struct Stall {
  Instant begin;
  Instant end;
};
std::vector<Stall> stalls(const Trace& trace);

// Mean rate of seconds 5 to 10, or of the second half of a shorter run, in bits per second.
double steady_rate(const Trace& trace);
// When the rate over the last 100 ms first reached this share of the steady rate.
std::optional<Instant> time_to_share(const Trace& trace, double share);
// The least mean rate over this width, anywhere from `begin` to the end of the transfer, in bits
// per second: how far a stutter fell. Nothing if that time is shorter than the width.
std::optional<double> lowest_rate(const Trace& trace, Instant begin, Duration width);
// The p-quantile (0..1) of the samples' values, nearest rank; nothing if there are none.
std::optional<double> quantile(const TimeSeries& samples, double p);

// How evenly the flows shared the path while all were there: Jain's index of their throughputs, 1
// when they are equal, 1/n when one of n has everything. Nothing without other flows, or if they
// never were there together.
std::optional<double> fairness(const Trace& trace);

// Whether bytes in flight come within two segments of the receive window: a sender that waits for
// more of it. A closed window is another matter: nothing fills it.
bool fills_window(double in_flight, double window, ByteCount mss);

// The largest value; 0 if there is none.
double maximum(const TimeSeries& samples);

}  // namespace inflight::trace
