// The rules of one end, each with its own function. Offsets count from 0, the SYN.
#include "campaign/witness.h"

#include <algorithm>
#include <utility>

namespace inflight::campaign {
namespace {

constexpr ByteCount kTimestampsSize{12};

ByteCount payload_size(const wire::TcpSegmentView& segment) {
  return ByteCount{static_cast<std::int64_t>(segment.payload.size())};
}

ByteCount sequence_length(const wire::TcpSegmentView& segment) {
  const wire::TcpFlags flags = segment.header.flags;
  return payload_size(segment) + ByteCount{(flags.syn ? 1 : 0) + (flags.fin ? 1 : 0)};
}

ByteCount largest_receive_buffer(const tcp::Config& config) {
  return config.receive_auto_tuning ? std::max(config.receive_buffer, config.receive_buffer_max)
                                    : config.receive_buffer;
}

bool lies_inside_second(const wire::SackBlocks& blocks) {
  return blocks.size() > 1 && blocks[1].left <= blocks[0].left &&
         blocks[0].right <= blocks[1].right;
}

}  // namespace

Witness::Witness(const tcp::Config& config, CodedStream mine)
    : mine_(mine),
      mss_(config.mss),
      largest_buffer_(largest_receive_buffer(config)),
      keeps_alive_(config.keep_alive) {}

void Stretches::add(StreamOffset begin, StreamOffset end) {
  if (begin >= end) return;
  auto first = std::ranges::lower_bound(stretches_, begin, {}, &Stretch::end);
  auto last = first;
  while (last != stretches_.end() && last->begin <= end) {
    begin = std::min(begin, last->begin);
    end = std::max(end, last->end);
    ++last;
  }
  stretches_.insert(stretches_.erase(first, last), {begin, end});
}

bool Stretches::contain(StreamOffset begin, StreamOffset end) const {
  return std::ranges::any_of(stretches_,
                             [&](const Stretch& s) { return s.begin <= begin && end <= s.end; });
}

StreamOffset Stretches::contiguous() const {
  return stretches_.empty() || stretches_[0].begin > StreamOffset{0} ? StreamOffset{0}
                                                                     : stretches_[0].end;
}

void Witness::learn_options(const wire::TcpHeader& header, bool own) {
  const wire::TcpOptions& options = header.options;
  const auto shift =
      options.window_scale ? std::optional<unsigned>(*options.window_scale) : std::nullopt;
  // A repeated SYN may have fewer than the one that is answered.
  const bool again = own && (own_shift_ || own_timestamps_);
  if (again && !options.timestamps && !shift) return;
  (own ? own_shift_ : peer_shift_) = shift;
  (own ? own_timestamps_ : peer_timestamps_) = options.timestamps.has_value();
  if (!own) peer_mss_ = ByteCount{options.mss.value_or(536)};
  scaling_ = own_shift_ && peer_shift_;
  timestamps_ = own_timestamps_ && peer_timestamps_;
}

void Witness::on_delivered(const wire::TcpSegmentView& segment, const tcp::Snapshot* before) {
  const wire::TcpHeader& header = segment.header;
  if (header.flags.rst || succeeded_) return;
  if (header.flags.syn && !irs_) {
    irs_ = header.seq;
    learn_options(header, false);
  }
  if (!irs_) return;
  // Of another connection, which a forged SYN began in the place of the peer's: to be challenged.
  if (header.flags.syn && header.seq != *irs_) return;
  const StreamOffset begin = unwrap(header.seq, *irs_, received_.contiguous());
  const StreamOffset end = begin + sequence_length(segment);
  // RFC 9293 §3.10.7.4: what lies wholly before the window is dropped, its ACK with it.
  const StreamOffset received = received_.contiguous();
  const bool acceptable = begin == end ? begin >= received : end > received;
  received_.add(begin, end);
  if (header.options.timestamps) {
    peer_timestamp_ =
        std::max(peer_timestamp_, header.options.timestamps->value,
                 [](std::uint32_t a, std::uint32_t b) { return SeqNum{a} < SeqNum{b}; });
  }
  if (!header.flags.ack || !iss_) {
    // RFC 9293 §3.10.7.4: the SYN's window holds until the handshake is over.
    peer_edge_ = std::max(peer_edge_, StreamOffset{1} + ByteCount{header.window});
    return;
  }
  const StreamOffset ack = unwrap(header.ack, *iss_, next_);
  // What took the place of a peer that is over, by a forged SYN, knows nothing of ours.
  if (ack > next_) return;
  // RFC 6582 §3.2: they count until the recovery is over, across partial ACKs.
  if (ack <= acked_) {
    ++duplicate_acks_;
  } else if (before != nullptr && !before->in_recovery) {
    duplicate_acks_ = 0;
  }
  if (acceptable) acked_ = std::max(acked_, ack);
  const unsigned shift = scaling_ && !header.flags.syn ? *peer_shift_ : 0;
  peer_edge_ =
      std::max(peer_edge_, ack + ByteCount{static_cast<std::int64_t>(header.window) << shift});
}

void Witness::on_sent(const wire::TcpSegmentView& segment, const tcp::Snapshot* after,
                      Findings& findings, Instant now) {
  const wire::TcpHeader& header = segment.header;
  // RFC 6191: a forged SYN may begin another connection in the place of one that is over.
  const bool is_over = after == nullptr || after->state == tcp::State::Closed;
  succeeded_ |= is_over && header.flags.syn && iss_ && header.seq != *iss_;
  if (header.flags.rst || succeeded_) return;
  if (header.flags.syn && !iss_) iss_ = header.seq;
  findings.require(iss_.has_value(), "the first segment is a SYN", now);
  if (!iss_) return;
  if (header.flags.syn) learn_options(header, true);
  const StreamOffset next_before = next_;
  check_range(segment, findings, now);
  if (header.flags.ack) check_ack(header, findings, now);
  check_sack(header, findings, now);
  check_timestamp(header, findings, now);
  if (after != nullptr && sequence_length(segment) > ByteCount{} && acked_ > StreamOffset{0}) {
    check_flight(next_ > next_before, *after, findings, now);
  }
}

void Witness::check_range(const wire::TcpSegmentView& segment, Findings& findings, Instant now) {
  const wire::TcpFlags flags = segment.header.flags;
  const StreamOffset begin = unwrap(segment.header.seq, *iss_, next_);
  const StreamOffset end = begin + sequence_length(segment);
  const auto where = [&] {
    return QStringLiteral("%1:%2, next %3, acknowledged %4, edge %5")
        .arg(begin.value())
        .arg(end.value())
        .arg(next_.value())
        .arg(acked_.value())
        .arg(peer_edge_.value());
  };
  // RFC 9293 §3.8.4: what asks whether the peer is there stands a byte before SND.NXT.
  const bool asks = keeps_alive_ && begin == end && begin == next_ - ByteCount{1};
  findings.require(flags.syn == (begin == StreamOffset{0} && !asks), "the SYN stands at 0", now,
                   where);
  findings.require(begin <= next_, "what is sent follows what was sent", now, where);
  findings.require(begin != end || begin == next_ || !flags.ack || asks,
                   "a pure ACK stands at SND.NXT", now, where);
  findings.require(begin == end || end > acked_, "what is acknowledged is not sent again", now,
                   where);
  const StreamOffset data = flags.syn ? begin + ByteCount{1} : begin;
  findings.require(mine_.matches(data, segment.payload), "every byte stands in its place", now,
                   where);
  if (flags.fin) {
    findings.require(!fin_ || *fin_ == end, "there is one FIN", now, where);
    fin_ = end;
  }
  findings.require(!fin_ || end <= *fin_, "nothing follows the FIN", now, where);
  // RFC 9293 §3.8.6.1: a probe of a closed window is a byte beyond it.
  const bool probe = end - begin == ByteCount{1} && end <= peer_edge_ + ByteCount{1};
  findings.require(end <= next_ || flags.syn || end <= peer_edge_ || probe,
                   "no more is sent than the offered window", now, where);
  const ByteCount most = std::min(mss_, peer_mss_) - (timestamps_ ? kTimestampsSize : ByteCount{});
  findings.require(payload_size(segment) <= most, "no segment is larger than the MSS", now, where);
  next_ = std::max(next_, end);
}

void Witness::check_ack(const wire::TcpHeader& header, Findings& findings, Instant now) {
  findings.require(irs_.has_value(), "nothing is acknowledged before a SYN came", now);
  if (!irs_) return;
  const StreamOffset ack = unwrap(header.ack, *irs_, received_.contiguous());
  const unsigned shift = scaling_ && !header.flags.syn ? *own_shift_ : 0;
  const StreamOffset edge = ack + ByteCount{static_cast<std::int64_t>(header.window) << shift};
  const auto where = [&] {
    return QStringLiteral("ack %1 after %2, received %3, edge %4 after %5")
        .arg(ack.value())
        .arg(last_ack_.value())
        .arg(received_.contiguous().value())
        .arg(edge.value())
        .arg(edge_.value());
  };
  findings.require(ack <= received_.contiguous(), "only what was received is acknowledged", now,
                   where);
  findings.require(ack >= last_ack_, "acknowledgments never go back", now, where);
  // RFC 7323 §2.4: windows count in units of 2^shift, so an edge that stays may seem to go back by
  // less than one.
  findings.require(edge + ByteCount{std::int64_t{1} << shift} > edge_,
                   "the right edge never goes back", now, where);
  last_ack_ = std::max(last_ack_, ack);
  edge_ = std::max(edge_, edge);
}

void Witness::check_sack(const wire::TcpHeader& header, Findings& findings, Instant now) const {
  const wire::SackBlocks& blocks = header.options.sack;
  if (blocks.empty() || !irs_) return;
  const StreamOffset ack = unwrap(header.ack, *irs_, received_.contiguous());
  std::vector<std::pair<StreamOffset, StreamOffset>> above;
  for (const wire::SackBlock& block : blocks) {
    const StreamOffset left = unwrap(block.left, *irs_, ack);
    const StreamOffset right = unwrap(block.right, *irs_, ack);
    const auto where = [&] {
      return QStringLiteral("%1:%2, ack %3").arg(left.value()).arg(right.value()).arg(ack.value());
    };
    findings.require(left < right, "a SACK block holds something", now, where);
    // RFC 2883 §4: the first block may report a duplicate, below the ACK or inside the second.
    const bool first = &block == blocks.begin();
    const bool duplicate = first && (left < ack || lies_inside_second(blocks));
    // A forged segment from below the window looks like one that came twice.
    findings.require(received_.contain(left, right) || (duplicate && forged_),
                     "only what was received is SACKed", now, where);
    if (duplicate) continue;
    findings.require(left > ack, "a SACK block lies above the ACK", now, where);
    for (const auto& [begin, end] : above) {
      findings.require(right < begin || end < left, "SACK blocks are disjoint", now, where);
    }
    above.emplace_back(left, right);
  }
}

void Witness::check_timestamp(const wire::TcpHeader& header, Findings& findings, Instant now) {
  const auto& timestamps = header.options.timestamps;
  if (header.flags.syn) {
    if (timestamps) own_timestamp_ = timestamps->value;
    return;
  }
  findings.require(timestamps.has_value() == timestamps_, "agreed timestamps are always there",
                   now);
  if (!timestamps) return;
  // RFC 7323 §5.4: never back.
  findings.require(SeqNum{own_timestamp_} <= SeqNum{timestamps->value}, "timestamps ascend", now);
  own_timestamp_ = timestamps->value;
}

void Witness::check_flight(bool advances, const tcp::Snapshot& after, Findings& findings,
                           Instant now) {
  // An undo puts back into flight what was taken for lost.
  const std::int64_t undone = after.counters.spurious_recoveries;
  if (std::exchange(undone_, undone) != undone) pipe_before_ = std::max(pipe_before_, after.pipe);
  // What begins a recovery, or probes the tail, goes whatever the window says: one segment.
  const bool first = !std::exchange(sent_, true);
  if (first && !advances) return;
  // Two segments of limited transmit (RFC 3042), one that begins a recovery or probes the tail;
  // and what duplicate ACKs stand for without SACK (RFC 5681 §3.2).
  const ByteCount allowance = (3 + duplicate_acks_) * after.mss;
  const ByteCount window{static_cast<std::int64_t>(after.congestion.cwnd)};
  // RFC 9937 brings the flight down with the ACKs: it need not be below the window yet.
  const ByteCount most = std::max(window + allowance, pipe_before_ + after.mss);
  findings.require(after.pipe <= most, "no more is in flight than the congestion window", now, [&] {
    return QStringLiteral("pipe %1, cwnd %2, before %3, mss %4, duplicates %5, new %6")
        .arg(after.pipe.value())
        .arg(window.value())
        .arg(pipe_before_.value())
        .arg(after.mss.value())
        .arg(duplicate_acks_)
        .arg(advances);
  });
}

void Witness::check(const tcp::Snapshot& snapshot, Findings& findings, Instant now) {
  pipe_before_ = snapshot.pipe;
  sent_ = false;
  // A window that stays is rounded up to its unit.
  const ByteCount unit{std::int64_t{1} << (scaling_ ? *own_shift_ : 0)};
  findings.require(snapshot.unread + snapshot.out_of_order <= largest_buffer_ + unit,
                   "no more is held than the receive buffer", now, [&] {
                     return QStringLiteral("%1 + %2 of %3")
                         .arg(snapshot.unread.value())
                         .arg(snapshot.out_of_order.value())
                         .arg(largest_buffer_.value());
                   });
  findings.require(snapshot.bytes_in_flight >= ByteCount{} && snapshot.pipe >= ByteCount{},
                   "flight and pipe are not negative", now);
}

void Witness::on_reconfigured(const tcp::Config& config) {
  largest_buffer_ = std::max(largest_buffer_, largest_receive_buffer(config));
  keeps_alive_ |= config.keep_alive;
}

}  // namespace inflight::campaign
