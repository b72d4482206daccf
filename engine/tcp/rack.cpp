#include "tcp/rack.h"

#include <algorithm>

namespace inflight::tcp {
namespace {

// RFC 8985 §6.2 step 4.
constexpr int kPersistRecoveries = 16;

}  // namespace

void Rack::on_delivered(std::span<const SentSegment> segments, std::optional<Instant> echo,
                        std::optional<Duration> min_rtt, Instant now) {
  bool overtaken = false;
  for (const SentSegment& segment : segments) {
    // §6.2 step 3: what was sent once and arrives behind a later one was reordered.
    if (segment.end < highest_ && !segment.retransmitted) {
      overtaken = true;
      reordering_distance_ = std::max(reordering_distance_, highest_ - segment.begin);
    }
    highest_ = std::max(highest_, segment.end);
    const Duration rtt = now - segment.sent();
    if (segment.retransmitted) {
      // Step 2: the original may have caused this ACK, not the copy.
      const bool older =
          echo && *echo < std::chrono::floor<std::chrono::milliseconds>(segment.sent());
      if (older || (min_rtt && rtt < *min_rtt)) continue;
    }
    rtt_ = rtt;
    const bool newer = !newest_ || newest_->sent < segment.sent() ||
                       (newest_->sent == segment.sent() && newest_->end < segment.end);
    if (newer) newest_ = Newest{segment.sent(), segment.end};
  }
  if (overtaken) ++reorderings_;
}

void Rack::on_duplicate_report(bool copy, StreamOffset snd_una, StreamOffset snd_nxt) {
  if (copy) ++reorderings_;
  if (round_end_ && snd_una < *round_end_) return;
  round_end_ = snd_nxt;
  ++multiplier_;
  persist_ = kPersistRecoveries;
}

void Rack::on_recovery_end() {
  if (persist_ > 0 && --persist_ == 0) multiplier_ = 1;
}

Duration Rack::reordering_window(bool eager, Duration min_rtt, Duration smoothed_rtt) const {
  if (!reordering_seen() && eager) return Duration::zero();
  return std::min(multiplier_ * min_rtt / 4, smoothed_rtt);
}

}  // namespace inflight::tcp
