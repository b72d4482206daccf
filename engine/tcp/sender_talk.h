// What a connection and its sender tell each other: a stretch to put into one segment, an
// acknowledgment, and what that or a timeout did. In offsets of the stream, windows scaled.
#pragma once

#include <optional>
#include <span>

#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"
#include "tcp/loss_recovery.h"
#include "tcp/report.h"
#include "tcp/scoreboard.h"

namespace inflight::tcp {

// A stretch to put into one segment.
struct SendRange {
  StreamOffset begin;
  StreamOffset end;
  bool retransmission = false;
  Trigger trigger = Trigger::Sack;
  // Sent into a closed window to learn whether it opened.
  bool probe = false;
  // Sent because nothing came back (RFC 8985 §7).
  bool tail_probe = false;
};

// An acceptable acknowledgment, in offsets and with the window scaled.
struct Acknowledgment {
  StreamOffset ack;
  ByteCount window;
  std::span<const Stretch> sack;
  // RFC 2883: what arrived twice.
  std::optional<Stretch> duplicate_report;
  // When the segment was sent that caused it, by the timestamp it echoes, rounded down to
  // milliseconds.
  std::optional<Instant> echo;
  // It says that a segment of ours was marked on its way (RFC 3168).
  bool congestion_echo = false;
  // The segment carried no data, SYN or FIN: it may count as a duplicate ACK (RFC 5681 §2).
  bool pure = false;
  // It is newer than the last window update (RFC 9293's SND.WL1/WL2 rule).
  bool updates_window = false;
};

// What an acknowledgment did; Connection makes events of it.
struct AckOutcome {
  ByteCount acked;
  RecoveryOutcome recovery;
  bool slow_start_ended = false;
  bool window_closed = false;
  bool window_opened = false;
};

struct TimeoutOutcome {
  bool timed_out = false;
  RecoveryOutcome recovery;
  bool slow_start_ended = false;
  // So many in a row brought no answer, when that number is reached which is worth a word; else 0.
  int unanswered = 0;
  EndReason gave_up = EndReason::None;
};

}  // namespace inflight::tcp
