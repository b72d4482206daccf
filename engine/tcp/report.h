// What a connection tells the outside, as plain values: its state, what limits it, what happened,
// and a snapshot of all that is worth showing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"
#include "congestion/controller.h"
#include "wire/icmp.h"

namespace inflight::tcp {

// RFC 9293 §3.3.2. LISTEN belongs to the stack's listeners.
enum class State : std::uint8_t {
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
  Closed,
};
std::string_view to_string(State state);

// What kept the sender from sending more when it was last asked.
enum class SendLimit : std::uint8_t {
  None,  // it would send now
  Handshake,
  NothingToSend,  // all is sent and acknowledged
  NoData,         // all is sent, some of it is in flight
  Window,         // the peer's window
  Congestion,     // cwnd
  Recovery,       // cwnd, during loss recovery
  Nagle,
  Pacing,
};

// Why a segment was sent again, or a recovery begun.
enum class Trigger : std::uint8_t {
  DuplicateAcks,
  Sack,
  PartialAck,
  Rescue,
  Timeout,
  Rack,
  TailLossProbe,
  PathMtu,   // it was too large for the path
  FastOpen,  // the SYN was acknowledged without its data
};

// Why a connection is over.
enum class EndReason : std::uint8_t {
  None,      // it is not
  Finished,  // both directions ended in order
  Aborted,   // by the application here
  Refused,   // a RST answered our SYN
  ResetByPeer,
  TimedOut,     // too many retransmissions or probes in a row brought no answer (R2)
  UserTimeout,  // nothing was acknowledged for as long as the application allows
  KeepAlive,    // an idle peer no longer answers
  Abandoned,    // half closed and released here, and the peer did not end its half in time
  Unreachable,  // the network said so while connecting (ICMP)
};
std::string_view to_string(EndReason reason);

// What Fast Open (RFC 7413) did for a connection.
enum class FastOpenUse : std::uint8_t {
  None,
  CookieAsked,  // the SYN asked for a cookie, for the next connection
  DataSent,     // the SYN carried data, and nothing is known of it yet
  DataTaken,    // and it was acknowledged with the SYN; at a server: taken before the handshake
  DataRefused,  // only the SYN was acknowledged: the data was sent again
  TimedOut,     // neither was: the SYN was sent again, plainly
};

// How a recovery or a timeout was found to have been for nothing.
enum class SpuriousCause : std::uint8_t { DuplicateReports, Timestamps, ForwardRto };

enum class EventKind : std::uint8_t {
  Connected,
  Retransmitted,  // offset, length, trigger
  TimedOut,       // value: the new RTO in seconds
  Unanswered,     // R1 of RFC 9293 §3.8.3; value: retransmissions or probes in a row
  RecoveryBegan,  // trigger; value: cwnd in bytes
  RecoveryEnded,
  RecoveryUndone,  // spurious; value: cwnd in bytes, as before
  Marked,          // the path marked instead of dropping (RFC 3168); value: cwnd in bytes, after
  SlowStartEnded,  // value: cwnd in bytes; the rule stands in the snapshot's congestion status
  ZeroWindow,
  WindowOpened,
  ProbeSent,
  PeerClosed,
  Reset,           // ended out of order; `reason` says why
  Closed,          // both directions ended in order
  NetworkError,    // an ICMP error about one of our segments; `error`
  PathMtuChanged,  // value: the largest payload of a segment in bytes
};

struct Event {
  EventKind kind = EventKind::Connected;
  Instant time;
  Trigger trigger = Trigger::Sack;
  SpuriousCause spurious = SpuriousCause::DuplicateReports;
  EndReason reason = EndReason::None;
  wire::IcmpMeaning error = wire::IcmpMeaning::Other;
  StreamOffset offset;
  ByteCount length;
  double value = 0;
};

struct Counters {
  std::int64_t segments_sent = 0;
  std::int64_t segments_received = 0;
  std::int64_t retransmits = 0;
  std::int64_t rtos = 0;
  std::int64_t fast_recoveries = 0;
  std::int64_t spurious_recoveries = 0;
  std::int64_t tail_loss_probes = 0;
  // Reductions because of marks, and segments that came with one.
  std::int64_t mark_reductions = 0;
  std::int64_t marked_segments_received = 0;
  std::int64_t duplicate_segments_received = 0;
  // Cumulatively or selectively acknowledged, each once; a SYN and its data are one. And those
  // whose ACK echoed a mark (RFC 3168).
  std::int64_t segments_delivered = 0;
  std::int64_t marked_segments_delivered = 0;
  std::int64_t challenge_acks = 0;
  std::int64_t keep_alive_probes = 0;
  // Payload.
  ByteCount bytes_sent;
  ByteCount bytes_retransmitted;
  ByteCount bytes_acked;
  ByteCount bytes_received;
};

// Those of a connection that neither half keeps.
struct SegmentCounters {
  std::int64_t sent = 0;
  std::int64_t received = 0;
  std::int64_t marked_received = 0;
  std::int64_t challenge_acks = 0;
  std::int64_t keep_alive_probes = 0;
};

struct Snapshot {
  State state = State::Closed;
  EndReason end_reason = EndReason::None;
  FastOpenUse fast_open = FastOpenUse::None;
  // The last that the network told of.
  std::optional<wire::IcmpMeaning> network_error;
  SendLimit limit = SendLimit::Handshake;
  congestion::Status congestion;
  // SND.NXT - SND.UNA - SACKed.
  ByteCount bytes_in_flight;
  // RFC 6675.
  ByteCount pipe;
  // The peer's window as last advertised, scaled.
  ByteCount send_window;
  ByteCount mss;
  // Send buffer: held in all, of that not sent yet, and its size.
  ByteCount send_buffered;
  ByteCount unsent;
  ByteCount send_buffer_size;
  // Receive buffer: in order and unread, out of order, its size; our advertised window.
  ByteCount unread;
  ByteCount out_of_order;
  ByteCount receive_buffer_size;
  ByteCount receive_window;
  bool in_recovery = false;
  // Both ends agreed to react to marks.
  bool ecn = false;
  bool reordering_seen = false;
  std::optional<Duration> smoothed_rtt;
  std::optional<Duration> min_rtt;
  Duration rto{};
  // Grows by one with each RTT sample; `last_rtt` is the latest.
  std::int64_t rtt_samples = 0;
  Duration last_rtt{};
  Counters counters;
};

}  // namespace inflight::tcp
