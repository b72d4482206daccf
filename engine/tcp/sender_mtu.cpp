// What the sender knows of the path's MTU: by ICMP, through the connection, or by trying
// (RFC 4821).
#include <algorithm>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {

// So many segments behind a probe show its loss (RFC 5681 §3.2), and one more.
constexpr std::int64_t kSegmentsBehind = 4;
// As in Linux: below that a probe's loss would rather end in a timeout.
constexpr std::int64_t kSmallestWindow = 11;
// RFC 9293 SHLD-10: R1; from there on the size may be the reason.
constexpr int kRetriesToDoubtSize = 3;

}  // namespace

void Sender::use_mss(ByteCount mss) {
  if (mss == mss_) return;
  mss_ = mss;
  if (controller_) controller_->on_mss(mss);
}

void Sender::on_path_mtu(ByteCount mss) {
  if (mtu_search_) mtu_search_->on_limit(mss);
  use_mss(mtu_search_ ? mtu_search_->mss() : mss);
  if (!scoreboard_.mark_lost_beyond(mss)) return;
  if (mtu_search_) mtu_search_->forget_probe();
  resend_for_size();
}

void Sender::resend_for_size() {
  resend_trigger_ = Trigger::PathMtu;
  resend_until_ = snd_nxt_;
}

std::optional<ByteCount> Sender::mtu_probe_size(Instant now) {
  // Only while nothing is missing, so that the answer is about the size.
  const bool calm =
      recovery_.idle() && !recovery_.reduces_for_mark() && scoreboard_.sacked_segments() == 0;
  if (!mtu_search_ || !calm) return std::nullopt;
  const auto size = mtu_search_->next_probe(now);
  if (!size) return std::nullopt;
  const ByteCount needed = *size + kSegmentsBehind * mss_;
  const ByteCount window = recovery_.window(*controller_);
  if (buffer_.end() - snd_nxt_ < needed || window_ - flight() < needed) return std::nullopt;
  if (window < std::max(needed, kSmallestWindow * mss_)) return std::nullopt;
  return size;
}

std::optional<SendRange> Sender::next_mtu_probe(ByteCount size) {
  if (size > usable_window()) {
    window_use_.on_limited(snd_nxt_);
    limit_ = SendLimit::Congestion;
    return std::nullopt;
  }
  return SendRange{.begin = snd_nxt_, .end = snd_nxt_ + size, .mtu_probe = true};
}

void Sender::note_size_passed() {
  if (mtu_search_ && mtu_search_->on_acknowledged(snd_una_)) use_mss(mtu_search_->mss());
}

void Sender::note_probe_lost(const RecoveryOutcome& outcome) {
  if (!outcome.mtu_probe_lost) return;
  mtu_search_->on_probe_lost();
  resend_for_size();
}

void Sender::doubt_size() {
  if (!mtu_search_) return;
  mtu_search_->forget_probe();
  if (retries_ <= kRetriesToDoubtSize) return;
  if (mtu_search_->on_silence(scoreboard_.front().length())) use_mss(mtu_search_->mss());
}

}  // namespace inflight::tcp
