// What happened, when and why. An event names its cause: a loss names the place that dropped the
// packet, a retransmission its trigger.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"

namespace inflight::trace {

enum class EventKind : std::uint8_t {
  Connected,      // handshake done
  Loss,           // a data packet was dropped; cause names the place
  Retransmit,     // cause names the trigger
  Timeout,        // retransmission timer expired; value: the new RTO in seconds
  RecoveryBegin,  // value: cwnd in bytes after the reduction
  RecoveryEnd,
  SlowStartExit,  // cause names the rule; value: cwnd in bytes
  ZeroWindow,     // the peer's window closed
  WindowOpen,     // … and opened again
  WindowProbe,
  SettingChanged,   // detail: "receiver.receive_buffer 1MiB -> 4MiB"
  TunnelHandshake,  // value: seconds it took
  TunnelRekey,
  OutboundBlocked,  // backpressure began; value: seconds it lasted once over
  PeerClosed,
  Reset,  // detail: why
  Closed,
  RecoveryUndone,  // it was for nothing; cause says how that was found; value: cwnd in bytes
  Marked,          // the window fell because the path marked a packet; value: cwnd in bytes, after
  Outage,          // nothing gets through from here on; value: seconds it lasts
  Unanswered,      // so many retransmissions or probes in a row brought nothing; value: how many
};
inline constexpr std::size_t kEventKindCount = 21;

enum class EventCause : std::uint8_t {
  None,
  // Places that drop
  PathQueue,
  RandomLoss,
  BurstLoss,
  OutboundQueue,
  TunnelStaging,
  BeforeCapturePoint,
  Unlocated,
  // Triggers of a retransmission or a recovery
  DuplicateAcks,
  Sack,
  PartialAck,
  Rescue,
  TimeoutExpired,
  // Rules that end slow start
  HystartDelay,
  HystartAckTrain,
  HystartCss,
  LossDetected,
  // Triggers that go by time
  Rack,
  TailLossProbe,
  // How a recovery was found to be spurious
  DuplicateReports,
  Timestamps,
  ForwardRto,
  // Ends slow start without a loss (RFC 3168)
  Mark,
  // Places that drop, once more
  Codel,
  Policer,
  Outage,
  // Who changed a setting: the scenario had said when
  Scheduled,
};
inline constexpr std::size_t kEventCauseCount = 27;

struct Event {
  Instant time;
  EventKind kind = EventKind::Loss;
  EventCause cause = EventCause::None;
  // The stretch of the stream concerned; length 0 if none.
  StreamOffset offset;
  ByteCount length;
  double value = 0;
  std::string detail;

  bool operator==(const Event&) const = default;
};

// Stable names for files: "retransmit", "path_queue" …
std::string_view to_string(EventKind kind);
std::string_view to_string(EventCause cause);
std::optional<EventKind> event_kind_by_name(std::string_view name);
std::optional<EventCause> event_cause_by_name(std::string_view name);

}  // namespace inflight::trace
