// The sender's timers: retransmission (RFC 6298), persist (RFC 9293 §3.8.6.1), tail loss probe and
// reordering (RFC 8985), and the departure times of paced packets.
#include <algorithm>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {

// RFC 9293 SHLD-10: R1, at least three.
constexpr int kRetriesToTell = 3;
// Linux's pacing ratios: room for the window to double, and a little more than it drains.
constexpr double kSlowStartRatio = 2.0;
constexpr double kAvoidanceRatio = 1.2;

}  // namespace

Instant Sender::next_timeout() const {
  const Instant paced = limit_ == SendLimit::Pacing ? pacer_.next_departure() : kNever;
  return std::min({user_deadline(), rto_deadline_, persist_.deadline(), probe_deadline_,
                   recovery_.reordering_deadline(), paced});
}

bool Sender::paced() const { return config_.pacing || controller_->pacing_rate().has_value(); }

// Bytes per second.
double Sender::pacing_rate() const {
  if (const auto rate = controller_->pacing_rate()) return rate->bytes_per_second();
  const congestion::Status status = controller_->status();
  const bool doubling = !status.ssthresh || status.cwnd < *status.ssthresh / 2;
  const double ratio = doubling ? kSlowStartRatio : kAvoidanceRatio;
  return ratio * status.cwnd / to_seconds(std::max(rtt_.smoothed().value_or(1ms), Duration{1us}));
}

bool Sender::held_by_pacer(Instant now) const { return paced() && pacer_.next_departure() > now; }

void Sender::arm_timers(Instant now) {
  if (scoreboard_.empty()) {
    rto_deadline_ = kNever;
    probe_deadline_ = kNever;
    tail_probe_due_ = false;
    // Without data there is no window to ask for.
    if (stream_end() == snd_nxt_) persist_.stop();
  } else if (rto_deadline_ == kNever && !persist_.running()) {
    rto_deadline_ = now + rtt_.rto();
  }
  // RFC 8985 §6.3 has one timer for both: where the round trip hardly varies, the RTO would expire
  // before what is waited for is even late.
  if (const Instant late = recovery_.reordering_deadline(); late != kNever) {
    rto_deadline_ = std::max(rto_deadline_, late + rtt_.rto());
  }
}

void Sender::arm_tail_probe(Instant now) {
  probe_deadline_ = kNever;
  // RFC 8985 §7.2: only while nothing says yet that something is missing.
  const bool quiet = recovery_.idle() && scoreboard_.sacked_segments() == 0;
  const bool wanted = sack_ && recovery_.probes_tail() && tail_probe_.may_send();
  if (!quiet || !wanted || scoreboard_.empty() || rto_deadline_ == kNever) return;
  const Duration wait = TailLossProbe::timeout(rtt_.smoothed(), flight() <= mss_);
  probe_deadline_ = std::min(now + wait, rto_deadline_);
}

void Sender::arm_after_transmission(const SendRange& range, Instant now) {
  if (range.probe) {
    persist_.on_probe_sent(now, rtt_.rto(), config_.max_rto);
    return;
  }
  if (range.tail_probe) {
    tail_probe_.on_sent(snd_nxt_, range.retransmission);
    ++counters_.tail_loss_probes;
    // RFC 8985 §7.3: if this is not answered, the retransmission timer has the word.
    rto_deadline_ = now + rtt_.rto();
    return;
  }
  // RFC 6298 §5.1: start the timer if it is not running. RFC 6675 §6: what recovery sends again has
  // a round trip of its own to be acknowledged; where that hardly varies, the old timer is too
  // early.
  const bool repairs = range.retransmission && recovery_.in_fast_recovery();
  if (rto_deadline_ == kNever || repairs) rto_deadline_ = now + rtt_.rto();
  if (!range.retransmission) arm_tail_probe(now);
}

TimeoutOutcome Sender::handle_timeout(Instant now) {
  TimeoutOutcome outcome;
  using congestion::SlowStartExit;
  const auto exit = [&] {
    return controller_ ? controller_->slow_start_exit() : SlowStartExit::None;
  };
  const SlowStartExit exit_before = exit();
  const int retries_before = retries_;
  if (persist_.deadline() <= now) {
    // RFC 9293 MUST-37: probes go on for ever while they are answered; handle_ack resets the count.
    persist_.on_expired(window_ <= ByteCount{0} || flight() >= window_ || scoreboard_.empty());
    ++retries_;
  }
  if (recovery_.reordering_deadline() <= now) {
    outcome.recovery = recovery_.on_reordering_timeout(view_of_flight(), now);
    note_probe_lost(outcome.recovery);
    if (outcome.recovery.began) ++counters_.fast_recoveries;
  }
  if (probe_deadline_ <= now) {
    probe_deadline_ = kNever;
    tail_probe_due_ = true;
    rto_deadline_ = now + rtt_.rto();
  }
  if (rto_deadline_ <= now) on_rto_expired(outcome, now);
  judge_silence(outcome, retries_before, now);
  outcome.slow_start_ended = exit() != exit_before;
  return outcome;
}

Instant Sender::user_deadline() const {
  const bool waits = !scoreboard_.empty() || persist_.running() || persist_.due();
  return waits && config_.user_timeout > Duration{} ? progress_ + config_.user_timeout : kNever;
}

// RFC 9293 §3.8.3: at R1 somebody should know, at R2 it is over.
void Sender::judge_silence(TimeoutOutcome& outcome, int retries_before, Instant now) {
  if (retries_before < kRetriesToTell && retries_ >= kRetriesToTell) outcome.unanswered = retries_;
  if (config_.user_timeout > Duration{}) {
    if (user_deadline() <= now) outcome.gave_up = EndReason::UserTimeout;
    return;
  }
  const int most = established() ? config_.max_retries : config_.max_syn_retries;
  if (retries_ > most) outcome.gave_up = EndReason::TimedOut;
}

void Sender::on_rto_expired(TimeoutOutcome& outcome, Instant now) {
  outcome.timed_out = true;
  ++counters_.rtos;
  const bool repeated = ++retries_ > 1;
  if (established() || retries_ > config_.linear_syn_retries) rtt_.back_off();
  rto_deadline_ = now + rtt_.rto();
  probe_deadline_ = kNever;
  tail_probe_.reset();
  if (!established()) {
    scoreboard_.mark_all_lost();
    return;
  }
  doubt_size();
  recovery_.on_timeout(view_of_flight(), repeated, now);
}

}  // namespace inflight::tcp
