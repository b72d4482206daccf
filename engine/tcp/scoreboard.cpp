#include "tcp/scoreboard.h"

#include <algorithm>

namespace inflight::tcp {
namespace {
// RFC 6675 §2.
constexpr int kDupThresh = 3;
}  // namespace

ByteCount Scoreboard::in_pipe(const SentSegment& segment) {
  // RFC 6675 SetPipe: once if not lost, once more if the retransmission is out.
  if (segment.sacked) return ByteCount{0};
  const std::int64_t copies = (segment.lost ? 0 : 1) + (segment.retransmission_out ? 1 : 0);
  return segment.length() * copies;
}

void Scoreboard::on_sent(StreamOffset begin, StreamOffset end, Instant now) {
  CHECK(segments_.empty() || segments_.back().end == begin);
  segments_.push_back({.begin = begin, .end = end, .sent = now});
  pipe_ += end - begin;
}

void Scoreboard::on_retransmitted(StreamOffset begin, Instant now) {
  const std::size_t i = index_after(begin);
  CHECK(i < segments_.size() && segments_[i].begin == begin);
  SentSegment& segment = segments_[i];
  pipe_ -= in_pipe(segment);
  segment.sent = now;
  segment.retransmitted = true;
  segment.retransmission_out = true;
  pipe_ += in_pipe(segment);
}

void Scoreboard::acknowledge(StreamOffset una, Delivered& delivered) {
  const auto note = [&](const SentSegment& segment, ByteCount bytes) {
    if (segment.sacked) {
      sacked_ -= bytes;
      return;
    }
    delivered.bytes += bytes;
    if (segment.retransmitted) {
      delivered.filled_hole = true;
    } else {
      delivered.latest_sent = std::max(delivered.latest_sent.value_or(segment.sent), segment.sent);
    }
  };
  while (!segments_.empty() && segments_.front().end <= una) {
    pipe_ -= in_pipe(segments_.front());
    note(segments_.front(), segments_.front().length());
    static_cast<void>(segments_.pop_front());
  }
  if (!segments_.empty() && segments_.front().begin < una) {
    SentSegment& cut = segments_.front();
    pipe_ -= in_pipe(cut);
    note(cut, una - cut.begin);
    cut.begin = una;
    pipe_ += in_pipe(cut);
  }
  if (segments_.empty()) known_blocks_.clear();
}

void Scoreboard::mark_sacked(std::size_t index, Delivered& delivered) {
  SentSegment& segment = segments_[index];
  if (segment.sacked) return;
  pipe_ -= in_pipe(segment);
  segment.sacked = true;
  sacked_ += segment.length();
  highest_sacked_ = std::max(highest_sacked_, segment.end);
  delivered.bytes += segment.length();
  delivered.newly_sacked = true;
  if (!segment.retransmitted) {
    delivered.latest_sent = std::max(delivered.latest_sent.value_or(segment.sent), segment.sent);
  }
}

void Scoreboard::apply_sack(std::span<const Stretch> blocks, Delivered& delivered) {
  for (const Stretch& block : blocks) {
    StreamOffset from = block.begin;
    for (const Stretch& known : known_blocks_) {
      // Seen before and only grown upwards: begin with the segment in which it ended then.
      if (known.begin == block.begin && known.end <= block.end) from = known.end;
    }
    for (std::size_t i = index_after(from); i < segments_.size(); ++i) {
      if (segments_[i].begin >= block.end) break;
      if (segments_[i].begin >= block.begin && segments_[i].end <= block.end)
        mark_sacked(i, delivered);
    }
  }
  known_blocks_.assign(blocks.begin(), blocks.end());
}

std::optional<StreamOffset> Scoreboard::loss_threshold(ByteCount mss) const {
  ByteCount bytes;
  int ranges = 0;
  bool in_range = false;
  for (std::size_t i = index_after(highest_sacked_ - ByteCount{1}) + 1; i-- > 0;) {
    if (i >= segments_.size()) continue;
    const SentSegment& segment = segments_[i];
    if (!segment.sacked) {
      in_range = false;
      continue;
    }
    if (!in_range) ++ranges;
    in_range = true;
    bytes += segment.length();
    if (ranges >= kDupThresh || bytes > (kDupThresh - 1) * mss) return segment.begin;
  }
  return std::nullopt;
}

void Scoreboard::mark_lost(SentSegment& segment) {
  pipe_ -= in_pipe(segment);
  segment.lost = true;
  pipe_ += in_pipe(segment);
  resend_from_ = std::min(resend_from_, segment.begin);
}

bool Scoreboard::mark_lost_by_sack(ByteCount mss) {
  if (sacked_ == ByteCount{0}) return false;
  const auto threshold = loss_threshold(mss);
  if (!threshold || *threshold <= judged_until_) return false;
  bool found = false;
  for (std::size_t i = index_after(judged_until_); i < segments_.size(); ++i) {
    SentSegment& segment = segments_[i];
    if (segment.end > *threshold) break;
    if (segment.sacked || segment.lost) continue;
    mark_lost(segment);
    found = true;
  }
  judged_until_ = *threshold;
  return found;
}

void Scoreboard::mark_first_lost() {
  if (segments_.empty() || segments_.front().sacked) return;
  // A copy that was sent again is given up too.
  SentSegment& first = segments_.front();
  pipe_ -= in_pipe(first);
  first.retransmission_out = false;
  pipe_ += in_pipe(first);
  mark_lost(first);
}

void Scoreboard::mark_all_lost() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    SentSegment& segment = segments_[i];
    if (segment.sacked) continue;
    pipe_ -= in_pipe(segment);
    segment.retransmission_out = false;
    segment.lost = true;
  }
  resend_from_ = segments_.empty() ? resend_from_ : segments_.front().begin;
}

