#include "congestion/cubic_in_segments.h"

#include <algorithm>
#include <cmath>

namespace inflight::congestion {
namespace {

constexpr double kC = 0.4;  // segments per second cubed
constexpr double kBeta = 717.0 / 1024;
constexpr Duration kLook = 31'250us;
constexpr double kFlat = 100;
constexpr double kFirstPrice = 20;
constexpr double kLeastPrice = 2;

}  // namespace

void CubicInSegments::on_congestion(double cwnd) {
  const double window = cwnd / mss_;
  stage_.reset();
  count_ = {};
  // RFC 9438 §4.7.
  const bool below = w_max_ && window < *w_max_;
  w_max_ = below ? std::floor(window * (1 + kBeta) / 2) : window;
}

void CubicInSegments::on_timeout(double /*cwnd*/) {
  stage_.reset();
  count_ = {};
  w_max_.reset();
}

void CubicInSegments::begin_stage(StageEntry, double, double mss, Instant) { mss_ = mss; }

double CubicInSegments::grow(const AvoidanceAck& ack, Instant now) {
  mss_ = ack.mss;
  const double cwnd = std::floor(ack.cwnd / ack.mss);
  const double acked = ack.acked / ack.mss;
  const bool begins = !stage_;
  if (begins) {
    const double w_max = std::max(w_max_.value_or(0), cwnd);
    stage_ = Stage{
        .begin = now, .k_seconds = std::cbrt((w_max - cwnd) / kC), .plateau = w_max, .reno = cwnd};
  }
  stage_->acked += acked;
  if (begins || judged_cwnd_ != cwnd || now - judged_ > kLook) {
    judged_cwnd_ = cwnd;
    judged_ = now;
    price_ = std::max(kLeastPrice, std::min(price_on_curve(cwnd, ack, now), price_as_reno(cwnd)));
  }
  return ack.cwnd + count_.grow(ack.acked, price_, ack.mss);
}

double CubicInSegments::price_on_curve(double cwnd, const AvoidanceAck& ack, Instant now) const {
  const double t = to_seconds(now - stage_->begin + ack.min_rtt) - stage_->k_seconds;
  const double offset = std::floor(kC * std::abs(t * t * t));
  const double target = stage_->plateau + (t < 0 ? -offset : offset);
  const double price = target > cwnd ? std::floor(cwnd / (target - cwnd)) : kFlat * cwnd;
  return w_max_ ? price : std::min(price, kFirstPrice);
}

// RFC 9438 §4.3.
double CubicInSegments::price_as_reno(double cwnd) {
  const double step = std::floor(cwnd * (1 + kBeta) / (1 - kBeta) / 3);
  while (step > 0 && stage_->acked > step) {
    stage_->acked -= step;
    ++stage_->reno;
  }
  return stage_->reno > cwnd ? std::floor(cwnd / (stage_->reno - cwnd)) : kFlat * cwnd;
}

void CubicInSegments::skip(Instant from, Instant now) {
  // A window that was not used up does not stop this clock.
  if (!stage_ || from == Instant::min()) return;
  stage_->begin = std::min(now, stage_->begin + (now - from));
}

void CubicInSegments::describe(Status& status) const {
  if (w_max_) status.w_max = *w_max_ * mss_;
  if (stage_) status.k_seconds = stage_->k_seconds;
}

}  // namespace inflight::congestion
