// CUBIC's congestion avoidance (RFC 9438): the window follows C(t-K)^3 + W_max, t being the time
// since the stage began, and is never smaller than what Reno would have (W_est). Time during which
// the window could not grow because the sender did not use it is not counted (§5.8).
// §4.9's undoing of a reduction is loss_based's, which keeps a copy.
#pragma once

#include <optional>

#include "congestion/avoidance_policy.h"

namespace inflight::congestion {

// W_cubic(t) of RFC 9438 §4.2 in bytes.
class CubicCurve {
 public:
  // The curve that begins at `cwnd`, with its plateau at `w_max`, not below it.
  CubicCurve(double cwnd, double w_max, double mss);

  double at(double seconds) const;
  double k_seconds() const { return k_; }

 private:
  double w_max_;
  double scale_;  // C in bytes per second cubed
  double k_;
};

class Cubic final : public AvoidancePolicy {
 public:
  std::unique_ptr<AvoidancePolicy> clone() const override { return std::make_unique<Cubic>(*this); }
  double beta() const override;
  void on_congestion(double cwnd) override;
  void on_timeout(double cwnd) override;
  void begin_stage(StageEntry entry, double cwnd, double mss, Instant now) override;
  double grow(const AvoidanceAck& ack, Instant now) override;
  void skip(Instant from, Instant now) override;
  void describe(Status& status) const override;

 private:
  struct Stage {
    CubicCurve curve;
    double w_est;
    // t, and up to which instant it is accounted for.
    Duration elapsed;
    Instant accounted;
  };

  double reno_estimate(const AvoidanceAck& ack);

  std::optional<Stage> stage_;
  // Nothing before the first congestion-avoidance stage and after a timeout.
  std::optional<double> w_max_;
  // cwnd when ssthresh was last set; nothing before that.
  std::optional<double> cwnd_prior_;
};

}  // namespace inflight::congestion