const SentSegment* Scoreboard::next_lost() const {
  std::size_t i = index_after(resend_from_);
  for (; i < segments_.size(); ++i) {
    const SentSegment& segment = segments_[i];
    if (segment.lost && !segment.sacked && !segment.retransmission_out) break;
    // Above what was judged, only a timeout or NewReno marks losses, and those from the front.
    if (segment.begin >= judged_until_ && !segment.lost && !segment.sacked) break;
  }
  if (i == segments_.size()) return nullptr;
  resend_from_ = segments_[i].begin;
  return segments_[i].lost ? &segments_[i] : nullptr;
}

const SentSegment* Scoreboard::next_unsacked_hole() const {
  for (std::size_t i = 0; i < segments_.size() && segments_[i].end < highest_sacked_; ++i) {
    if (!segments_[i].sacked && !segments_[i].retransmission_out) return &segments_[i];
  }
  return nullptr;
}

const SentSegment* Scoreboard::last_unsacked() const {
  for (std::size_t i = segments_.size(); i-- > 0;) {
    if (!segments_[i].sacked) return &segments_[i];
  }
  return nullptr;
}

const SentSegment* Scoreboard::split(StreamOffset begin, ByteCount mss) {
  const std::size_t i = index_after(begin);
  if (i >= segments_.size() || segments_[i].begin != begin) return nullptr;
  if (segments_[i].length() > mss) {
    SentSegment rest = segments_[i];
    segments_[i].end = begin + mss;
    rest.begin = begin + mss;
    segments_.insert(i + 1, rest);
  }
  return &segments_[i];
}

std::size_t Scoreboard::index_after(StreamOffset offset) const {
  // Without losses it is nearly always the first: the search below would miss the cache all along.
  if (segments_.empty() || segments_.front().end > offset) return 0;
  std::size_t low = 0;
  std::size_t high = segments_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (segments_[middle].end > offset) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

bool Scoreboard::is_consistent() const {
  ByteCount pipe;
  ByteCount sacked;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i > 0 && segments_[i - 1].end != segments_[i].begin) return false;
    if (segments_[i].begin >= segments_[i].end) return false;
    pipe += in_pipe(segments_[i]);
    if (segments_[i].sacked) sacked += segments_[i].length();
  }
  return pipe == pipe_ && sacked == sacked_;
}

}  // namespace inflight::tcp
