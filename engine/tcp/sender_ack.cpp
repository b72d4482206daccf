// What an acknowledgment does to the sender, in the order of RFC 9293 §3.10.7.4 (fifth check) and
// RFC 6675 §5.
#include <algorithm>
#include <utility>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {
// RFC 5681 §3.2, RFC 6675 §2.
constexpr int kDupThresh = 3;
}  // namespace

AckOutcome Sender::handle_ack(const Acknowledgment& ack, Instant now) {
  AckOutcome outcome;
  Delivered delivered;
  const ByteCount flight_before = snd_nxt_ - snd_una_ - scoreboard_.sacked();
  const ByteCount window_before = window_;
  const bool advances = ack.ack > snd_una_;
  if (advances && snd_una_ == kSyn) begin_data();
  if (advances) advance_una(ack, delivered, now);
  if (sack_) scoreboard_.apply_sack(ack.sack, delivered);
  outcome.acked = delivered.bytes;
  take_rtt_sample(delivered, now);
  update_window(ack, outcome);
  if (!advances) count_duplicate(ack, delivered, window_ != window_before);
  if (!established()) return outcome;

  const auto exit_before = controller_->slow_start_exit();
  if (recovery_ != RecoveryState::None) continue_recovery(delivered, outcome, now);
  detect_loss(outcome, now);
  // RFC 5681 §3.1: the window grows with what is acknowledged cumulatively, and not with the ACK
  // that ends a recovery, which sets it.
  const bool grows = advances && recovery_ != RecoveryState::Fast && !outcome.recovery_ended;
  if (delivered.bytes > ByteCount{0}) tell_controller(delivered, flight_before, grows, now);
  outcome.slow_start_ended = controller_->slow_start_exit() != exit_before;
  arm_timers(now);
  return outcome;
}

void Sender::advance_una(const Acknowledgment& ack, Delivered& delivered, Instant now) {
  scoreboard_.acknowledge(ack.ack, delivered);
  window_ -= ack.ack - snd_una_;
  snd_una_ = ack.ack;
  buffer_.release_until(snd_una_);
  if (buffer_.room() > ByteCount{0}) writer_blocked_ = false;
  counters_.bytes_acked = std::min(snd_una_, buffer_.end()) - SendBuffer::kFirst;
  retries_ = 0;
  duplicate_acks_ = 0;
  // RFC 6298 §5.3: restart the timer when new data is acknowledged.
  timer_restart_ = true;
  rto_deadline_ = scoreboard_.empty() ? kNever : now + rtt_.rto();
}

void Sender::take_rtt_sample(const Delivered& delivered, Instant now) {
  if (!delivered.latest_sent || delivered.filled_hole) return;
  rtt_.on_sample(now - *delivered.latest_sent, flight() / std::max(mss_, ByteCount{1}));
  if (timer_restart_ && !scoreboard_.empty()) rto_deadline_ = now + rtt_.rto();
}

void Sender::update_window(const Acknowledgment& ack, AckOutcome& outcome) {
  timer_restart_ = false;
  if (!ack.updates_window) return;
  const bool was_closed = std::exchange(window_closed_, ack.window == ByteCount{0});
  window_ = ack.ack + ack.window - snd_una_;
  max_window_ = std::max(max_window_, window_);
  outcome.window_opened = was_closed && !window_closed_;
  outcome.window_closed = !was_closed && window_closed_;
  // RFC 9293 MUST-37, SHLD-17: a peer that answers with a closed window is alive.
  const bool was_probing = persist_deadline_ != kNever;
  if (was_probing || ack.window == ByteCount{0}) retries_ = 0;
  if (window_ > ByteCount{0}) {
    // A probe that fell outside the window is not coming back.
    if (was_probing && outcome.window_opened) scoreboard_.mark_first_lost();
    persist_deadline_ = kNever;
    persist_back_offs_ = 0;
    probe_due_ = false;
  }
}

