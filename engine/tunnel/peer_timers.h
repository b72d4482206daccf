// The five timers of a peer (paper §6.1 to §6.5), as instants: told the facts that start and stop
// them, asked which is due. What happens when one expires is the tunnel's business.
#pragma once

#include <array>
#include <optional>

#include "base/time.h"
#include "tunnel/key_source.h"
#include "tunnel/report.h"

namespace inflight::tunnel {

class PeerTimers {
 public:
  // `persistent` is the interval of persistent keepalives, 0 for none; the first is due at once.
  PeerTimers(Duration persistent, Instant now);

  // An initiation went out; it is repeated until a handshake completes or time is up.
  void on_initiation_sent(KeySource& keys, Instant now);
  // Somebody wants a session: the time allowed for trying begins anew.
  void on_attempt(Instant now) { attempt_began_ = now; }
  // An initiation is wanted but must wait for the minimum distance to the last one.
  void on_initiation_deferred(Instant until);
  void on_handshake_complete() { disarm(TimerKind::RetryHandshake); }
  void on_session_made(Instant now) { arm(TimerKind::EraseKeys, now + kEraseKeysAfter); }
  // Any authentic message, with or without a packet in it, handshake messages included.
  void on_authentic_sent(Instant now);
  void on_authentic_received(Instant now);
  // In addition, when a packet was in it.
  void on_packet_sent(KeySource& keys, Instant now);
  void on_packet_received(Instant now);

  // Nobody answered within kRekeyAttemptTime.
  bool attempt_is_over(Instant now) const { return now - attempt_began_ >= kRekeyAttemptTime; }
  void on_gave_up(Instant now);
  // A passive keepalive went out; when packets came while it was waiting, so will another.
  void on_passive_keepalive_sent(Instant now);
  // Disarms and returns a timer that is due, earliest first.
  std::optional<TimerKind> take_due(Instant now);
  // The earliest; kNever when none runs.
  Timeout next() const;
  Instant deadline(TimerKind kind) const { return deadlines_[static_cast<std::size_t>(kind)]; }

 private:
  void arm(TimerKind kind, Instant when) { deadlines_[static_cast<std::size_t>(kind)] = when; }
  void disarm(TimerKind kind) { arm(kind, kNever); }
  bool armed(TimerKind kind) const { return deadline(kind) != kNever; }
  void restart_persistent(Instant now);

  std::array<Instant, kTimerKinds> deadlines_;
  Duration persistent_;
  Instant attempt_began_;
  // Packets came while the passive keepalive was already running.
  bool keepalive_again_ = false;
};

}  // namespace inflight::tunnel
