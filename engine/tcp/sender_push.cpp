// Which segments carry PSH: RFC 9293 MUST-61, or where Linux's segmentation offload puts it.
#include <algorithm>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {

// What Linux hands to the device at once at most, and at least in segments.
constexpr ByteCount kLargestBurst{65535};
constexpr std::int64_t kSmallestBurst = 2;
// The share of a second's worth at the pacing rate that one burst may be.
constexpr double kBurstsPerSecond = 1024;
// On short paths bursts are longer: by kLargestBurst, halved for each so many of minimum RTT.
constexpr Duration kHalving = 512us;
constexpr std::int64_t kMaxHalvings = 32;

}  // namespace

bool Sender::push(const SendRange& range) const {
  if (range.length() == ByteCount{0}) return false;
  const StreamOffset end = std::min(range.end, buffer_.end());
  if (config_.push == PushPolicy::LastQueued) {
    return end == buffer_.end() && range.end > StreamOffset{1} && !writer_blocked_;
  }
  if (marks_.contains(end)) return true;
  return !range.retransmission && marks_.burst_before(range.begin) > 0 && ends_burst(range);
}

bool Sender::ends_burst(const SendRange& range) const {
  if ((marks_.burst_before(range.begin) + 1) * mss_ >= burst_limit()) return true;
  const ByteCount next = std::min(buffer_.end() - range.end, mss_);
  const ByteCount offered = window_ - flight() - range.length();
  return next <= ByteCount{0} || offered < next || range.length() + next > usable_window() ||
         holds_back_partial(range.end, next, false);
}

ByteCount Sender::burst_limit() const {
  // No more than half of cwnd goes at once, so that there are always two of them in flight.
  const std::int64_t half = controller_
                                ? std::max<std::int64_t>(controller_->window() / (2 * mss_), 1)
                                : kLargestBurst / mss_;
  const auto smoothed = rtt_.smoothed();
  if (!established() || !smoothed) return std::min(kLargestBurst, half * mss_);
  const std::int64_t halvings = rtt_.minimum().value_or(*smoothed) / kHalving;
  ByteCount burst{static_cast<std::int64_t>(pacing_rate() / kBurstsPerSecond)};
  if (halvings < kMaxHalvings) burst += ByteCount{kLargestBurst.value() >> halvings};
  // In whole segments.
  const std::int64_t segments = std::min(burst, kLargestBurst) / mss_;
  return std::min(std::max(segments, kSmallestBurst), half) * mss_;
}

}  // namespace inflight::tcp
