// Finding losses and repairing them: NewReno (RFC 6582), SACK counts (RFC 6675) or RACK (RFC 8985)
// find them; fast recovery with proportional rate reduction (RFC 9937) or timeouts with F-RTO
// (RFC 5682) repair them; and what was for nothing is undone. Marks segments in the scoreboard,
// tells the congestion controller, and says how much may be in flight; which bytes go is the
// sender's business.
#pragma once

#include <optional>

#include "congestion/controller.h"
#include "congestion/rate_reduction.h"
#include "tcp/config.h"
#include "tcp/rack.h"
#include "tcp/report.h"
#include "tcp/rtt.h"
#include "tcp/scoreboard.h"
#include "tcp/spurious_loss.h"

namespace inflight::tcp {

// What recovery works on, as it stands after an ACK was applied or a timer expired.
struct Flight {
  Scoreboard& scoreboard;
  congestion::Controller& controller;
  const RttEstimator& rtt;
  ByteCount mss;
  StreamOffset una;
  StreamOffset nxt;
  // All bytes ever delivered.
  ByteCount delivered;
  // Acknowledged by ACKs that came just before, together with this one: nothing could be sent on
  // them yet.
  ByteCount unanswered;
  // A segment that tries a larger size (RFC 4821).
  std::optional<Stretch> mtu_probe;

  ByteCount size() const { return nxt - una; }
  // RFC 5681's FlightSize, as it would be had each ACK come alone: what the path held.
  ByteCount size_when_lost() const { return size() + unanswered; }
};

// What recovery wants to know of an ACK.
struct RecoveryInput {
  const Delivered& delivered;
  bool advances = false;
  // A duplicate ACK: RFC 5681 §2, with SACK one that reports something new (RFC 6675 §2).
  bool duplicate = false;
  std::optional<Stretch> duplicate_report;
  // Of the timestamp it echoed, rounded down to milliseconds.
  std::optional<Instant> echo;
  // ECE: a segment of ours was marked.
  bool congestion_echo = false;
  // There is data that was never sent, and the peer's window takes it.
  bool can_send_new = false;
};

struct RecoveryOutcome {
  std::optional<Trigger> began;
  bool ended = false;
  std::optional<SpuriousCause> undone;
  // A mark was heard (RFC 3168): the peer is to know; and whether the window fell for it.
  bool mark_heard = false;
  bool marked = false;
  // Only the segment that tries a size was lost: that is no congestion (RFC 4821 §7.3).
  bool mtu_probe_lost = false;
};

class LossRecovery {
 public:
  explicit LossRecovery(const Config& config);

  // Whether both ends permit SACK.
  void set_sack(bool sack);

  RecoveryOutcome on_ack(const RecoveryInput& ack, const Flight& flight, Instant now);
  // The reordering timer: what was waited for is late now.
  RecoveryOutcome on_reordering_timeout(const Flight& flight, Instant now);
  // The retransmission timer. `repeated`: nothing was acknowledged since it last expired.
  void on_timeout(const Flight& flight, bool repeated, Instant now);
  // A tail loss probe repaired a loss: the window falls once, nothing is sent again.
  void on_probe_repair(const Flight& flight, Instant now);
  void on_transmitted(Stretch stretch, bool retransmission, Instant now);

