// What an acknowledgment does to the sender, in the order of RFC 9293 §3.10.7.4 (fifth check) and
// RFC 6675 §5.
#include <algorithm>
#include <utility>

#include "tcp/sender.h"

namespace inflight::tcp {

AckOutcome Sender::handle_ack(const Acknowledgment& ack, Instant now) {
  AckOutcome outcome;
  last_ack_ = now;
  delivered_.clear();
  const ByteCount flight_before = snd_nxt_ - snd_una_ - scoreboard_.sacked();
  const ByteCount window_before = window_;
  const StreamOffset una_before = snd_una_;
  const bool advances = ack.ack > snd_una_;
  if (advances && snd_una_ == kSyn) begin_data();
  if (advances) advance_una(ack, now);
  if (sack_) scoreboard_.apply_sack(ack.sack, delivered_);
  for (const SentSegment& segment : delivered_.segments) {
    sampler_.on_delivered(segment.stamp, segment.length(), now);
  }
  outcome.acked = delivered_.bytes;
  const auto arrived = static_cast<std::int64_t>(delivered_.segments.size());
  counters_.segments_delivered += arrived;
  if (ack.congestion_echo) counters_.marked_segments_delivered += arrived;
  // RFC 9937 §5: without SACK each duplicate ACK stood for a segment that arrived then, and is not
  // to be counted again.
  const int stood_for = sack_ || !advances ? 0 : recovery_.duplicates();
  // RFC 9293 §3.8.3: a peer that SACKs is there, though the first hole stays. Each such sample
  // takes the back-off away: the count alone would give up within seconds.
  if (delivered_.bytes > ByteCount{0}) retries_ = 0;
  take_rtt_sample(now);
  update_window(ack, outcome, now);
  if (!established()) return outcome;
  note_size_passed();

  const bool duplicate = !advances && is_duplicate(ack, window_ != window_before);
  const auto exit_before = controller_->slow_start_exit();
  const bool reduced_before = recovery_.reduces_for_mark();
  outcome.recovery =
      recovery_.on_ack({.delivered = delivered_,
                        .advances = advances,
                        .duplicate = duplicate,
                        .duplicate_report = ack.duplicate_report,
                        .echo = ack.echo,
                        .congestion_echo = ack.congestion_echo,
                        .can_send_new = stream_end() > snd_nxt_ && window_ > flight()},
                       view_of_flight(), now);
  note_probe_lost(outcome.recovery);
  unanswered_ += snd_una_ - una_before;
  if (outcome.recovery.began) ++counters_.fast_recoveries;
  if (outcome.recovery.undone) ++counters_.spurious_recoveries;
  if (outcome.recovery.marked) ++counters_.mark_reductions;
  resolve_probe(ack, duplicate, now);
  // RFC 5681 §3.1: the window grows with what is acknowledged cumulatively, and not with the ACK
  // that ends a recovery, which sets it.
  const bool held = recovery_.in_fast_recovery() || recovery_.reduces_for_mark() || reduced_before;
  // Nor with an echo of a mark (RFC 3168 §6.1.2).
  const bool grows = advances && !held && !outcome.recovery.ended && !ack.congestion_echo;
  if (delivered_.bytes > ByteCount{0}) {
    const ByteCount least = std::min(delivered_.bytes, mss_);
    tell_controller(std::max(delivered_.bytes - stood_for * mss_, least), flight_before, grows,
                    now);
  }
  tune_buffer();
  if (buffer_.room() > ByteCount{0}) writer_blocked_ = false;
  outcome.slow_start_ended = controller_->slow_start_exit() != exit_before;
  arm_timers(now);
  if (advances || scoreboard_.sacked_segments() > 0) arm_tail_probe(now);
  return outcome;
}

void Sender::advance_una(const Acknowledgment& ack, Instant now) {
  scoreboard_.acknowledge(ack.ack, delivered_);
  window_ -= ack.ack - snd_una_;
  snd_una_ = ack.ack;
  buffer_.release_until(snd_una_);
  marks_.release_until(snd_una_);
  counters_.bytes_acked = std::min(snd_una_, buffer_.end()) - SendBuffer::kFirst;
  retries_ = 0;
  progress_ = now;
  // RFC 6298 §5.3: restart the timer when new data is acknowledged.
  timer_restart_ = true;
  rto_deadline_ = scoreboard_.empty() ? kNever : now + rtt_.rto();
}

void Sender::take_rtt_sample(Instant now) {
  if (!delivered_.latest_sent || delivered_.filled_hole) return;
  rtt_.on_sample(now - *delivered_.latest_sent, flight() / std::max(mss_, ByteCount{1}));
  tail_probe_.on_rtt_sample();
  if (timer_restart_ && !scoreboard_.empty()) rto_deadline_ = now + rtt_.rto();
}

void Sender::update_window(const Acknowledgment& ack, AckOutcome& outcome, Instant now) {
  timer_restart_ = false;
  if (!ack.updates_window) return;
  const bool was_closed = std::exchange(window_closed_, ack.window == ByteCount{0});
  const ByteCount window_before = std::exchange(window_, ack.ack + ack.window - snd_una_);
  max_window_ = std::max(max_window_, window_);
  outcome.window_opened = was_closed && !window_closed_;
  outcome.window_closed = !was_closed && window_closed_;
  // RFC 9293 MUST-37, SHLD-17: a peer that answers with a closed window is alive.
  const bool was_probing = persist_.running();
  if (was_probing || ack.window == ByteCount{0}) {
    retries_ = 0;
    progress_ = now;
  }
  // One that says nothing new must not put off what waits for the timer, as a window too small for
  // a full segment does.
  if (window_ > ByteCount{0} && window_ != window_before) {
    // A probe that fell outside the window is not coming back.
    if (was_probing && outcome.window_opened) scoreboard_.mark_first_lost();
    persist_.reset();
  }
}

bool Sender::is_duplicate(const Acknowledgment& ack, bool window_changed) const {
  if (scoreboard_.empty() || ack.ack != snd_una_) return false;
  // What answers a probe says nothing about a loss.
  if (persist_.running()) return false;
  // RFC 6675 §2: with SACK, an ACK that reports new data above is a duplicate, whatever else it
  // says.
  return sack_ ? delivered_.newly_sacked : ack.pure && !window_changed;
}

void Sender::resolve_probe(const Acknowledgment& ack, bool duplicate, Instant now) {
  // RFC 8985 §7.4.2: both copies arrived if the duplicate is reported, or plainly acknowledged.
  const bool plain = ack.pure && ack.ack == snd_una_ && delivered_.bytes == ByteCount{0};
  const bool twice = ack.duplicate_report.has_value() || (plain && !duplicate);
  if (tail_probe_.on_ack({.ack = ack.ack, .duplicate = twice})) {
    recovery_.on_probe_repair(view_of_flight(), now);
  }
}

void Sender::tell_controller(ByteCount acked, ByteCount flight_before, bool grows, Instant now) {
  const bool sampled = delivered_.latest_sent && !delivered_.filled_hole;
  const Duration min_rtt = rtt_.minimum().value_or(Duration{});
  controller_->on_ack({.acked = acked,
                       .rtt = sampled ? std::optional(rtt_.last()) : std::nullopt,
                       .smoothed_rtt = rtt_.smoothed().value_or(Duration{}),
                       .min_rtt = min_rtt,
                       .snd_una = snd_una_,
                       .snd_nxt = snd_nxt_,
                       .in_flight = flight_before,
                       .cwnd_limited = window_use_.limited(),
                       .most_in_flight = window_use_.most_out(),
                       .in_recovery = !grows,
                       .paced = paced(),
                       .in_flight_after = scoreboard_.pipe(),
                       .lost = scoreboard_.lost_total() - lost_told_,
                       .delivered = sampler_.delivered(),
                       .rate = sampler_.take_sample(min_rtt)},
                      now);
  lost_told_ = scoreboard_.lost_total();
}

}  // namespace inflight::tcp
