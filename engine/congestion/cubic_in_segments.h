// CUBIC's congestion avoidance as Linux has it: RFC 9438's curve and Reno's estimate in whole
// segments. What differs from `Cubic`: the window grows by whole segments (SegmentCount), by one
// for every two acknowledged at most; the curve is looked at once per window, or 32 times a second,
// and a minimum round trip ahead; before the first loss, and after a timeout, one segment costs 20
// at most. Time counts but for pauses with nothing in flight.
#pragma once

#include <optional>

#include "congestion/segment_count.h"

namespace inflight::congestion {

class CubicInSegments final : public AvoidancePolicy {
 public:
  std::unique_ptr<AvoidancePolicy> clone() const override {
    return std::make_unique<CubicInSegments>(*this);
  }
  double beta() const override { return 717.0 / 1024; }
  void on_congestion(double cwnd) override;
  void on_timeout(double cwnd) override;
  void begin_stage(StageEntry entry, double cwnd, double mss, Instant now) override;
  double grow(const AvoidanceAck& ack, Instant now) override;
  void skip(Instant from, Instant now) override;
  void describe(Status& status) const override;

 private:
  // One segment more costs so many.
  double price_on_curve(double cwnd, const AvoidanceAck& ack, Instant now) const;
  double price_as_reno(double cwnd);

  // Windows in segments.
  struct Stage {
    Instant begin;
    double k_seconds = 0;
    double plateau = 0;
    // Reno's window, and what was acknowledged towards its next segment.
    double reno = 0;
    double acked = 0;
  };

  std::optional<Stage> stage_;
  // Nothing before the first loss and after a timeout.
  std::optional<double> w_max_;
  double mss_ = 1;
  SegmentCount count_;
  double price_ = 0;
  // What the curve was last looked at for.
  double judged_cwnd_ = 0;
  Instant judged_{};
};

}  // namespace inflight::congestion