  // What the pipe may hold.
  ByteCount window(const congestion::Controller& controller) const;
  bool in_fast_recovery() const { return state_ == State::Fast; }
  bool after_timeout() const { return state_ == State::AfterTimeout; }
  // The flight comes down after a mark; the window does not grow meanwhile.
  bool reduces_for_mark() const { return marked_; }
  int duplicates() const { return duplicates_; }
  // window() without inflation.
  ByteCount reduced_window(const congestion::Controller& controller) const {
    return reduction_ ? reduced_window_ : controller.window();
  }
  bool idle() const { return state_ == State::None; }
  Trigger trigger() const { return state_ == State::Fast ? trigger_ : Trigger::Timeout; }
  // The segment that begins a stage of recovery is sent whatever the window says.
  bool retransmits_now() const { return retransmit_now_; }
  // F-RTO's second step: new data, no retransmission, until the next ACK tells.
  bool sends_only_new() const { return forward_rto_ >= ForwardRto::SendNew; }
  // There was no new data to send: everything is sent again after all.
  void no_new_data() {
    if (forward_rto_ == ForwardRto::SendNew) forward_rto_ = ForwardRto::Off;
  }
  // RFC 6675 NextSeg rules 3 and 4 are in force.
  bool looks_for_holes() const { return state_ == State::Fast && kind_ == Recovery::Sack; }
  // NextSeg rule 4, once per recovery.
  bool take_rescue();
  bool probes_tail() const { return kind_ == Recovery::Rack && enabled_.tail_loss_probe; }
  bool reordering_seen() const { return rack_.reordering_seen(); }
  std::int64_t reorderings() const { return rack_.reorderings(); }
  ByteCount reordering_distance() const { return rack_.reordering_distance(); }
  Instant reordering_deadline() const { return reordering_deadline_; }

 private:
  enum class State : std::uint8_t { None, Fast, AfterTimeout };
  // SendNew: the first ACK after the timeout advanced. Decide: the second one tells.
  enum class ForwardRto : std::uint8_t { Off, FirstAck, SendNew, Decide };

  std::optional<SpuriousCause> find_spurious(const RecoveryInput& ack, const Flight& flight);
  void undo(const Flight& flight, Instant now);
  void count_duplicate(const RecoveryInput& ack, const Flight& flight);
  void go_on(const RecoveryInput& ack, const Flight& flight, RecoveryOutcome& outcome, Instant now);
  std::optional<SpuriousCause> forward_rto(const RecoveryInput& ack, const Flight& flight);
  void partial_ack(const RecoveryInput& ack, const Flight& flight);
  bool detect(const RecoveryInput& ack, const Flight& flight, Instant now);
  bool detect_late(const Flight& flight, Instant now);
  bool found_by_duplicates(const Flight& flight) const;
  // Something was judged lost outside of a recovery.
  void on_loss(ByteCount delivered, const Flight& flight, RecoveryOutcome& outcome, Instant now);
  void enter(Trigger trigger, ByteCount delivered, const Flight& flight, Instant now);
  void end_mark(const Flight& flight, Instant now);
  void answer_mark(const RecoveryInput& ack, const Flight& flight, RecoveryOutcome& outcome,
                   Instant now);
  // `window_before`: cwnd before it fell.
  void begin_reduction(ByteCount delivered, ByteCount window_before, const Flight& flight);
  void leave();

  // Of the settings, which are large.
  struct Enabled {
    bool rate_reduction, forward_rto, undo, tail_loss_probe, loss_share_of_window;
  };
  Enabled enabled_;
  Recovery kind_;
  State state_ = State::None;
  // RFC 6582's recover, RFC 6675's RecoveryPoint: recovery ends when this is acknowledged.
  StreamOffset point_;
  Trigger trigger_ = Trigger::Sack;
  int duplicates_ = 0;
  // SND.NXT when the first of them came: what was sent since is limited transmit.
  StreamOffset first_duplicate_nxt_;
  // What is sent again for its size is not acknowledged up to here: duplicates are about that.
  StreamOffset probe_lost_until_;
  // NewReno without SACK: what duplicate ACKs allow beyond the window (RFC 5681 §3.2).
  ByteCount inflation_;
  std::optional<congestion::RateReduction> reduction_;
  // What the reduction allows until the next ACK.
  ByteCount reduced_window_;
  bool retransmit_now_ = false;
  bool rescue_used_ = false;
  ForwardRto forward_rto_ = ForwardRto::Off;
  // A mark was answered and what was in flight then is not all acknowledged; where that ends.
  bool marked_ = false;
  StreamOffset mark_point_;
  Rack rack_;
  Instant reordering_deadline_ = kNever;
  SpuriousLoss spurious_;
};

}  // namespace inflight::tcp
