#include "congestion/window_validation.h"

#include <algorithm>

namespace inflight::congestion {
namespace {

constexpr Duration kShortestMemory = 1s;
constexpr int kMemoryRtts = 3;
constexpr Duration kNonValidatedPeriod = 5min;

}  // namespace

void WindowValidation::on_ack(ByteCount acked, Duration smoothed_rtt, double cwnd, Instant now) {
  if (!measuring_) {
    measuring_ = true;
    begin_ = now;
    acked_ = ByteCount{0};
  }
  acked_ += acked;
  if (now - begin_ >= smoothed_rtt) {
    samples_.push_back({acked_, now});
    begin_ = now;
    acked_ = ByteCount{0};
    const Duration memory = std::max(kMemoryRtts * smoothed_rtt, Duration{kShortestMemory});
    while (now - samples_.front().end > memory) samples_.pop_front();
  }
  if (validated(cwnd)) {
    unused_since_.reset();
  } else if (!unused_since_) {
    unused_since_ = now;
  }
}

void WindowValidation::reset(Instant now) {
  samples_.clear();
  measuring_ = false;
  unused_since_.reset();
  begin_ = now;
}

std::optional<ByteCount> WindowValidation::pipe_ack() const {
  if (samples_.empty()) return std::nullopt;
  const auto larger = [](const Sample& a, const Sample& b) { return a.acked < b.acked; };
  return std::max_element(samples_.begin(), samples_.end(), larger)->acked;
}

bool WindowValidation::validated(double cwnd) const {
  const auto used = pipe_ack();
  return !used || static_cast<double>(used->value()) >= cwnd / 2;
}

bool WindowValidation::take_expiry(double cwnd, Instant now) {
  if (!unused_since_ || validated(cwnd) || now - *unused_since_ < kNonValidatedPeriod) return false;
  unused_since_ = now;
  return true;
}

}  // namespace inflight::congestion
