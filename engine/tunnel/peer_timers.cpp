// Facts in, deadlines out.
#include "tunnel/peer_timers.h"

#include <algorithm>
#include <utility>

#include "tunnel/constants.h"

namespace inflight::tunnel {

PeerTimers::PeerTimers(Duration persistent, Instant now)
    : persistent_(persistent), attempt_began_(now) {
  deadlines_.fill(kNever);
  if (persistent_ > Duration::zero()) arm(TimerKind::PersistentKeepalive, now);
}

void PeerTimers::on_initiation_sent(KeySource& keys, Instant now) {
  // Paper §6.4: retry after 5 s and a bit, and give up 90 s after the attempt began.
  arm(TimerKind::RetryHandshake,
      std::min(now + kRekeyTimeout + keys.jitter(kMaxJitter), attempt_began_ + kRekeyAttemptTime));
}

void PeerTimers::on_initiation_deferred(Instant until) {
  if (!armed(TimerKind::RetryHandshake)) arm(TimerKind::RetryHandshake, until);
}

void PeerTimers::on_authentic_sent(Instant now) {
  disarm(TimerKind::PassiveKeepalive);
  restart_persistent(now);
}

void PeerTimers::on_authentic_received(Instant now) {
  disarm(TimerKind::NewHandshake);
  restart_persistent(now);
}

void PeerTimers::on_packet_sent(KeySource& keys, Instant now) {
  // Paper §6.5: whoever receives a packet answers within 10 s, if only with a keepalive.
  if (armed(TimerKind::NewHandshake)) return;
  arm(TimerKind::NewHandshake, now + kKeepaliveTimeout + kRekeyTimeout + keys.jitter(kMaxJitter));
}

void PeerTimers::on_packet_received(Instant now) {
  if (armed(TimerKind::PassiveKeepalive)) {
    keepalive_again_ = true;
  } else {
    arm(TimerKind::PassiveKeepalive, now + kKeepaliveTimeout);
  }
}

void PeerTimers::on_gave_up(Instant now) {
  disarm(TimerKind::RetryHandshake);
  disarm(TimerKind::PassiveKeepalive);
  if (!armed(TimerKind::EraseKeys)) arm(TimerKind::EraseKeys, now + kEraseKeysAfter);
}

void PeerTimers::on_passive_keepalive_sent(Instant now) {
  if (std::exchange(keepalive_again_, false)) {
    arm(TimerKind::PassiveKeepalive, now + kKeepaliveTimeout);
  }
}

std::optional<TimerKind> PeerTimers::take_due(Instant now) {
  const Timeout due = next();
  if (due.at > now) return std::nullopt;
  disarm(due.reason);
  return due.reason;
}

Timeout PeerTimers::next() const {
  const auto earliest = std::ranges::min_element(deadlines_);
  return {*earliest, static_cast<TimerKind>(earliest - deadlines_.begin())};
}

void PeerTimers::restart_persistent(Instant now) {
  if (persistent_ > Duration::zero()) arm(TimerKind::PersistentKeepalive, now + persistent_);
}

}  // namespace inflight::tunnel
