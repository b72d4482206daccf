// The sending half of a connection: send buffer, what is in flight, the peer's window, pacing and
// the retransmission timers (RFC 9293 §3.8, RFC 5681, RFC 6298); losses are loss_recovery's.
// The SYN is the byte at offset 0, the FIN the byte behind the last of the data, so both are sent,
// retransmitted and acknowledged like data. Knows no headers and no states: Connection does.
#pragma once

#include <memory>
#include <optional>

#include "congestion/controller.h"
#include "congestion/pacer.h"
#include "congestion/rate_sample.h"
#include "tcp/busy_clock.h"
#include "tcp/config.h"
#include "tcp/details.h"
#include "tcp/loss_recovery.h"
#include "tcp/mtu_search.h"
#include "tcp/persist_timer.h"
#include "tcp/push_marks.h"
#include "tcp/report.h"
#include "tcp/rtt.h"
#include "tcp/scoreboard.h"
#include "tcp/send_buffer.h"
#include "tcp/sender_talk.h"
#include "tcp/tail_loss_probe.h"
#include "tcp/window_use.h"

namespace inflight::tcp {

class Sender {
 public:
  // `seed` is for chance in congestion control.
  Sender(const Config& config, std::uint64_t seed);

  std::size_t write(Bytes bytes);  // as many as there is room for
  ByteCount room() const { return closed_ ? ByteCount{0} : buffer_.room(); }
  // Something was written and is not acknowledged.
  bool has_data() const { return buffer_.used() > ByteCount{0}; }
  void close() { closed_ = true; }  // no more data: a FIN follows the last byte
  // The peer's SYN arrived: its MSS option and whether it permits SACK. `mss` is what goes into one
  // segment, options taken off; `window` is the SYN's, never scaled.
  void on_peer_syn(ByteCount mss, bool sack, ByteCount window);

  // RFC 7413: what the first SYN takes along, at most.
  void set_syn_data_limit(ByteCount limit) { syn_data_limit_ = limit; }
  void begin_early();          // data goes out before our SYN is acknowledged
  void on_syn_data_refused();  // the SYN was acknowledged without its data, which is sent again
  // The network told so of our SYN: what data it had with it waits.
  void on_syn_too_large();
  // The path takes other segments than before, at most of `mss`. Those in flight that are too large
  // for it are lost, which says nothing about congestion (RFC 8201 §5.4).
  void on_path_mtu(ByteCount mss);

  AckOutcome handle_ack(const Acknowledgment& ack, Instant now);
  // What to send next, or nothing and `limit()` says why. Asked again after each on_transmitted().
  std::optional<SendRange> next_range(Instant now);
  void on_transmitted(const SendRange& range, Instant now);
  TimeoutOutcome handle_timeout(Instant now);
  Instant next_timeout() const;  // of whichever timer is first; kNever if none runs

  // Payload of a range: SYN and FIN have none.
  std::pair<Bytes, Bytes> payload(const SendRange& range) const;
  bool contains_fin(const SendRange& range) const { return closed_ && range.end == fin_end(); }
  // Whether it carries PSH, by the config's policy.
  bool push(const SendRange& range) const;

  ByteCount mss() const { return mss_; }
  StreamOffset snd_una() const { return snd_una_; }
  StreamOffset snd_nxt() const { return snd_nxt_; }
  ByteCount max_window() const { return max_window_; }
  bool syn_acknowledged() const { return snd_una_ > kSyn; }
  bool fin_acknowledged() const { return closed_ && snd_una_ == fin_end(); }
  bool fin_sent() const { return closed_ && snd_nxt_ == fin_end(); }
  int retries() const { return retries_; }  // timeouts in a row
  SendLimit limit() const { return limit_; }
  bool writer_blocked() const { return writer_blocked_; }  // a write found too little room
  // Nothing is in flight and nothing waits to be sent.
  bool quiet() const { return scoreboard_.empty() && snd_nxt_ == stream_end(); }

  // Changes while running: buffer size, algorithm, slow-start exit and RTO floor.
  void reconfigure(const Config& config);

  void fill(Snapshot& snapshot) const;  // the sender's part
  void fill(Details& details, Instant now) const;
  bool is_consistent() const;

 private:
  static constexpr StreamOffset kSyn{0};
  // Segments that may leave at once when packets are paced, as Linux sends at low rates.
  static constexpr std::int64_t kPacingQuantum = 2;

