// Which segments carry PSH: RFC 9293 MUST-61, or where Linux's segmentation offload puts it.
#include <algorithm>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {

// What Linux hands to the device at once at most.
constexpr ByteCount kLargestBurst{65535};
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
  return marks_.contains(end) || (marks_.burst_before(range.begin) > 0 && ends_burst(range));
}

bool Sender::ends_burst(const SendRange& range) const {
  if (range.probe || range.tail_probe) return true;
  const ByteCount burst = (marks_.burst_before(range.begin) + 1) * mss_;
  if (burst >= burst_limit() || marks_.contains(range.end)) return true;
  if (range.retransmission) {
    // What was sent as one burst goes as one again, as far as it is lost and the window allows.
    const SentSegment* next = scoreboard_.next_of_burst(range.begin);
    return next == nullptr || range.length() + next->length() > usable_window();
  }
  // At most half of the window at once.
  if (2 * (burst + mss_) > recovery_.window(*controller_)) return true;
  const ByteCount next = std::min(buffer_.end() - range.end, mss_);
  const ByteCount offered = window_ - flight() - range.length();
  return next <= ByteCount{0} || offered < next || range.length() + next > usable_window() ||
         holds_back_partial(range.end, next, false);
}

ByteCount Sender::burst_limit() const {
  const auto smoothed = rtt_.smoothed();
  if (!established() || !smoothed) return kLargestBurst;
  const std::int64_t halvings = rtt_.minimum().value_or(*smoothed) / kHalving;
  ByteCount burst{static_cast<std::int64_t>(pacing_rate() / kBurstsPerSecond)};
  if (halvings < kMaxHalvings) burst += ByteCount{kLargestBurst.value() >> halvings};
  // In whole segments.
  const std::int64_t segments = std::min(burst, kLargestBurst) / mss_;
  return std::max<std::int64_t>(segments, config_.smallest_burst) * mss_;
}

}  // namespace inflight::tcp
