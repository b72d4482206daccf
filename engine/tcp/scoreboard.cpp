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

bool Scoreboard::waits(const SentSegment& segment) {
  return segment.lost && !segment.sacked && !segment.retransmission_out;
}

void Scoreboard::count(const SentSegment& segment, int sign) {
  pipe_ += sign * in_pipe(segment);
  if (segment.sacked) {
    sacked_ += sign * segment.length();
    sacked_segments_ += static_cast<std::size_t>(sign);
  }
  if (waits(segment)) waiting_ += static_cast<std::size_t>(sign);
}

void Scoreboard::on_sent(StreamOffset begin, StreamOffset end, const congestion::SendStamp& stamp) {
  CHECK(segments_.empty() || segments_.back().end == begin);
  segments_.push_back({.begin = begin, .end = end, .stamp = stamp});
  transmissions_.push_back({begin, end, stamp.sent});
  count(segments_.back(), 1);
}

void Scoreboard::on_retransmitted(StreamOffset begin, const congestion::SendStamp& stamp) {
  const std::size_t i = index_after(begin);
  CHECK(i < segments_.size() && segments_[i].begin == begin);
  SentSegment& segment = segments_[i];
  count(segment, -1);
  segment.stamp = stamp;
  transmissions_.push_back({segment.begin, segment.end, stamp.sent});
  segment.retransmitted = true;
  segment.retransmission_out = true;
  count(segment, 1);
}

void Scoreboard::end_burst(StreamOffset begin) {
  const std::size_t i = index_after(begin);
  CHECK(i < segments_.size() && segments_[i].begin == begin);
  segments_[i].ends_burst = true;
}

void Scoreboard::acknowledge(StreamOffset una, Delivered& delivered) {
  const auto note = [&](SentSegment segment, StreamOffset until) {
    segment.end = until;
    if (segment.sacked) return;
    delivered.bytes += segment.length();
    delivered.segments.push_back(segment);
    if (segment.retransmitted) {
      delivered.filled_hole = true;
    } else {
      delivered.latest_sent =
          std::max(delivered.latest_sent.value_or(segment.sent()), segment.sent());
    }
  };
  while (!segments_.empty() && segments_.front().end <= una) {
    count(segments_.front(), -1);
    note(segments_.front(), segments_.front().end);
    static_cast<void>(segments_.pop_front());
  }
  if (!segments_.empty() && segments_.front().begin < una) {
    SentSegment& cut = segments_.front();
    count(cut, -1);
    note(cut, una);
    cut.begin = una;
    count(cut, 1);
  }
  if (segments_.empty()) known_blocks_.clear();
  forget_settled_transmissions();
}

void Scoreboard::mark_sacked(std::size_t index, Delivered& delivered) {
  SentSegment& segment = segments_[index];
  if (segment.sacked) return;
  count(segment, -1);
  segment.sacked = true;
  count(segment, 1);
  highest_sacked_ = std::max(highest_sacked_, segment.end);
  delivered.bytes += segment.length();
  delivered.newly_sacked = true;
  delivered.segments.push_back(segment);
  if (!segment.retransmitted) {
    delivered.latest_sent =
        std::max(delivered.latest_sent.value_or(segment.sent()), segment.sent());
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

// A copy that was sent again is given up too.
void Scoreboard::mark_lost(SentSegment& segment) {
  count(segment, -1);
  if (!waits(segment)) lost_total_ += segment.length();
  segment.lost = true;
  segment.retransmission_out = false;
  count(segment, 1);
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
  mark_lost(segments_.front());
}

template <class Judge>
bool Scoreboard::for_each_outstanding(const Transmission& transmission, const Judge& judge) {
  bool found = false;
  for (std::size_t i = index_after(transmission.begin); i < segments_.size(); ++i) {
    SentSegment& segment = segments_[i];
    if (segment.begin >= transmission.end) break;
    const bool waits = segment.lost && !segment.retransmission_out;
    if (segment.sacked || waits || segment.sent() != transmission.sent) continue;
    judge(segment);
    found = true;
  }
  return found;
}

void Scoreboard::forget_settled_transmissions() {
  while (!transmissions_.empty() &&
         !for_each_outstanding(transmissions_.front(), [](const SentSegment&) {})) {
    static_cast<void>(transmissions_.pop_front());
  }
}

LateSegments Scoreboard::mark_lost_by_time(const Newest& newest, Duration patience, Instant now) {
  LateSegments late;
  const auto sent_before = [&](const Transmission& transmission) {
    // RFC 8985 §6.2: what left in the same instant is told apart by its place in the stream.
    return transmission.sent < newest.sent ||
           (transmission.sent == newest.sent && transmission.end < newest.end);
  };
  std::size_t seen = 0;
  std::size_t kept = 0;
  for (; seen < transmissions_.size() && sent_before(transmissions_[seen]); ++seen) {
    const Transmission transmission = transmissions_[seen];
    const Instant due = transmission.sent + patience;
    const auto judge = [&](SentSegment& segment) {
      if (due > now) return;
      mark_lost(segment);
      late.found = true;
    };
    if (!for_each_outstanding(transmission, judge) || due <= now) continue;
    late.next = due;
    transmissions_[kept++] = transmission;
  }
  // What is settled leaves the queue, so that it is looked at once.
  for (std::size_t i = 0; i < kept; ++i) {
    transmissions_[seen - 1 - i] = transmissions_[kept - 1 - i];
  }
  for (std::size_t i = kept; i < seen; ++i) static_cast<void>(transmissions_.pop_front());
  return late;
}

void Scoreboard::mark_all_lost() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    SentSegment& segment = segments_[i];
    if (!segment.sacked) mark_lost(segment);
  }
}

