#include "congestion/cubic.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace inflight::congestion {
namespace {

constexpr double kC = 0.4;  // segments per second cubed
constexpr double kBeta = 0.7;
// RFC 9438 §4.3: with this increase a Reno that falls by beta gets as much as Reno.
constexpr double kAlpha = 3 * (1 - kBeta) / (1 + kBeta);

}  // namespace

CubicCurve::CubicCurve(double cwnd, double w_max, double mss)
    : w_max_(w_max),
      scale_(kC * mss),
      // RFC 9438 §4.2, figure 2.
      k_(std::cbrt((w_max_ - cwnd) / scale_)) {
  CHECK(w_max >= cwnd);
}

double CubicCurve::at(double seconds) const {
  const double distance = seconds - k_;
  return scale_ * distance * distance * distance + w_max_;
}

double Cubic::beta() const { return kBeta; }

void Cubic::on_congestion(double cwnd) {
  // RFC 9438 §4.7, fast convergence: falling before the old maximum is reached means that somebody
  // new wants room.
  const bool below = w_max_ && cwnd < *w_max_;
  w_max_ = below ? cwnd * (1 + kBeta) / 2 : cwnd;
  cwnd_prior_ = cwnd;
  stage_.reset();
}

void Cubic::on_timeout(double cwnd) {
  // RFC 9438 §4.8: the next stage's W_max is where that stage begins.
  w_max_.reset();
  cwnd_prior_ = cwnd;
  stage_.reset();
}

void Cubic::begin_stage(StageEntry entry, double cwnd, double mss, Instant now) {
  // RFC 9438 §4.8, §4.10: a stage reached by slow start begins on its plateau, K = 0. (The RFC
  // says so of the first slow start and of timeouts; one after an idle time is no different.)
  if (entry == StageEntry::AfterSlowStart || !w_max_) w_max_ = cwnd;
  w_max_ = std::max(*w_max_, cwnd);
  if (!cwnd_prior_) cwnd_prior_ = cwnd;
  stage_ = Stage{CubicCurve(cwnd, *w_max_, mss), cwnd, Duration::zero(), now};
}

double Cubic::grow(const AvoidanceAck& ack, Instant now) {
  CHECK(stage_);
  stage_->elapsed += now - stage_->accounted;
  stage_->accounted = now;
  const double t = to_seconds(stage_->elapsed);

  const double w_est = reno_estimate(ack);
  // RFC 9438 §4.3, Reno-friendly region. cwnd may be ahead of W_est; it does not go back.
  if (stage_->curve.at(t) < w_est) return std::max(ack.cwnd, w_est);
  // RFC 9438 §4.2, §4.4, §4.5: where the curve will be an RTT from now, reached ACK by ACK.
  const double target =
      std::clamp(stage_->curve.at(t + to_seconds(ack.smoothed_rtt)), ack.cwnd, 1.5 * ack.cwnd);
  return ack.cwnd + (target - ack.cwnd) * ack.acked / ack.cwnd;
}

double Cubic::reno_estimate(const AvoidanceAck& ack) {
  // RFC 9438 §4.3: as fast as Reno itself once the window is back where it fell from.
  const double alpha = stage_->w_est >= *cwnd_prior_ ? 1 : kAlpha;
  return stage_->w_est += alpha * ack.mss * ack.acked / ack.cwnd;
}

void Cubic::skip(Instant from, Instant now) {
  if (!stage_) return;
  if (from > stage_->accounted) stage_->elapsed += from - stage_->accounted;
  stage_->accounted = now;
}

void Cubic::describe(Status& status) const {
  status.w_max = w_max_;
  if (stage_) status.k_seconds = stage_->curve.k_seconds();
}

}  // namespace inflight::congestion
