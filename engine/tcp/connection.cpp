#include "tcp/connection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inflight::tcp {
namespace {

// RFC 7323 §2.3, and the smallest shift offered: room for 16 MiB, should the buffer be raised while
// the connection runs, since the shift cannot change.
constexpr unsigned kMaxShift = 14;
constexpr unsigned kSmallestShift = 8;
constexpr std::int64_t kLargestPlainWindow = 65535;

unsigned shift_for(const Config& config) {
  // RFC 7323 §2.3: the smallest that reaches the largest buffer; it cannot change later.
  const bool chosen = config.window_scale_for > ByteCount{0};
  const ByteCount largest = chosen ? config.window_scale_for
                            : config.receive_auto_tuning
                                ? std::max(config.receive_buffer, config.receive_buffer_max)
                                : config.receive_buffer;
  unsigned shift = chosen ? 0 : kSmallestShift;
  while (shift < kMaxShift && (kLargestPlainWindow << shift) < largest.value()) ++shift;
  return shift;
}

}  // namespace

Connection::Connection(const Config& config, Ports ports, SeqNum iss, Instant now)
    : config_(config),
      ports_(ports),
      sender_(config, iss.value()),
      receiver_(config),
      iss_(iss),
      ecn_(config.ecn, config.ecn_syn_retries),
      keep_alive_(config),
      challenge_limit_(now) {
  // RFC 7323 §7.1: the clock's offset tells nothing about the host's uptime.
  ts_offset_ = iss.value() * 2654435761U;
  offered_shift_ = shift_for(config);
}

Connection Connection::connect(const Config& config, Ports ports, SeqNum iss, Instant now) {
  return {config, ports, iss, now};
}

Connection Connection::accept(const Config& config, Ports ports, SeqNum iss, const Segment& syn,
                              Instant now) {
  Config answering = config;
  answering.linear_syn_retries = 0;
  Connection connection(answering, ports, iss, now);
  connection.phase_ = Phase::SynReceived;
  connection.passive_open_ = true;
  // BSD's SYN cache knows no buffer yet, only what it announced.
  connection.receiver_.set_window_is_room(false);
  connection.take_peer_syn(syn);
  ++connection.counters_.received;
  return connection;
}

void Connection::close() {
  // RFC 9293 §3.10.4 drops queued data with the connection attempt; here what was written before
  // the handshake is delivered, so only an attempt without data ends.
  if (phase_ == Phase::SynSent && !sender_.has_data()) abort();
  sender_.close();
}

void Connection::release() {
  released_ = true;
  if (phase_ == Phase::Closed || phase_ == Phase::TimeWait) return;
  // RFC 9293 SHLD-3: unread data will never be read; the peer must not take it for delivered.
  if (config_.unread_data_resets && receiver_.unread() > ByteCount{0}) return abort();
  close();
}

void Connection::abort() {
  if (phase_ == Phase::Closed) return;
  if (phase_ != Phase::SynSent && phase_ != Phase::TimeWait) {
    pending_reset_ = {wrap(sender_.snd_nxt(), iss_), wrap(receiver_.rcv_nxt(), irs_)};
  }
  phase_ = Phase::Closed;
  if (end_reason_ == EndReason::None) end_reason_ = EndReason::Aborted;
}

void Connection::reconfigure(const Config& config) {
  sender_.reconfigure(config);
  if (config.receive_buffer != config_.receive_buffer) {
    config_.receive_buffer = config.receive_buffer;
    receiver_.resize_buffer(config.receive_buffer);
  }
  receiver_.set_delayed_ack(config.delayed_ack);
  if (config.quick_acks != config_.quick_acks) receiver_.set_quick_acks(config.quick_acks);
  config_.quick_acks = config.quick_acks;
  keep_alive_.reconfigure(config);
  config_.fin_wait_timeout = config.fin_wait_timeout;
  config_.delays_handshake_ack = config.delays_handshake_ack;
}

