// RFC 9293 §3.10.7: SEGMENT ARRIVES, in the RFC's own order, one function per check.
#include <algorithm>
#include <array>
#include <span>

#include "tcp/connection.h"

namespace inflight::tcp {
namespace {

// RFC 7323 §2.3.
constexpr unsigned kMaxShift = 14;
// RFC 9293 MUST-15.
constexpr std::uint16_t kDefaultMss = 536;
constexpr std::uint16_t kDefaultMssV6 = 1220;
// Below this nothing sensible can be sent.
constexpr std::uint16_t kSmallestMss = 48;
// Farther behind RCV.NXT no peer sends again: more than any window here, and little of 2^32.
constexpr ByteCount kFarthestRepeat{std::int64_t{64} * 1024 * 1024};
// Linux's tcp_invalid_ratelimit.
constexpr Duration kAnswerInterval = 500ms;
// RFC 7323 §5.5: half the numbers of a clock that ticks every millisecond.
constexpr Duration kTimestampLifetime = 24h * 24;

bool timestamp_before(std::uint32_t a, std::uint32_t b) { return SeqNum{a} < SeqNum{b}; }

ByteCount sequence_length(const Segment& segment) {
  return ByteCount{static_cast<std::int64_t>(segment.payload.size()) +
                   (segment.header.flags.syn ? 1 : 0) + (segment.header.flags.fin ? 1 : 0)};
}

}  // namespace

void Connection::handle_segment(const Segment& segment, Instant now) {
  ++counters_.received;
  if (phase_ == Phase::Closed) return;
  const wire::TcpFlags flags = segment.header.flags;
  if (config_.drops_syn_fin && flags.syn && flags.fin) return;
  phase_ == Phase::SynSent ? syn_sent_arrives(segment, now) : segment_arrives(segment, now);
}

void Connection::syn_sent_arrives(const Segment& segment, Instant now) {
  const wire::TcpFlags flags = segment.header.flags;
  // First, the ACK: our SYN can have been acknowledged, and data that it carried (RFC 9293
  // §3.10.7.3).
  const StreamOffset ack = unwrap(segment.header.ack, iss_, StreamOffset{0});
  if (flags.ack && (ack <= StreamOffset{0} || ack > sender_.snd_nxt())) {
    if (!flags.rst) refuse(segment);
    return;
  }
  if (flags.ack && !flags.rst && echoes_stranger(segment, now)) return refuse(segment);
  // Second, the RST: it counts only with an acceptable ACK.
  if (flags.rst) {
    if (flags.ack) end(EndReason::Refused, Phase::Closed, now);
    return;
  }
  // Fourth, the SYN.
  if (!flags.syn) return;
  take_peer_syn(segment);
  if (!flags.ack) {
    // Simultaneous open: our SYN goes out again, with an ACK.
    phase_ = Phase::SynReceived;
    receiver_.request_ack();
    if (config_.drops_crossed_text) return;
    receiver_.hold_text(segment.payload, flags.fin && !config_.ignores_fin_of_syn);
    return;
  }
  window_seq_ = StreamOffset{0};
  window_ack_ = ack;
  static_cast<void>(acknowledge(segment, ack));
  conclude_fast_open(segment, ack);
  config_.delays_handshake_ack ? receiver_.delay_handshake_ack(now) : receiver_.request_ack();
  establish(now);
  process_text(segment, now);
  process_fin(now);
}

bool Connection::echoes_stranger(const Segment& segment, Instant now) const {
  const auto& timestamps = segment.header.options.timestamps;
  if (!config_.checks_handshake_echo || !timestamps || timestamps->echo_reply == 0) return false;
  return timestamp_before(timestamps->echo_reply, first_timestamp_) ||
         timestamp_before(timestamp_clock(now), timestamps->echo_reply);
}

void Connection::take_peer_syn(const Segment& segment) {
  const wire::TcpOptions& options = segment.header.options;
  irs_ = segment.header.seq;
  ecn_.on_peer_syn(segment.header.flags);
  scaling_ = config_.window_scaling && options.window_scale.has_value();
  timestamps_ = config_.timestamps && options.timestamps.has_value();
  sack_ = config_.sack && options.sack_permitted;
  if (scaling_) peer_shift_ = std::min<unsigned>(*options.window_scale, kMaxShift);
  if (timestamps_) remember_timestamp(options.timestamps->value, segment.arrival);
  const bool v6 = ports_.version == wire::IpVersion::V6;
  const std::uint16_t announced = options.mss.value_or(v6 ? kDefaultMssV6 : kDefaultMss);
  peer_mss_ = ByteCount{std::max(announced, kSmallestMss)};
  sender_.on_peer_syn(payload_limit(), sack_, ByteCount{segment.header.window});
  const ByteCount mss = std::min(config_.mss, peer_mss_);
  if (config_.whole_segment_buffers) receiver_.round_buffer_up(mss);
}

void Connection::establish(Instant now) {
  phase_ = Phase::Synchronized;
  keep_alive_.on_heard(now);
  // RFC 7323 §2.2: windows are scaled from now on, those of the SYNs are not.
  if (scaling_) receiver_.set_window_shift(offered_shift_);
  receiver_.release_held_text(now);
  receiver_.set_window_is_room(config_.window_is_room);
  report(EventKind::Connected, now);
}

void Connection::segment_arrives(const Segment& segment, Instant now) {
  if (check_timestamps(segment) == Verdict::Done) return;  // RFC 7323 §5.3, before everything
  if (check_sequence(segment) == Verdict::Done) return;    // first
  if (check_reset(segment, now) == Verdict::Done) return;  // second (RFC 5961 §3)
  if (check_syn(segment, now) == Verdict::Done) return;    // fourth (RFC 5961 §4)
  if (process_ack(segment, now) == Verdict::Done) return;  // fifth
  // RFC 7323 §4.3: only what passed the checks; a stranger's guess would shut the peer out.
  update_timestamp(segment);
  process_text(segment, now);  // seventh
  process_fin(now);            // eighth
}

Connection::Verdict Connection::check_timestamps(const Segment& segment) {
  if (!timestamps_ || segment.header.flags.rst) return Verdict::Continue;
  const auto& timestamps = segment.header.options.timestamps;
  // RFC 7323 §3.2: once agreed, a segment without the option is dropped.
  if (!timestamps) return config_.takes_missing_timestamps ? Verdict::Continue : Verdict::Done;
  // RFC 7323 §5.5: after so long a silence the peer's clock may have wrapped.
  const bool outdated = segment.arrival - ts_recent_time_ > kTimestampLifetime;
  if (timestamp_before(timestamps->value, ts_recent_) && !outdated) {
    // PAWS: an old duplicate; the ACK tells a confused peer where we are.
    answer_unacceptable(segment);
    return Verdict::Done;
  }
  return Verdict::Continue;
}

void Connection::update_timestamp(const Segment& segment) {
  if (!timestamps_ || offset_of(segment.header.seq) > last_ack_sent_) return;
  if (!segment.header.options.timestamps) return;
  remember_timestamp(segment.header.options.timestamps->value, segment.arrival);
}

void Connection::remember_timestamp(std::uint32_t value, Instant arrival) {
  ts_recent_ = value;
  ts_recent_time_ = arrival;
}

bool Connection::may_be_reopened_by(const Segment& segment) const {
  const wire::TcpFlags flags = segment.header.flags;
  if (phase_ != Phase::TimeWait || !flags.syn || flags.ack || flags.rst) return false;
  // RFC 6191 §2: a later timestamp says so, and where that says nothing a higher number.
  const auto& timestamps = segment.header.options.timestamps;
  if (timestamps_ && timestamps && timestamps->value != ts_recent_) {
    return timestamp_before(ts_recent_, timestamps->value);
  }
  return segment.header.seq > wrap(receiver_.rcv_nxt(), irs_);
}

Connection::Verdict Connection::check_sequence(const Segment& segment) {
  const StreamOffset begin = offset_of(segment.header.seq);
  const StreamOffset end = begin + sequence_length(segment);
  const StreamOffset next = receiver_.rcv_nxt();
  const StreamOffset edge = std::max(receiver_.right_edge(), next);
  // RFC 9293 §3.4: some of it must lie in the window. A segment that ends at RCV.NXT was received
  // before. An empty one may also stand at the window's end, and a byte behind it: where a peer is
  // that has filled the window, and probed it. Its ACKs must count, or neither side gets on.
  // A RST has to lie inside (RFC 5961 §3.2), or at RCV.NXT if the window is closed.
  const wire::TcpFlags flags = segment.header.flags;
  const bool empty = begin == end;
  const bool acceptable = flags.rst ? begin == next || (begin >= next && begin < edge)
                          : empty   ? begin >= next && begin <= edge + ByteCount{1}
                                    : begin < edge && end > next;
  if (acceptable) return Verdict::Continue;
  if (flags.rst) return Verdict::Done;
  if (answers_crossed_syn(segment)) {
    static_cast<void>(process_ack(segment, segment.arrival));
    return Verdict::Done;
  }
  // RFC 5961 §4.2: whatever its number, a SYN in a synchronized state is challenged.
  if (flags.syn && phase_ != Phase::SynReceived) return check_syn(segment, segment.arrival);
  // A retransmitted SYN of the handshake is answered by our SYN, ACK again.
  answer_unacceptable(segment);
  // The peer's FIN again: it did not get our last ACK (RFC 9293 §3.10.7.4, eighth).
  if (phase_ == Phase::TimeWait && flags.fin) {
    time_wait_deadline_ = segment.arrival + config_.time_wait;
  }
  // Its ACK field is still good (RFC 9293 MUST-66 for a closed window): a probe carries news.
  if ((begin == next || (end == next && !empty)))
    static_cast<void>(process_ack(segment, segment.arrival));
  if (!empty && end <= next) {
    receiver_.handle_text(begin, segment.payload, false, std::nullopt, segment.arrival);
  }
  return Verdict::Done;
}

// RFC 9293 §3.5, figure 8: where two SYNs crossed, the SYN, ACK that follows ends the handshake and
// needs no answer, though its number was received before.
bool Connection::answers_crossed_syn(const Segment& segment) const {
  const wire::TcpFlags flags = segment.header.flags;
  if (phase_ != Phase::SynReceived || passive_open_ || !flags.syn || !flags.ack) return false;
  const StreamOffset ack = unwrap(segment.header.ack, iss_, sender_.snd_una());
  return segment.header.seq == irs_ && segment.payload.empty() && ack == sender_.snd_nxt();
}

Connection::Verdict Connection::check_reset(const Segment& segment, Instant now) {
  if (!segment.header.flags.rst) return Verdict::Continue;
  // RFC 1337: an old RST must not end TIME-WAIT.
  if (phase_ == Phase::TimeWait) return Verdict::Done;
  // RFC 5961 §3.2: only the exact next number kills, anything else in the window is challenged.
  if (!config_.challenges_resets || offset_of(segment.header.seq) == receiver_.rcv_nxt()) {
    // RFC 9293 §3.10.7.4: who opened actively and is not through was refused.
    const bool refused = phase_ == Phase::SynReceived && !passive_open_;
    end(refused ? EndReason::Refused : EndReason::ResetByPeer, Phase::Closed, now);
  } else {
    challenge(now);
  }
  return Verdict::Done;
}

Connection::Verdict Connection::check_syn(const Segment& segment, Instant now) {
  if (!segment.header.flags.syn) return Verdict::Continue;
  const wire::TcpFlags flags = segment.header.flags;
  if (phase_ == Phase::SynReceived && flags.ack) return Verdict::Continue;
  if (phase_ == Phase::TimeWait && !flags.ack && config_.time_wait_ignores_syns) {
    return Verdict::Done;
  }
  const StreamOffset begin = offset_of(segment.header.seq);
  const bool inside = begin >= receiver_.rcv_nxt() && begin < receiver_.right_edge();
  // RFC 793 ends the connection; RFC 5961 §4.2 only challenges.
  if (!config_.challenges_syns && inside && phase_ != Phase::TimeWait) {
    give_up(EndReason::ResetByPeer, now);
  } else {
    challenge(now);
  }
  return Verdict::Done;
}

void Connection::answer_unacceptable(const Segment& segment) {
  // RFC 9293 §3.10.7.4: an ACK says where we are. To empty segments only so often: two ends that
  // disagree would answer each other's answers for ever.
  if (sequence_length(segment) == ByteCount{0}) {
    if (last_answer_ && segment.arrival - *last_answer_ < kAnswerInterval) return;
    last_answer_ = segment.arrival;
  }
  // What a peer may send again, or a probe, gets one each time. A number from far away is a guess:
  // answers to a flood of them would look to the peer like duplicate ACKs.
  const StreamOffset begin = offset_of(segment.header.seq);
  const StreamOffset next = receiver_.rcv_nxt();
  const bool near =
      next - begin <= kFarthestRepeat && begin <= std::max(receiver_.right_edge(), next);
  near ? receiver_.request_ack() : challenge(segment.arrival);
}

void Connection::challenge(Instant now) {
  if (!challenge_limit_.take(now)) return;
  ++counters_.challenge_acks;
  challenge_due_ = true;
  receiver_.request_ack();
}

void Connection::refuse(const Segment& segment) {
  // RFC 9293 §3.10.7.1: the RST takes its number from the offending ACK.
  pending_reset_ = {segment.header.ack, std::nullopt};
}

Connection::Verdict Connection::process_ack(const Segment& segment, Instant now) {
  if (!segment.header.flags.ack) return Verdict::Done;
  const StreamOffset ack = unwrap(segment.header.ack, iss_, sender_.snd_una());
  if (ack > sender_.snd_nxt()) {
    // Acknowledges what was never sent.
    if (phase_ == Phase::SynReceived) {
      refuse(segment);
    } else if (config_.answers_unsent_acks) {
      challenge(now);
    }
    return Verdict::Done;
  }
  if (phase_ == Phase::SynReceived) {
    if (ack < StreamOffset{1}) {
      refuse(segment);
      return Verdict::Done;
    }
    window_seq_ = offset_of(segment.header.seq);
    window_ack_ = ack;
    establish(now);
  }
  // RFC 5961 §5: too old to be an honest ACK.
  if (ack < sender_.snd_una() - sender_.max_window()) {
    challenge(now);
    return Verdict::Done;
  }
  // RFC 9293 lets old ACKs go; what one says of the segments above SND.UNA holds all the same.
  if (ack < sender_.snd_una()) {
    if (sack_ && segment.header.options.sack.size() > 0) {
      report_ack(acknowledge(segment, ack), now);
    }
    return Verdict::Continue;
  }
  keep_alive_.on_heard(now);
  const ByteCount mss_before = sender_.mss();
  report_ack(acknowledge(segment, ack), now);
  report_segment_size(mss_before, now);
  if (phase_ == Phase::TimeWait) return Verdict::Continue;
  if (sender_.fin_acknowledged() && receiver_.at_end()) {
    // CLOSING or LAST-ACK: both sides are done. Who closed first waits.
    end(EndReason::Finished, passive_close_ ? Phase::Closed : Phase::TimeWait, now);
    if (passive_close_) return Verdict::Done;
  }
  return Verdict::Continue;
}

AckOutcome Connection::acknowledge(const Segment& segment, StreamOffset ack) {
  const wire::TcpHeader& header = segment.header;
  const StreamOffset seq = offset_of(header.seq);
  std::array<Stretch, wire::SackBlocks::kMax> blocks{};
  std::size_t count = 0;
  std::optional<Stretch> duplicate_report;
  for (const wire::SackBlock& block : header.options.sack) {
    const Stretch stretch{unwrap(block.left, iss_, ack), unwrap(block.right, iss_, ack)};
    // Beyond SND.NXT it is nonsense.
    if (stretch.begin >= stretch.end || stretch.end > sender_.snd_nxt()) continue;
    // RFC 2883 §4: a first block below the ACK, or inside the second one, reports a duplicate.
    const bool first = &block == header.options.sack.begin();
    if (first && stretch.end <= ack) duplicate_report = stretch;
    if (stretch.begin < ack || stretch.end <= sender_.snd_una()) continue;
    blocks[count++] = stretch;
  }
  if (count >= 2 && blocks[0].begin >= blocks[1].begin && blocks[0].end <= blocks[1].end) {
    duplicate_report = blocks[0];
  }
  // RFC 9293 §3.10.7.4: an old segment must not turn the window back.
  const bool old = ack < sender_.snd_una();
  const bool newer = !old && (window_seq_ < seq || (window_seq_ == seq && window_ack_ <= ack));
  if (newer) {
    window_seq_ = seq;
    window_ack_ = ack;
  }
  const unsigned shift = header.flags.syn ? 0 : peer_shift_;
  return sender_.handle_ack(
      {.ack = std::max(ack, sender_.snd_una()),
       .window = ByteCount{static_cast<std::int64_t>(header.window) << shift},
       .sack = std::span(blocks).first(count),
       .duplicate_report = duplicate_report,
       .echo = echoed(segment),
       .congestion_echo = ecn_.agreed() && header.flags.ece && !header.flags.syn,
       .pure = !old && segment.payload.empty() && !header.flags.syn && !header.flags.fin,
       .updates_window = newer},
      segment.arrival);
}

std::optional<Instant> Connection::echoed(const Segment& segment) const {
  const auto& timestamps = segment.header.options.timestamps;
  if (!timestamps_ || !timestamps || !segment.header.flags.ack) return std::nullopt;
  const SeqNum sent{timestamps->echo_reply};
  const SeqNum now{timestamp_clock(segment.arrival)};
  // From the future: the peer made it up.
  if (now < sent) return std::nullopt;
  const Instant tick = std::chrono::floor<std::chrono::milliseconds>(segment.arrival);
  return tick - std::chrono::milliseconds(now.value() - sent.value());
}

void Connection::process_text(const Segment& segment, Instant now) {
  const bool fin = segment.header.flags.fin;
  if (segment.payload.empty() && !fin) return;
  if (phase_ == Phase::TimeWait) {
    // The peer did not get our last ACK.
    receiver_.request_ack();
    time_wait_deadline_ = now + config_.time_wait;
    return;
  }
  StreamOffset begin = offset_of(segment.header.seq);
  if (segment.header.flags.syn) begin += ByteCount{1};
  if (released_ && !segment.payload.empty()) {
    // RFC 9293 SHLD-3: nobody is there to read it.
    return give_up(EndReason::Aborted, now);
  }
  if (segment.ecn == wire::Ecn::Ce) ++counters_.marked_received;
  if (ecn_.on_data(segment.ecn, segment.header.flags.cwr)) receiver_.request_ack();
  receiver_.handle_text(begin, segment.payload, fin, echoed(segment), now);
  if (segment.header.flags.psh) receiver_.on_push();
}

void Connection::process_fin(Instant now) {
  if (!receiver_.at_end() || peer_closed_reported_) return;
  peer_closed_reported_ = true;
  passive_close_ = !sender_.fin_sent();
  report(EventKind::PeerClosed, now);
  if (sender_.fin_acknowledged() && phase_ == Phase::Synchronized) {
    end(EndReason::Finished, Phase::TimeWait, now);
  }
}

}  // namespace inflight::tcp