void Sender::count_duplicate(const Acknowledgment& ack, const Delivered& delivered,
                             bool window_changed) {
  if (scoreboard_.empty() || ack.ack != snd_una_) return;
  // What answers a probe says nothing about a loss.
  if (persist_deadline_ != kNever) return;
  // RFC 6675 §2: with SACK, an ACK that reports new data above is a duplicate, whatever else it
  // says.
  const bool duplicate = sack_ ? delivered.newly_sacked : ack.pure && !window_changed;
  if (!duplicate) return;
  if (++duplicate_acks_ == 1) first_duplicate_nxt_ = snd_nxt_;
  // RFC 5681 §3.2 and RFC 3042: each duplicate says that one segment has left the network.
  if (!sack_ && (recovery_ == RecoveryState::Fast || duplicate_acks_ < kDupThresh))
    inflation_ += mss_;
}

void Sender::detect_loss(AckOutcome& outcome, Instant now) {
  const bool lost = sack_ && scoreboard_.mark_lost_by_sack(mss_);
  if (recovery_ != RecoveryState::None) return;
  if (!lost && duplicate_acks_ < kDupThresh) return;
  // RFC 6582 §3.2 step 1: duplicates of what was sent before the last recovery are no sign of loss.
  if (!sack_ && recovery_point_ > kSyn && snd_una_ <= recovery_point_) return;
  scoreboard_.mark_first_lost();
  enter_recovery(duplicate_acks_ >= kDupThresh && !sack_ ? Trigger::DuplicateAcks : Trigger::Sack,
                 outcome, now);
}

void Sender::enter_recovery(Trigger trigger, AckOutcome& outcome, Instant now) {
  // Limited transmit is not part of the flight that was too much (RFC 5681 §3.2 step 2).
  const ByteCount limited = duplicate_acks_ > 0 ? snd_nxt_ - first_duplicate_nxt_ : ByteCount{0};
  controller_->on_congestion(
      {.in_flight = flight() - limited, .snd_una = snd_una_, .snd_nxt = snd_nxt_}, now);
  recovery_ = RecoveryState::Fast;
  recovery_point_ = snd_nxt_;
  recovery_trigger_ = trigger;
  rescue_used_ = false;
  // RFC 5681 §3.2 step 3, RFC 6675 §5 step 4.3.
  retransmit_now_ = true;
  inflation_ = sack_ ? ByteCount{0} : kDupThresh * mss_;
  ++counters_.fast_recoveries;
  outcome.recovery_began = trigger;
}

void Sender::continue_recovery(const Delivered& delivered, AckOutcome& outcome, Instant now) {
  if (snd_una_ >= recovery_point_) {
    if (recovery_ == RecoveryState::Fast) {
      controller_->on_recovery_end(now);
      outcome.recovery_ended = true;
    }
    recovery_ = RecoveryState::None;
    inflation_ = ByteCount{0};
    return;
  }
  if (recovery_ != RecoveryState::Fast || sack_ || delivered.bytes == ByteCount{0}) return;
  // RFC 6582 §3.2 step 5, partial acknowledgment: the next hole is lost too; deflate by what was
  // acked.
  scoreboard_.mark_first_lost();
  retransmit_now_ = true;
  recovery_trigger_ = Trigger::PartialAck;
  inflation_ = std::max(ByteCount{0}, inflation_ - delivered.bytes);
  if (delivered.bytes >= mss_) inflation_ += mss_;
}

void Sender::tell_controller(const Delivered& delivered, ByteCount flight_before, bool grows,
                             Instant now) {
  const bool sampled = delivered.latest_sent && !delivered.filled_hole;
  controller_->on_ack({.acked = delivered.bytes,
                       .rtt = sampled ? std::optional(rtt_.last()) : std::nullopt,
                       .smoothed_rtt = rtt_.smoothed().value_or(Duration{}),
                       .min_rtt = rtt_.minimum().value_or(Duration{}),
                       .snd_una = snd_una_,
                       .snd_nxt = snd_nxt_,
                       .in_flight = flight_before,
                       .cwnd_limited = cwnd_limited_,
                       .in_recovery = !grows,
                       .paced = false},
                      now);
  cwnd_limited_ = false;
}

}  // namespace inflight::tcp