std::optional<OutgoingSegment> Connection::poll_segment(Instant now) {
  if (pending_reset_) return make_reset(now);
  if (phase_ == Phase::Closed) return std::nullopt;
  arm_fin_wait(now);
  if (phase_ != Phase::TimeWait) {
    if (const auto range = sender_.next_range(now)) return make_segment(*range, now);
  }
  if (phase_ != Phase::SynSent && receiver_.ack_due(now)) return make_ack(now);
  if (std::exchange(keep_alive_due_, false)) return make_keep_alive(now);
  return std::nullopt;
}

std::uint32_t Connection::timestamp_clock(Instant now) const {
  return static_cast<std::uint32_t>(now.time_since_epoch() / 1ms) + ts_offset_;
}

wire::TcpHeader Connection::make_header(StreamOffset seq, Instant now) {
  wire::TcpHeader header;
  header.source_port = ports_.local;
  header.destination_port = ports_.remote;
  header.seq = wrap(seq, iss_);
  header.flags.ack = phase_ != Phase::SynSent;
  const bool offered = phase_ == Phase::SynSent && config_.timestamps && offers();
  if (timestamps_ || offered) {
    header.options.timestamps =
        wire::TcpTimestamps{timestamp_clock(now), header.flags.ack ? ts_recent_ : 0};
  }
  if (header.flags.ack) {
    header.ack = wrap(receiver_.rcv_nxt(), irs_);
    last_ack_sent_ = receiver_.rcv_nxt();
  }
  header.flags.ece = ecn_.echoes();
  // RFC 7323 §2.2: in a SYN the window is never scaled. A keep-alive may have a SYN's number, too.
  const bool in_syn = seq == StreamOffset{0} && phase_ < Phase::Synchronized;
  const unsigned shift = scaling_ && !in_syn ? offered_shift_ : 0;
  header.window = static_cast<std::uint16_t>(
      std::min(receiver_.announce_window().value() >> shift, kLargestPlainWindow));
  return header;
}

// Our SYN has all its options still. One that had may be answered later than one without: what came
// back in that answer counts.
bool Connection::offers() const { return sender_.retries() <= config_.syn_retries_with_options; }

void Connection::put_syn(wire::TcpHeader& header, bool again) const {
  const bool answers = phase_ == Phase::SynReceived;
  header.flags.syn = true;
  header.options.order = config_.option_order;
  ecn_.put_offer(header.flags);
  header.options.mss = static_cast<std::uint16_t>(announced_mss().value());
  header.options.sack_permitted = answers ? sack_ : config_.sack && offers();
  if (answers ? scaling_ : config_.window_scaling && offers()) {
    header.options.window_scale = static_cast<std::uint8_t>(offered_shift_);
  }
  // RFC 7413 §4.1.3.1: if it was the option that kept the SYN from arriving, it comes without. Nor
  // does what asked give anything when the SYNs cross.
  if (passive_open_ || (!answers && !again)) header.options.fast_open = fast_open_.cookie;
}

OutgoingSegment Connection::make_segment(const SendRange& range, Instant now) {
  const auto [head, tail] = sender_.payload(range);
  OutgoingSegment segment{.header = make_header(range.begin, now),
                          .payload_head = head,
                          .payload_tail = tail,
                          .retransmission = range.retransmission};
  const bool syn = range.begin == StreamOffset{0};
  if (syn) put_syn(segment.header, range.retransmission);
  if (syn && !range.retransmission) first_timestamp_ = timestamp_clock(now);
  if (syn && segment.payload_size() > 0) fast_open_.use = FastOpenUse::DataSent;
  segment.header.flags.fin = sender_.contains_fin(range);
  segment.header.flags.psh = !syn && segment.payload_size() > 0 && sender_.push(range);
  // RFC 3168 §6.1.4 to §6.1.6: new data alone may be marked, and says that marks were heard.
  if (ecn_.agreed() && !syn && segment.payload_size() > 0 && !range.probe) {
    if (!range.retransmission) segment.ecn = wire::Ecn::Ect0;
    const bool tells = !range.retransmission || config_.cwr_on_retransmissions;
    segment.header.flags.cwr = tells && ecn_.take_cwr();
  }
  sender_.on_transmitted(range, now);
  ++counters_.sent;
  // Data carries the ACK, but no SACK blocks: what is missing is told by a segment of its own.
  const bool tells_all = !sack_ || !receiver_.has_sack_blocks();
  if (segment.header.flags.ack && tells_all) receiver_.on_ack_sent(now);
  if (segment.payload_size() > 0) receiver_.on_data_sent(now);
  if (range.probe) report(EventKind::ProbeSent, now);
  if (range.retransmission) {
    if (events_.size() < kMaxEvents) {
      events_.push_back({.kind = EventKind::Retransmitted,
                         .time = now,
                         .trigger = range.trigger,
                         .offset = range.begin,
                         .length = range.end - range.begin});
    }
  }
  return segment;
}

