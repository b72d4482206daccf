#include "support/demo_trace.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace inflight::testing {
namespace {

using enum trace::SeriesId;

constexpr double kMiB = 1048576;
constexpr double kPathBits = 222e6;
constexpr double kBaseRtt = 0.076;
constexpr double kQueueBytes = 1.25e6;

// The state at one moment: what a sender would have.
struct Moment {
  double cwnd;
  double flight;
  double ssthresh;  // 0: infinite
  trace::Limit limit;
  bool resending;
};

Moment overshootAt(double t) {
  const double ramp = 14480 * std::exp2(t / kBaseRtt);
  if (t < 0.072) return {14480, 0, 0, trace::Limit::Handshake, false};
  if (t < 0.62) return {ramp, ramp, 0, trace::Limit::SlowStart, false};
  if (t < 0.70)
    return {std::min(ramp, 4.3 * kMiB), 3 * kMiB, 0, trace::Limit::ReceiveWindow, false};
  if (t < 0.94)
    return {3 * kMiB, (3 - 2 * std::abs(std::sin((t - 0.7) * 14))) * kMiB, 2.06 * kMiB,
            trace::Limit::Recovery, true};
  if (t < 1.38)
    return {2.06 * kMiB, std::max(2.06 - (t - 0.94) * 4.4, 0.28) * kMiB, 2.06 * kMiB,
            trace::Limit::Recovery, true};
  if (t < 1.40) return {14480, 14480, 1.44 * kMiB, trace::Limit::Recovery, true};
  if (t < 2.02) {
    const double again = std::min(14480 * std::exp2((t - 1.45) / kBaseRtt), 1.44 * kMiB);
    return {std::max(again, 14480.0), std::max(again, 14480.0), 1.44 * kMiB,
            trace::Limit::SlowStart, false};
  }
  const double cubic = (1.95 + 0.28 * std::cbrt(t - 3.5)) * kMiB;
  return {cubic, cubic * 0.995, 1.44 * kMiB, trace::Limit::CongestionWindow, false};
}

Moment calmAt(double t) {
  const double ramp = 14480 * std::exp2(t / kBaseRtt);
  if (t < 0.072) return {14480, 0, 0, trace::Limit::Handshake, false};
  if (ramp < 2.1 * kMiB) return {ramp, ramp, 0, trace::Limit::SlowStart, false};
  const double cubic = (2.1 + 0.12 * std::cbrt(t - 2)) * kMiB;
  return {cubic, cubic * 0.995, 2.1 * kMiB, trace::Limit::CongestionWindow, false};
}

void addEvents(trace::Trace& trace) {
  using enum trace::EventKind;
  using Cause = trace::EventCause;
  const auto add = [&trace](double t, trace::EventKind kind, trace::EventCause cause,
                            double value) {
    trace.events.push_back({Instant{from_seconds(t)}, kind, cause, {}, ByteCount{1368}, value, {}});
  };
  add(0.076, Connected, Cause::None, 0);
  add(0.70, SlowStartExit, Cause::LossDetected, 3 * kMiB);
  for (int i = 0; i < 1231; ++i) add(0.70 + i * 0.0002, Loss, Cause::PathQueue, 0);
  for (int i = 0; i < 692; ++i) add(0.95 + i * 0.0006, Retransmit, Cause::Sack, 0);
  add(1.38, Timeout, Cause::TimeoutExpired, 0.312);
  for (int i = 0; i < 200; ++i) add(1.41 + i * 0.002, Retransmit, Cause::TimeoutExpired, 0);
}

std::shared_ptr<trace::Trace> make(Duration length, Duration step, Moment (*at)(double),
                                   bool overshoots) {
  auto trace = std::make_shared<trace::Trace>();
  trace->info.title = overshoots ? "coder-2.10" : "coder-2.12";
  trace->info.base_rtt = from_seconds(kBaseRtt);
  Random random(1);
  double read = 0;
  double wire = 0;
  double resent = 0;
  double smoothed = kBaseRtt;
  for (Instant now{}; now <= Instant{length}; now += step) {
    const double t = to_seconds(now);
    const Moment moment = at(t);
    const double noise = random.uniform();
    const double bdp = kPathBits / 8 * kBaseRtt;
    const double queue = std::clamp(moment.flight - bdp, 0.0, kQueueBytes);
    const double rtt = kBaseRtt + queue * 8 / kPathBits + noise * 0.002;
    smoothed += (rtt - smoothed) / 16;
    const double rate = std::min(moment.flight * 8 / rtt, kPathBits);
    const double bytes = rate / 8 * to_seconds(step);
    const bool stalled = overshoots && t > 0.96 && t < 1.62;
    wire += bytes;
    read += stalled ? 0 : bytes * (moment.resending ? 0.3 : 0.94);
    resent += moment.resending ? bytes * 0.6 : 0;
    const auto put = [&](trace::SeriesId id, double value) {
      trace->series(id).append(now, value);
    };
    put(Cwnd, moment.cwnd);
    if (moment.ssthresh > 0) put(Ssthresh, moment.ssthresh);
    put(ReceiveWindow, 3 * kMiB);
    put(BytesInFlight, moment.flight);
    put(PathQueue, queue);
    put(SendBuffer, 4 * kMiB);
    put(WaitingForHole, stalled ? 1.94 * kMiB : 0);
    put(ReadBytes, read);
    put(WireBytes, wire);
    put(InnerBytes, wire * 0.95);
    put(RetransmittedBytes, resent);
    if (moment.flight > 0 && !stalled) {
      put(RttSample, rtt);
      put(RttSmoothed, smoothed);
      put(RttMin, kBaseRtt);
    }
    if (now == Instant{}) put(PathRate, kPathBits);
    trace->limits.change(now, moment.limit);
  }
  trace->limits.extend(Instant{length});
  trace->extend(Instant{length});
  if (overshoots) addEvents(*trace);
  return trace;
}

}  // namespace

std::shared_ptr<trace::Trace> makeOvershootTrace(Duration length, Duration step) {
  return make(length, step, overshootAt, true);
}

std::shared_ptr<trace::Trace> makeCalmTrace(Duration length, Duration step) {
  return make(length, step, calmAt, false);
}

}  // namespace inflight::testing