bool Scoreboard::mark_lost_beyond(ByteCount mss) {
  bool found = false;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].sacked || segments_[i].length() <= mss) continue;
    mark_lost(segments_[i]);
    found = true;
  }
  return found;
}

void Scoreboard::forget_losses() {
  // What IsLost said does not hold any more.
  judged_until_ = segments_.empty() ? judged_until_ : segments_.front().begin;
  for (std::size_t i = 0; waiting_ > 0; ++i) {
    if (!waits(segments_[i])) continue;
    count(segments_[i], -1);
    segments_[i].lost = false;
    count(segments_[i], 1);
  }
  remember_transmissions();
}

// By time they were settled; now they are waited for again.
void Scoreboard::remember_transmissions() {
  std::vector<Transmission> outstanding;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const SentSegment& segment = segments_[i];
    if (!segment.sacked && !waits(segment))
      outstanding.push_back({segment.begin, segment.end, segment.sent()});
  }
  std::ranges::stable_sort(outstanding, {}, &Transmission::sent);
  transmissions_.clear();
  for (const Transmission& transmission : outstanding) transmissions_.push_back(transmission);
}

void Scoreboard::forget_sacks() {
  for (std::size_t i = 0; sacked_segments_ > 0; ++i) {
    if (!segments_[i].sacked) continue;
    count(segments_[i], -1);
    segments_[i].sacked = false;
    count(segments_[i], 1);
  }
  highest_sacked_ = segments_.front().begin;
  judged_until_ = std::min(judged_until_, highest_sacked_);
  known_blocks_.clear();
  remember_transmissions();
}

const SentSegment* Scoreboard::next_lost() const {
  if (waiting_ == 0) return nullptr;
  std::size_t i = index_after(resend_from_);
  while (!waits(segments_[i])) ++i;
  resend_from_ = segments_[i].begin;
  return &segments_[i];
}

bool Scoreboard::lost_is_only(const Stretch& stretch) const {
  if (waiting_ != 1) return false;
  const SentSegment* lost = next_lost();
  return lost->begin == stretch.begin && lost->end == stretch.end;
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

const SentSegment* Scoreboard::next_of_burst(StreamOffset begin) const {
  const std::size_t i = index_after(begin);
  if (i + 1 >= segments_.size() || segments_[i].ends_burst) return nullptr;
  return waits(segments_[i + 1]) ? &segments_[i + 1] : nullptr;
}

const SentSegment* Scoreboard::split(StreamOffset begin, ByteCount mss) {
  const std::size_t i = index_after(begin);
  if (i >= segments_.size() || segments_[i].begin != begin) return nullptr;
  if (segments_[i].length() > mss) {
    count(segments_[i], -1);
    SentSegment rest = segments_[i];
    segments_[i].end = begin + mss;
    segments_[i].ends_burst = false;
    rest.begin = begin + mss;
    count(segments_[i], 1);
    count(rest, 1);
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

Scoreboard::Tally Scoreboard::tally() const {
  Tally tally;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].sacked) continue;
    tally.lost += segments_[i].lost ? 1 : 0;
    tally.retransmitted += segments_[i].retransmission_out ? 1 : 0;
  }
  return tally;
}

bool Scoreboard::is_consistent() const {
  ByteCount pipe;
  ByteCount sacked;
  std::size_t waiting = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i > 0 && segments_[i - 1].end != segments_[i].begin) return false;
    if (segments_[i].begin >= segments_[i].end) return false;
    pipe += in_pipe(segments_[i]);
    if (segments_[i].sacked) sacked += segments_[i].length();
    if (waits(segments_[i])) ++waiting;
  }
  return pipe == pipe_ && sacked == sacked_ && waiting == waiting_;
}

}  // namespace inflight::tcp
