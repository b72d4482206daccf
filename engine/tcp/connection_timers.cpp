// What time does to a connection: TIME-WAIT and FIN-WAIT-2 end, idle peers are probed, and the
// sender's own timers run.
#include <algorithm>

#include "tcp/connection.h"

namespace inflight::tcp {

void Connection::handle_timeout(Instant now) {
  if (time_wait_deadline_ <= now) {
    time_wait_deadline_ = kNever;
    phase_ = Phase::Closed;
  }
  if (phase_ == Phase::Closed) return;
  if (fin_wait_deadline_ <= now) return end(EndReason::Abandoned, Phase::Closed, now);
  if (keep_alive_deadline() <= now) run_keep_alive(now);
  if (phase_ != Phase::Closed && sender_.next_timeout() <= now) run_sender_timers(now);
}

Instant Connection::next_timeout() const {
  if (phase_ == Phase::Closed) return kNever;
  if (phase_ == Phase::TimeWait) return std::min(time_wait_deadline_, receiver_.next_timeout());
  return std::min({sender_.next_timeout(), receiver_.next_timeout(), fin_wait_deadline_,
                   keep_alive_deadline()});
}

void Connection::run_sender_timers(Instant now) {
  const ByteCount mss_before = sender_.mss();
  const TimeoutOutcome outcome = sender_.handle_timeout(now);
  report_segment_size(mss_before, now);
  if (outcome.timed_out) {
    report(EventKind::TimedOut, now, to_seconds(snapshot().rto));
    ecn_.on_reduced();
    if (phase_ == Phase::SynSent) ecn_.on_syn_timeout();
    if (phase_ == Phase::SynSent && fast_open_.use != FastOpenUse::None) {
      fast_open_.use = FastOpenUse::TimedOut;
    }
  }
  report_recovery(outcome.recovery, now);
  if (outcome.slow_start_ended) {
    report(EventKind::SlowStartEnded, now,
           static_cast<double>(snapshot().congestion.exit_cwnd.value()));
  }
  // RFC 9293 SHLD-9: the application is told at R1.
  if (outcome.unanswered > 0) report(EventKind::Unanswered, now, outcome.unanswered);
  if (outcome.gave_up != EndReason::None) give_up(outcome.gave_up, now);
}

void Connection::give_up(EndReason reason, Instant now) {
  abort();
  end(reason, Phase::Closed, now);
}

Instant Connection::keep_alive_deadline() const {
  // RFC 9293 MUST-26: only while nothing is outstanding; else the retransmission timer asks.
  if (phase_ != Phase::Synchronized || !sender_.quiet()) return kNever;
  return keep_alive_.deadline();
}

void Connection::run_keep_alive(Instant now) {
  switch (keep_alive_.handle_timeout(now)) {
    case KeepAlive::Action::None:
      break;
    case KeepAlive::Action::Probe:
      keep_alive_due_ = true;
      break;
    case KeepAlive::Action::GiveUp:
      give_up(EndReason::KeepAlive, now);
      break;
  }
}

void Connection::arm_fin_wait(Instant now) {
  if (fin_wait_deadline_ != kNever || !released_ || config_.fin_wait_timeout == Duration{}) return;
  if (state() == State::FinWait2) fin_wait_deadline_ = now + config_.fin_wait_timeout;
}

}  // namespace inflight::tcp
