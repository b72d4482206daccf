#include "analysis/stream_tracker.h"

#include <algorithm>

namespace inflight::analysis {
namespace {

// A block or a jump of more than this is no honest one: no window is that large.
constexpr std::int64_t kMaxSpan = std::int64_t{1} << 30;
// A longer round trip, or one below zero, is a capture's clock that was set, or damage.
constexpr Duration kMaxRtt = 60s;

}  // namespace

DataOutcome StreamTracker::handle_segment(const CapturedSegment& segment, bool window_closed,
                                          Duration reorder_limit) {
  if (!started_) {
    // Without a SYN the first byte seen is taken for the first of the stream.
    segment.flags.syn ? start(segment.seq, StreamOffset(0))
                      : start(segment.seq - 1, StreamOffset(1));
  }
  const StreamOffset begin = offset_of(segment.seq);
  if (!seen_) next_ = begin;
  const bool control = segment.flags.syn || segment.flags.fin || segment.flags.rst;
  DataOutcome outcome;
  outcome.begin = begin + ByteCount(segment.flags.syn ? 1 : 0);
  outcome.length = ByteCount(segment.payload);
  if (seen_ && segment.payload == 1 && begin == next_ && window_closed) {
    outcome.kind = DataKind::WindowProbe;
    return outcome;
  }
  if (seen_ && segment.payload <= 1 && begin + ByteCount(1) == next_ && !control) {
    outcome.kind = DataKind::KeepAlive;
    return outcome;
  }
  seen_ = true;
  const StreamOffset end = begin + ByteCount(segment.length());
  if (segment.length() > 0) classify(segment, begin, end, reorder_limit, outcome);
  if (begin > next_ && !segment.flags.rst) {
    outcome.opened_hole = true;
    in_flight_hidden_ = true;
    if (holes_.size() == kMaxHoles) {
      holes_.erase(holes_.begin());
      limited_ = true;
    }
    holes_.push_back({next_, begin, segment.time, identify(segment)});
  }
  if (segment.length() > 0) add_outstanding(begin, end, segment.time, outcome.kind);
  const bool bare_reset = segment.flags.rst && segment.length() == 0;
  if (!bare_reset) next_ = std::max(next_, end);
  if (segment.flags.fin) fin_end_ = end;
  if (segment.payload > 0) {
    remember(segment);
    const ByteCount in_flight_now = in_flight() - ByteCount(segment.flags.fin ? 1 : 0);
    if (!in_flight_hidden_ && in_flight_now > ByteCount(0)) {
      outcome.bytes_in_flight = in_flight_now;
    }
  }
  return outcome;
}

AckOutcome StreamTracker::handle_ack(const CapturedSegment& segment) {
  AckOutcome outcome;
  if (!started_) start(segment.ack - 1, StreamOffset(1));
  acks_seen_ = true;
  const StreamOffset ack = seen_ ? offset_of(segment.ack) : unwrap(segment.ack, initial_, acked_);
  in_flight_hidden_ = false;
  if (ack - acked_ > ByteCount(kMaxSpan) || segment.flags.rst) return outcome;
  // Even an ACK that repeats itself takes what was sent again below it off the list.
  const std::optional<Duration> rtt = remove_acked(ack, segment.time);
  if (ack > acked_) {
    outcome.advanced = true;
    outcome.rtt = rtt;
    const StreamOffset first_data{1};
    const StreamOffset data_end = fin_end_ && ack >= *fin_end_ ? *fin_end_ - ByteCount(1) : ack;
    const ByteCount data = data_end - std::max(acked_, first_data);
    outcome.newly_acked = std::max(ByteCount(0), data);
    outcome.unseen = drop_holes_below(ack);
    acked_ = ack;
    if (!seen_) next_ = ack;
  }
  read_sack(segment.sack);
  return outcome;
}

std::optional<SeqNum> StreamTracker::next_seq() const {
  if (!seen_) return std::nullopt;
  return wrap(next_, initial_);
}

ByteCount StreamTracker::in_flight() const {
  if (first_outstanding_ == outstanding_.size()) return ByteCount(0);
  const ByteCount span = outstanding_.back().end - outstanding_[first_outstanding_].begin;
  return std::max(ByteCount(0), span - sacked_);
}

void StreamTracker::start(SeqNum initial, StreamOffset acked) {
  started_ = true;
  initial_ = initial;
  next_ = acked_ = highest_sacked_ = acked;
}

void StreamTracker::classify(const CapturedSegment& segment, StreamOffset begin, StreamOffset end,
                             Duration reorder_limit, DataOutcome& outcome) {
  if (begin >= next_) {
    outcome.kind = DataKind::New;
    return;
  }
  if (const auto hole = fill_holes(begin, end)) {
    const bool reordered = was_sent_before(identify(segment), segment.time, *hole, reorder_limit);
    outcome.kind = reordered ? DataKind::Reordered : DataKind::Retransmission;
    outcome.hole_since = hole->since;
  } else {
    outcome.kind = is_duplicate(segment) ? DataKind::NetworkDuplicate : DataKind::Retransmission;
  }
  if (outcome.kind != DataKind::Retransmission) return;
  const StreamOffset resent_end = std::min(next_, outcome.begin + outcome.length);
  outcome.resent = std::max(ByteCount(0), resent_end - outcome.begin);
}

std::optional<StreamTracker::Hole> StreamTracker::fill_holes(StreamOffset begin, StreamOffset end) {
  auto hole = std::ranges::find_if(holes_, [&](const Hole& h) { return h.end > begin; });
  if (hole == holes_.end() || hole->begin >= end) return std::nullopt;
  const Hole touched = *hole;
  while (hole != holes_.end() && hole->begin < end) {
    const bool keeps_left = hole->begin < begin;
    const bool keeps_right = hole->end > end;
    if (keeps_left && keeps_right) {
      Hole right = *hole;
      right.begin = end;
      hole->end = begin;
      holes_.insert(hole + 1, right);
      break;
    }
    if (keeps_left) {
      hole->end = begin;
      ++hole;
    } else if (keeps_right) {
      hole->begin = end;
      break;
    } else {
      hole = holes_.erase(hole);
    }
  }
  return touched;
}

bool StreamTracker::was_sent_before(const Identity& identity, Instant time, const Hole& hole,
                                    Duration reorder_limit) const {
  if (identity.has_timestamp && hole.above.has_timestamp) {
    return static_cast<std::int32_t>(identity.timestamp - hole.above.timestamp) <= 0;
  }
  // Linux counts the IP ID up for each packet of a connection.
  if (identity.ip_id != 0 && hole.above.ip_id != 0) {
    return static_cast<std::int16_t>(identity.ip_id - hole.above.ip_id) <= 0;
  }
  return time - hole.since < reorder_limit;
}

StreamTracker::Identity StreamTracker::identify(const CapturedSegment& segment) {
  const auto& timestamps = segment.timestamps;
  return {timestamps ? timestamps->value : 0, timestamps.has_value(), segment.ip_id};
}

bool StreamTracker::is_duplicate(const CapturedSegment& segment) const {
  // Without an IP ID a copy cannot be told from a fast retransmission.
  if (segment.ip_id == 0) return false;
  const Identity own = identify(segment);
  return std::ranges::any_of(recent_, [&](const Recent& recent) {
    return recent.length == segment.payload && recent.seq == segment.seq &&
           recent.identity.ip_id == own.ip_id && recent.identity.timestamp == own.timestamp;
  });
}

void StreamTracker::remember(const CapturedSegment& segment) {
  recent_[recent_count_++ % kRecent] = {segment.seq, segment.payload, identify(segment)};
}

void StreamTracker::add_outstanding(StreamOffset begin, StreamOffset end, Instant now,
                                    DataKind kind) {
  const bool retransmitted = kind == DataKind::Retransmission;
  if (retransmitted) mark_retransmitted(begin, end);
  if (first_outstanding_ == outstanding_.size() || outstanding_.back().end <= begin) {
    // Nearly always: what is new stands behind everything, and needs no search.
    outstanding_.push_back({begin, end, now, retransmitted});
    limit_outstanding();
    return;
  }
  const auto first = outstanding_.begin() + static_cast<std::ptrdiff_t>(first_outstanding_);
  const auto place = std::upper_bound(
      first, outstanding_.end(), begin,
      [](StreamOffset offset, const Outstanding& segment) { return offset < segment.begin; });
  // What was sent before and is still outstanding is in the list already.
  if (place != first && (place - 1)->end >= end) return;
  outstanding_.insert(place, {begin, end, now, retransmitted});
  limit_outstanding();
}

void StreamTracker::mark_retransmitted(StreamOffset begin, StreamOffset end) {
  const auto first = outstanding_.begin() + static_cast<std::ptrdiff_t>(first_outstanding_);
  auto place = std::partition_point(
      first, outstanding_.end(), [&](const Outstanding& segment) { return segment.end <= begin; });
  for (; place != outstanding_.end() && place->begin < end; ++place) place->retransmitted = true;
}

void StreamTracker::limit_outstanding() {
  const std::size_t limit = acks_seen_ ? kMaxOutstanding : kMaxUnanswered;
  if (outstanding_.size() - first_outstanding_ <= limit) return;
  Outstanding& oldest = outstanding_[first_outstanding_];
  Outstanding& second = outstanding_[first_outstanding_ + 1];
  second = {oldest.begin, std::max(oldest.end, second.end), second.sent, true};
  ++first_outstanding_;
  limited_ = limited_ || acks_seen_;
  if (first_outstanding_ < limit) return;
  outstanding_.erase(outstanding_.begin(),
                     outstanding_.begin() + static_cast<std::ptrdiff_t>(first_outstanding_));
  first_outstanding_ = 0;
}

std::optional<Duration> StreamTracker::remove_acked(StreamOffset ack, Instant now) {
  std::optional<Duration> rtt;
  bool clean = true;
  while (first_outstanding_ < outstanding_.size()) {
    Outstanding& oldest = outstanding_[first_outstanding_];
    if (oldest.begin >= ack) break;
    clean = clean && !oldest.retransmitted;
    if (oldest.end > ack) {
      oldest.begin = ack;
      break;
    }
    if (oldest.end == ack) rtt = now - oldest.sent;
    ++first_outstanding_;
  }
  if (first_outstanding_ * 2 > outstanding_.size()) {
    outstanding_.erase(outstanding_.begin(),
                       outstanding_.begin() + static_cast<std::ptrdiff_t>(first_outstanding_));
    first_outstanding_ = 0;
  }
  // What was selectively acknowledged before has waited for the hole, not for the path.
  if (!clean || ack <= highest_sacked_ || !rtt) return std::nullopt;
  if (*rtt < Duration::zero() || *rtt > kMaxRtt) return std::nullopt;
  return rtt;
}

ByteCount StreamTracker::drop_holes_below(StreamOffset ack) {
  ByteCount unseen;
  const auto above = std::ranges::find_if(holes_, [&](const Hole& hole) { return hole.end > ack; });
  for (auto hole = holes_.begin(); hole != above; ++hole) unseen += hole->end - hole->begin;
  holes_.erase(holes_.begin(), above);
  return unseen;
}

void StreamTracker::read_sack(const wire::SackBlocks& blocks) {
  sacked_ = ByteCount(0);
  for (const wire::SackBlock& block : blocks) {
    const std::int32_t length = block.right - block.left;
    if (length <= 0 || length > kMaxSpan) continue;
    sacked_ += ByteCount(length);
    highest_sacked_ = std::max(highest_sacked_, offset_of(block.right));
  }
}

}  // namespace inflight::analysis