OutgoingSegment Connection::make_ack(Instant now) {
  const bool challenge = std::exchange(challenge_due_, false);
  // RFC 5961 §3.2: a challenge is a bare ACK, whatever the state.
  const bool synchronized = phase_ != Phase::SynReceived || challenge;
  const bool fin = config_.acks_repeat_fin && sender_.fin_sent() && !sender_.fin_acknowledged();
  const bool repeats_fin = synchronized && fin && !challenge;
  const StreamOffset next = sender_.snd_nxt();
  const StreamOffset begin = !synchronized ? StreamOffset{0}
                             : repeats_fin ? next - ByteCount{1}
                                           : next;
  OutgoingSegment segment{
      .header = make_header(begin, now), .payload_head = {}, .payload_tail = {}};
  if (!synchronized) {
    put_syn(segment.header, true);
    // Sent before, and which of the two is acknowledged nobody can tell (Karn).
    sender_.on_transmitted({.begin = {}, .end = StreamOffset{1}, .retransmission = true}, now);
  }
  // It says only that the connection ends: the timer sends the FIN again, if that was lost.
  segment.header.flags.fin = repeats_fin;
  if (synchronized && sack_ && receiver_.has_sack_blocks()) {
    const std::size_t max = timestamps_ ? wire::SackBlocks::kMax - 1 : wire::SackBlocks::kMax;
    for (const Stretch& block : receiver_.sack_blocks(max)) {
      segment.header.options.sack.push_back({wrap(block.begin, irs_), wrap(block.end, irs_)});
    }
  }
  receiver_.on_ack_sent(now);
  ++counters_.sent;
  return segment;
}

OutgoingSegment Connection::make_keep_alive(Instant now) {
  // RFC 9293 SHLD-12: empty, one number below what the peer expects, which it has to answer.
  ++counters_.keep_alive_probes;
  ++counters_.sent;
  return {.header = make_header(sender_.snd_nxt() - ByteCount{1}, now),
          .payload_head = {},
          .payload_tail = {}};
}

OutgoingSegment Connection::make_reset(Instant now) {
  OutgoingSegment segment{.header = {}, .payload_head = {}, .payload_tail = {}};
  wire::TcpHeader& header = segment.header;
  header.source_port = ports_.local;
  header.destination_port = ports_.remote;
  header.flags.rst = true;
  header.flags.ack = pending_reset_->ack.has_value();
  header.seq = pending_reset_->seq;
  header.ack = pending_reset_->ack.value_or(SeqNum{});
  pending_reset_.reset();
  // One that refuses takes its number from what it answers, and has no ACK.
  if (config_.full_resets && header.flags.ack) {
    const std::int64_t window =
        receiver_.announce_window().value() >> (scaling_ ? offered_shift_ : 0);
    header.window = static_cast<std::uint16_t>(std::min(window, kLargestPlainWindow));
    if (timestamps_) {
      header.options.timestamps = wire::TcpTimestamps{timestamp_clock(now), ts_recent_};
    }
  }
  ++counters_.sent;
  return segment;
}

std::optional<Event> Connection::poll_event() {
  if (events_.empty()) return std::nullopt;
  return events_.pop_front();
}