  congestion::Config congestion_config() const;
  StreamOffset fin_end() const { return buffer_.end() + ByteCount{1}; }
  // One past what may ever be sent: data and, once closed, the FIN.
  StreamOffset stream_end() const { return closed_ ? fin_end() : buffer_.end(); }
  // Data may go out: our SYN is acknowledged, or Fast Open does without that.
  bool established() const { return controller_ != nullptr; }
  ByteCount flight() const { return snd_nxt_ - snd_una_; }
  ByteCount usable_window() const;
  Flight view_of_flight();

  void tune_buffer();  // room for the window under way and for the next one

  // handle_ack, step by step (sender_ack.cpp).
  void begin_data();
  void advance_una(const Acknowledgment& ack, Instant now);
  void take_rtt_sample(Instant now);
  void update_window(const Acknowledgment& ack, AckOutcome& outcome, Instant now);
  bool is_duplicate(const Acknowledgment& ack, bool window_changed) const;
  void resolve_probe(const Acknowledgment& ack, bool duplicate, Instant now);
  void tell_controller(ByteCount acked, ByteCount flight_before, bool grows, Instant now);

  // next_range, step by step.
  std::optional<SendRange> next_syn();
  std::optional<SendRange> next_retransmission();
  std::optional<SendRange> next_new(Instant now);
  std::optional<SendRange> next_hole();
  std::optional<SendRange> next_probe();
  std::optional<SendRange> next_tail_probe();
  std::optional<SendRange> next_by_window(Instant now);
  SendRange retransmission(const SentSegment& segment, Trigger trigger);
  Trigger resend_trigger() const;  // why what is lost is sent again now
  void restart_after_idle(Instant now);
  void note_window_use();
  // sender_mtu.cpp: the size of segments, and the search for it.
  void use_mss(ByteCount mss);
  void resend_for_size();
  // What the next segment is to try, if there is enough to send and nothing is missing.
  std::optional<ByteCount> mtu_probe_size(Instant now);
  std::optional<SendRange> next_mtu_probe(ByteCount size);
  void note_size_passed();
  void note_probe_lost(const RecoveryOutcome& outcome);
  void doubt_size();
  bool holds_back_partial(StreamOffset begin, ByteCount length, bool cut_by_window) const;
  // sender_push.cpp: what leaves at once with what comes before it.
  void note_phase(Instant now);
  bool ends_burst(const SendRange& range) const;
  ByteCount burst_limit() const;
  // sender_timers.cpp: what is paced, and when somebody has to look again.
  bool paced() const;
  double pacing_rate() const;
  bool held_by_pacer(Instant now) const;
  void arm_after_transmission(const SendRange& range, Instant now);
  void arm_timers(Instant now);
  void arm_tail_probe(Instant now);
  void on_rto_expired(TimeoutOutcome& outcome, Instant now);
  void judge_silence(TimeoutOutcome& outcome, int retries_before, Instant now);
  Instant user_deadline() const;

  Config config_;
  std::uint64_t seed_;
  SendBuffer buffer_;
  PushMarks marks_;
  Scoreboard scoreboard_;
  RttEstimator rtt_;
  std::unique_ptr<congestion::Controller> controller_;
  LossRecovery recovery_;
  TailLossProbe tail_probe_;
  std::unique_ptr<MtuSearch> mtu_search_;  // null unless the path's MTU is searched for
  congestion::RateSampler sampler_;
  congestion::Pacer pacer_;
  Delivered delivered_;  // of the ACK that is being handled; kept for its memory

  StreamOffset snd_una_ = kSyn;
  StreamOffset snd_nxt_ = kSyn;
  ByteCount mss_;
  bool sack_ = false;
  ByteCount syn_data_limit_;
  // Why what is lost outside a recovery is sent again, up to this place.
  Trigger resend_trigger_ = Trigger::Timeout;
  StreamOffset resend_until_;
  bool closed_ = false;
  bool writer_blocked_ = false;

  // The peer's window behind snd_una_, and the largest it ever offered.
  ByteCount window_;
  ByteCount max_window_;
  bool window_closed_ = false;
  // What the controller was told of Scoreboard::lost_total.
  ByteCount lost_told_;
  WindowUse window_use_;
  ByteCount unanswered_;  // acknowledged since it was last asked for a range

  Instant rto_deadline_ = kNever;
  Instant probe_deadline_ = kNever;  // of the tail loss probe, in front of the timer above
  bool tail_probe_due_ = false;
  PersistTimer persist_;
  int retries_ = 0;
  // The peer last gave a sign of progress, or what it has to answer was first sent.
  Instant progress_{};
  StreamOffset small_end_;  // one past the last segment sent that was not full
  bool timer_restart_ = false;
  Instant last_sent_{};
  Instant last_ack_{};
  BusyClock busy_;
  SendLimit limit_ = SendLimit::Handshake;
  Counters counters_;
};

}  // namespace inflight::tcp
