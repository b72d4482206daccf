#include "congestion/bbr_policer.h"

#include <cmath>

namespace inflight::congestion {
namespace {

constexpr int kMinRounds = 4;
constexpr int kMaxRounds = 4 * kMinRounds;
constexpr int kBelievedRounds = 48;
constexpr double kLossShare = 50.0 / 256.0;
// Two rates are the same when they differ by at most an eighth, or by 4 kbit/s.
constexpr double kSameShare = 1.0 / 8;
constexpr double kSameBytesPerSecond = 500;

}  // namespace

bool PolicerDetector::on_ack(const AckEvent& event, bool round_start, bool probing, Instant now) {
  lost_ += event.lost;
  if (believed_) {
    if (!probing || !round_start || ++rounds_ < kBelievedRounds) return false;
    reset(event, now);
    return true;
  }
  // A stretch begins and ends with a loss, so that the bucket is empty at both ends.
  const bool lossy = event.lost > ByteCount{0};
  if (!sampling_) {
    if (!lossy) return false;
    begin_stretch(event, now);
    sampling_ = true;
  }
  if (event.rate && event.rate->application_limited) {
    reset(event, now);
    return false;
  }
  if (round_start) ++rounds_;
  if (rounds_ < kMinRounds) return false;
  if (rounds_ > kMaxRounds) {
    reset(event, now);
    return false;
  }
  if (!lossy) return false;
  const auto lost = static_cast<double>((lost_ - stretch_lost_).value());
  const auto delivered = static_cast<double>((event.delivered - stretch_delivered_).value());
  const Duration time = now - stretch_begin_;
  if (delivered <= 0 || lost < kLossShare * delivered || time < 1ms) return false;
  end_stretch(delivered / to_seconds(time), event, now);
  return false;
}

void PolicerDetector::end_stretch(double rate, const AckEvent& event, Instant now) {
  const double difference = std::abs(rate - rate_);
  const bool same = difference <= kSameShare * rate_ || difference <= kSameBytesPerSecond;
  if (rate_ > 0 && same) {
    rate_ = (rate + rate_) / 2;
    believed_ = true;
    rounds_ = 0;
    return;
  }
  rate_ = rate;
  begin_stretch(event, now);
}

void PolicerDetector::begin_stretch(const AckEvent& event, Instant now) {
  stretch_lost_ = lost_;
  stretch_delivered_ = event.delivered;
  stretch_begin_ = now;
  rounds_ = 0;
}

void PolicerDetector::reset(const AckEvent& event, Instant now) {
  sampling_ = false;
  believed_ = false;
  rate_ = 0;
  begin_stretch(event, now);
}

}  // namespace inflight::congestion