State Connection::state() const {
  switch (phase_) {
    case Phase::SynSent:
      return State::SynSent;
    case Phase::SynReceived:
      return State::SynReceived;
    case Phase::TimeWait:
      return State::TimeWait;
    case Phase::Closed:
      return State::Closed;
    case Phase::Synchronized:
      break;
  }
  // RFC 9293 §3.3.2: the six names follow from our FIN, the peer's, and which came first.
  const bool peer_closed = receiver_.at_end();
  if (!sender_.fin_sent()) return peer_closed ? State::CloseWait : State::Established;
  if (!peer_closed) return sender_.fin_acknowledged() ? State::FinWait2 : State::FinWait1;
  return passive_close_ ? State::LastAck : State::Closing;
}

Snapshot Connection::snapshot() const {
  Snapshot snapshot;
  snapshot.state = state();
  snapshot.end_reason = end_reason_;
  snapshot.fast_open = fast_open_.use;
  snapshot.network_error = network_error_;
  snapshot.ecn = ecn_.agreed();
  snapshot.counters.segments_sent = counters_.sent;
  snapshot.counters.segments_received = counters_.received;
  snapshot.counters.marked_segments_received = counters_.marked_received;
  snapshot.counters.challenge_acks = counters_.challenge_acks;
  snapshot.counters.keep_alive_probes = counters_.keep_alive_probes;
  receiver_.fill(snapshot);
  sender_.fill(snapshot);
  return snapshot;
}

Details Connection::details(Instant now) const {
  Details details;
  details.timestamps = timestamps_;
  details.sack = sack_;
  details.window_scaling = scaling_;
  details.send_shift = peer_shift_;
  receiver_.fill(details);
  sender_.fill(details, now);
  return details;
}

void Connection::report(EventKind kind, Instant now, double value) {
  if (events_.size() < kMaxEvents) events_.push_back({.kind = kind, .time = now, .value = value});
}

void Connection::report_recovery(const RecoveryOutcome& outcome, Instant now) {
  if (outcome.ended) report(EventKind::RecoveryEnded, now);
  // RFC 3168 §6.1.2: CWR also when the window fell for another reason.
  if (outcome.began || outcome.mark_heard) ecn_.on_reduced();
  if (outcome.marked) report(EventKind::Marked, now, snapshot().congestion.cwnd);
  if (events_.size() >= kMaxEvents) return;
  if (outcome.undone) {
    events_.push_back({.kind = EventKind::RecoveryUndone,
                       .time = now,
                       .spurious = *outcome.undone,
                       .offset = sender_.snd_una(),
                       .value = snapshot().congestion.cwnd});
  }
  if (outcome.began) {
    events_.push_back({.kind = EventKind::RecoveryBegan,
                       .time = now,
                       .trigger = *outcome.began,
                       .offset = sender_.snd_una(),
                       .value = snapshot().congestion.cwnd});
  }
}

void Connection::report_ack(const AckOutcome& outcome, Instant now) {
  report_recovery(outcome.recovery, now);
  if (outcome.slow_start_ended) {
    report(EventKind::SlowStartEnded, now,
           static_cast<double>(snapshot().congestion.exit_cwnd.value()));
  }
  if (outcome.window_closed) report(EventKind::ZeroWindow, now);
  if (outcome.window_opened) report(EventKind::WindowOpened, now);
}

void Connection::end(EndReason reason, Phase phase, Instant now) {
  phase_ = phase;
  end_reason_ = reason;
  fin_wait_deadline_ = kNever;
  if (phase == Phase::TimeWait) time_wait_deadline_ = now + config_.time_wait;
  if (events_.size() >= kMaxEvents) return;
  const auto kind = reason == EndReason::Finished ? EventKind::Closed : EventKind::Reset;
  events_.push_back({.kind = kind, .time = now, .reason = reason});
}

bool Connection::is_consistent() const { return sender_.is_consistent(); }

std::string_view to_string(State state) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
      "CLOSE-WAIT", "CLOSING",      "LAST-ACK",    "TIME-WAIT",  "CLOSED"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(EndReason reason) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "none",      "finished",     "aborted",    "refused",   "reset by peer",
      "timed out", "user timeout", "keep-alive", "abandoned", "unreachable"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace inflight::tcp
