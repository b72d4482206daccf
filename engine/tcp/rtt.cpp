#include "tcp/rtt.h"

#include <algorithm>

namespace inflight::tcp {
namespace {
// RFC 6298 §2: G. Samples are exact here, so this is only a floor against a vanishing variance.
constexpr Duration kGranularity = 1ms;
constexpr int kMaxBackOffShift = 16;
}  // namespace

void RttEstimator::on_sample(Duration sample, std::int64_t in_flight_segments) {
  sample = std::max(sample, Duration{1});
  last_ = sample;
  back_off_shift_ = 0;
  ++samples_;
  minimum_ = minimum_ ? std::min(*minimum_, sample) : sample;
  if (!smoothed_) {
    // RFC 6298 §2.2.
    smoothed_ = sample;
    variation_ = sample / 2;
    return;
  }
  // RFC 7323 appendix G: with n samples per round trip, gains of 1/n keep the memory at some round
  // trips.
  const std::int64_t expected = std::max<std::int64_t>(1, (in_flight_segments + 1) / 2);
  // RFC 6298 §2.3, variation first.
  const Duration difference = *smoothed_ > sample ? *smoothed_ - sample : sample - *smoothed_;
  variation_ += (difference - variation_) / (4 * expected);
  *smoothed_ += (sample - *smoothed_) / (8 * expected);
}

void RttEstimator::back_off() { back_off_shift_ = std::min(back_off_shift_ + 1, kMaxBackOffShift); }

Duration RttEstimator::rto() const {
  const Duration least = floor_above_rtt_ ? std::max(kGranularity, min_) : kGranularity;
  const Duration base = smoothed_ ? *smoothed_ + std::max(least, 4 * variation_) : initial_;
  const Duration bounded = std::clamp(base, smoothed_ ? min_ : Duration{0}, max_);
  const bool first = !smoothed_ && back_off_shift_ == 0;
  const Duration slop = first ? Duration{} : slop_;
  // RFC 6298 §5.5 and §2.5: double on expiry, up to the ceiling.
  return bounded.count() > max_.count() >> back_off_shift_
             ? max_
             : std::min(bounded * (std::int64_t{1} << back_off_shift_) + slop, max_);
}

}  // namespace inflight::tcp
