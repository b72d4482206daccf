#include "tcp/loss_recovery.h"

#include <algorithm>
#include <utility>

namespace inflight::tcp {
namespace {

// RFC 5681 §3.2, RFC 6675 §2.
constexpr int kDupThresh = 3;

}  // namespace

LossRecovery::LossRecovery(const Config& config)
    : enabled_{.rate_reduction = config.rate_reduction,
               .forward_rto = config.forward_rto,
               .undo = config.undo,
               .tail_loss_probe = config.tail_loss_probe,
               .loss_share_of_window = config.loss_share_of_window},
      kind_(config.recovery) {}

void LossRecovery::set_sack(bool sack) {
  if (!sack) kind_ = Recovery::NewReno;
}

RecoveryOutcome LossRecovery::on_ack(const RecoveryInput& ack, const Flight& flight, Instant now) {
  RecoveryOutcome outcome;
  rack_.on_delivered(ack.delivered.segments, ack.echo, flight.rtt.minimum(), now);
  count_duplicate(ack, flight);
  outcome.undone = find_spurious(ack, flight);
  if (outcome.undone) {
    undo(flight, now);
  } else if (state_ != State::None) {
    go_on(ack, flight, outcome, now);
  }
  end_mark(flight, now);
  const bool lost = detect(ack, flight, now);
  if (lost && state_ == State::None) {
    on_loss(ack.delivered.bytes, flight, outcome, now);
  }
  answer_mark(ack, flight, outcome, now);
  if (reduction_) {
    reduced_window_ = reduction_->on_ack({.delivered = ack.delivered.bytes,
                                          .pipe = flight.scoreboard.pipe(),
                                          .mss = flight.mss,
                                          .safe = ack.advances && !lost});
  }
  return outcome;
}

std::optional<SpuriousCause> LossRecovery::find_spurious(const RecoveryInput& ack,
                                                         const Flight& flight) {
  std::optional<SpuriousCause> cause;
  if (ack.duplicate_report) {
    const bool copy = spurious_.may_be_copy(*ack.duplicate_report);
    rack_.on_duplicate_report(copy, flight.una, flight.nxt);
    cause = spurious_.on_duplicate_report(*ack.duplicate_report);
  }
  if (!cause && ack.advances && state_ != State::None) cause = spurious_.on_echo(ack.echo);
  if (!cause && state_ == State::AfterTimeout) cause = forward_rto(ack, flight);
  return enabled_.undo ? cause : std::nullopt;
}

void LossRecovery::undo(const Flight& flight, Instant now) {
  flight.controller.on_spurious_loss(now);
  flight.scoreboard.forget_losses();
  spurious_.end();
  leave();
}

void LossRecovery::leave() {
  state_ = State::None;
  forward_rto_ = ForwardRto::Off;
  inflation_ = ByteCount{0};
  reduction_.reset();
  retransmit_now_ = false;
}

void LossRecovery::count_duplicate(const RecoveryInput& ack, const Flight& flight) {
  if (ack.advances) {
    duplicates_ = 0;
    // What limited transmit lent is over with the duplicates that allowed it.
    if (state_ != State::Fast) inflation_ = ByteCount{0};
  }
  if (!ack.duplicate) return;
  if (++duplicates_ == 1) first_duplicate_nxt_ = flight.nxt;
  // RFC 5681 §3.2 and RFC 3042: each duplicate says that one segment has left the network.
  const bool counts = state_ == State::Fast || duplicates_ < kDupThresh;
  if (kind_ == Recovery::NewReno && counts) inflation_ += flight.mss;
}

void LossRecovery::go_on(const RecoveryInput& ack, const Flight& flight, RecoveryOutcome& outcome,
                         Instant now) {
  if (flight.una >= point_) {
    outcome.ended = state_ == State::Fast;
    flight.controller.on_recovery_end(now);
    rack_.on_recovery_end();
    leave();
    return;
  }
  const bool partial = ack.delivered.bytes > ByteCount{0};
  if (state_ == State::Fast && kind_ == Recovery::NewReno && partial) partial_ack(ack, flight);
}

// RFC 5682 §2.1, and §3.1 with SACK, in the form that does not wait for the second ACK where the
// first one settles it.
std::optional<SpuriousCause> LossRecovery::forward_rto(const RecoveryInput& ack,
                                                       const Flight& flight) {
  if (forward_rto_ == ForwardRto::Off) return std::nullopt;
  const bool original = std::ranges::any_of(
      ack.delivered.segments,
      [&](const SentSegment& segment) { return !segment.retransmitted && segment.end <= point_; });
  // Step 3.b: what was sent once has arrived, so not everything was lost.
  if (original && (kind_ != Recovery::NewReno || forward_rto_ == ForwardRto::Decide)) {
    return SpuriousCause::ForwardRto;
  }
  if (forward_rto_ == ForwardRto::FirstAck) {
    // Step 2: only an ACK that advances, not up to the recovery point, leaves it open.
    const bool open = ack.advances && flight.una < point_ && ack.can_send_new;
    forward_rto_ = open ? ForwardRto::SendNew : ForwardRto::Off;
  } else if (ack.duplicate || ack.delivered.newly_sacked) {
    // Step 3.a: the timeout was right.
    forward_rto_ = ForwardRto::Off;
  }
  return std::nullopt;
}

void LossRecovery::partial_ack(const RecoveryInput& ack, const Flight& flight) {
  // RFC 6582 §3.2 step 5: the next hole is lost too; deflate by what was acknowledged.
  flight.scoreboard.mark_first_lost();
  retransmit_now_ = true;
  trigger_ = Trigger::PartialAck;
  inflation_ = std::max(ByteCount{0}, inflation_ - ack.delivered.bytes);
  if (ack.delivered.bytes >= flight.mss) inflation_ += flight.mss;
}

bool LossRecovery::found_by_duplicates(const Flight& flight) const {
  if (state_ != State::None || duplicates_ < kDupThresh) return false;
  if (flight.una < probe_lost_until_) return false;
  // RFC 6582 §3.2 step 1: duplicates of what was sent before the last recovery are no sign of loss.
  const bool old = point_ > StreamOffset{0} && flight.una <= point_;
  return kind_ != Recovery::NewReno || !old;
}

// True if something new is judged lost; `trigger_` says by what, if no recovery is under way.
bool LossRecovery::detect(const RecoveryInput& ack, const Flight& flight, Instant now) {
  if (kind_ == Recovery::Rack) {
    const bool found = (ack.delivered.bytes > ByteCount{0}) && detect_late(flight, now);
    if (found && state_ == State::None) trigger_ = Trigger::Rack;
    return found;
  }
  const bool counted = kind_ == Recovery::Sack && flight.scoreboard.mark_lost_by_sack(flight.mss);
  const bool duplicates = found_by_duplicates(flight);
  if (state_ != State::None) return counted;
  if (!counted && !duplicates) return false;
  flight.scoreboard.mark_first_lost();
  trigger_ = kind_ == Recovery::Sack ? Trigger::Sack : Trigger::DuplicateAcks;
  return true;
}

bool LossRecovery::detect_late(const Flight& flight, Instant now) {
  reordering_deadline_ = kNever;
  const auto newest = rack_.newest();
  if (!newest || flight.scoreboard.empty()) return false;
  const bool eager =
      state_ != State::None || flight.scoreboard.sacked_segments() >= std::size_t{kDupThresh};
  const Duration min_rtt = flight.rtt.minimum().value_or(rack_.rtt());
  const Duration smoothed = flight.rtt.smoothed().value_or(rack_.rtt());
  const Duration patience = rack_.rtt() + rack_.reordering_window(eager, min_rtt, smoothed);
  const LateSegments late = flight.scoreboard.mark_lost_by_time(*newest, patience, now);
  reordering_deadline_ = late.next;
  return late.found;
}

RecoveryOutcome LossRecovery::on_reordering_timeout(const Flight& flight, Instant now) {
  RecoveryOutcome outcome;
  if (!detect_late(flight, now)) return outcome;
  if (state_ == State::None) {
    trigger_ = Trigger::Rack;
    on_loss(ByteCount{0}, flight, outcome, now);
  }
  if (!reduction_) return outcome;
  retransmit_now_ = true;
  reduced_window_ = reduction_->on_ack(
      {.delivered = {}, .pipe = flight.scoreboard.pipe(), .mss = flight.mss, .safe = false});
  return outcome;
}

void LossRecovery::on_loss(ByteCount delivered, const Flight& flight, RecoveryOutcome& outcome,
                           Instant now) {
  if (flight.mtu_probe && flight.scoreboard.lost_is_only(*flight.mtu_probe)) {
    outcome.mtu_probe_lost = true;
    probe_lost_until_ = flight.nxt;
    return;
  }
  enter(trigger_, delivered, flight, now);
  outcome.began = trigger_;
}

void LossRecovery::enter(Trigger trigger, ByteCount delivered, const Flight& flight, Instant now) {
  // Limited transmit is not part of the flight that was too much (RFC 5681 §3.2 step 2).
  const ByteCount window_before = flight.controller.window();
  const ByteCount limited = duplicates_ > 0 ? flight.nxt - first_duplicate_nxt_ : ByteCount{0};
  // RFC 3168 §6.1.2: a window in which a mark was answered has been answered for.
  if (!marked_ || flight.controller.rules_recovery()) {
    flight.controller.on_congestion({.in_flight = flight.size_when_lost() - limited,
                                     .snd_una = flight.una,
                                     .snd_nxt = flight.nxt,
                                     .pipe = flight.scoreboard.pipe(),
                                     .delivered = flight.delivered},
                                    now);
  }
  state_ = State::Fast;
  point_ = flight.nxt;
  trigger_ = trigger;
  rescue_used_ = false;
  // RFC 5681 §3.2 step 3, RFC 6675 §5 step 4.3.
  retransmit_now_ = true;
  inflation_ = kind_ == Recovery::NewReno ? kDupThresh * flight.mss : ByteCount{0};
  spurious_.begin(flight.una, flight.nxt);
  begin_reduction(delivered, window_before, flight);
}

void LossRecovery::begin_reduction(ByteCount delivered, ByteCount window_before,
                                   const Flight& flight) {
  if (kind_ == Recovery::NewReno || !enabled_.rate_reduction || flight.controller.rules_recovery())
    return;
  // RFC 9937 §6: what was SACKed before will not be delivered any more, what this ACK brought
  // counts.
  const ByteCount expected = flight.size() - flight.scoreboard.sacked() + delivered;
  // With a share of the window, that is what the flight is measured by (Linux).
  const ByteCount base = enabled_.loss_share_of_window ? window_before : expected;
  reduction_.emplace(std::max(base, flight.mss), flight.controller.window());
}

void LossRecovery::end_mark(const Flight& flight, Instant now) {
  // CWR must have arrived, which goes with the first segment behind that place.
  if (!marked_ || flight.una <= mark_point_) return;
  marked_ = false;
  if (state_ != State::None) return;
  reduction_.reset();
  flight.controller.on_recovery_end(now);
}

void LossRecovery::answer_mark(const RecoveryInput& ack, const Flight& flight,
                               RecoveryOutcome& outcome, Instant now) {
  // RFC 3168 §6.1.2: once a window. ECE stops when CWR has arrived, with the first segment that was
  // sent after the last reduction: up to its ACK the echo is old.
  const bool old = state_ != State::None || flight.una <= std::max(point_, mark_point_);
  if (!ack.congestion_echo || old) return;
  const ByteCount before = flight.controller.window();
  flight.controller.on_congestion({.in_flight = flight.size_when_lost() + ack.delivered.bytes,
                                   .snd_una = flight.una,
                                   .snd_nxt = flight.nxt,
                                   .pipe = flight.scoreboard.pipe(),
                                   .delivered = flight.delivered,
                                   .marked = true},
                                  now);
  marked_ = true;
  mark_point_ = flight.nxt;
  outcome.mark_heard = true;
  // BBR v1 leaves its window as it is.
  outcome.marked = flight.controller.window() < before;
  begin_reduction(ack.delivered.bytes, before, flight);
}

void LossRecovery::on_timeout(const Flight& flight, bool repeated, Instant now) {
  const bool fresh = state_ == State::None;
  if (fresh) spurious_.begin(flight.una, flight.nxt);
  // RFC 2018 §8: a peer that SACKed the first segment and does not acknowledge it has dropped it.
  if (flight.scoreboard.front().sacked) flight.scoreboard.forget_sacks();
  if (kind_ == Recovery::Rack && rack_.newest()) {
    // RFC 8985 §6.3: the first segment, and of the others those for which it is time.
    flight.scoreboard.mark_first_lost();
    const Newest everything{now, StreamOffset{INT64_MAX}};
    static_cast<void>(flight.scoreboard.mark_lost_by_time(everything, rack_.rtt(), now));
  } else {
    flight.scoreboard.mark_all_lost();
  }
  flight.controller.on_timeout(
      {.in_flight = flight.size(), .snd_nxt = flight.nxt, .repeated = repeated}, now);
  leave();
  marked_ = false;
  duplicates_ = 0;
  reordering_deadline_ = kNever;
  state_ = State::AfterTimeout;
  point_ = flight.nxt;
  retransmit_now_ = true;
  if (enabled_.forward_rto && (fresh || repeated)) forward_rto_ = ForwardRto::FirstAck;
}

void LossRecovery::on_probe_repair(const Flight& flight, Instant now) {
  if (state_ != State::None) return;
  flight.controller.on_congestion({.in_flight = flight.size(),
                                   .snd_una = flight.una,
                                   .snd_nxt = flight.nxt,
                                   .pipe = flight.scoreboard.pipe(),
                                   .delivered = flight.delivered},
                                  now);
  flight.controller.on_recovery_end(now);
}

void LossRecovery::on_transmitted(Stretch stretch, bool retransmission, Instant now) {
  if (reduction_) reduction_->on_sent(stretch.end - stretch.begin);
  if (!retransmission) {
    if (forward_rto_ == ForwardRto::SendNew) forward_rto_ = ForwardRto::Decide;
    return;
  }
  retransmit_now_ = false;
  spurious_.on_retransmitted(stretch, now);
}

bool LossRecovery::take_rescue() { return !std::exchange(rescue_used_, true); }

ByteCount LossRecovery::window(const congestion::Controller& controller) const {
  return reduced_window(controller) + (reduction_ ? ByteCount{0} : inflation_);
}

}  // namespace inflight::tcp
