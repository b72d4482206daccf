// The sessions of one peer: previous, current and next (paper §6.1). Old keys stay for what is
// still on its way; a responder's new session waits as `next` until the initiator has used it, for
// only then is it known that the initiator has the keys.
#pragma once

#include <optional>

#include "tunnel/session.h"

namespace inflight::tunnel {

class Keyring {
 public:
  // The role of the session decides where it goes: an initiator's is current at once, a
  // responder's is next until confirmed.
  void add(Session session);
  // The session with this index at our end, or null.
  Session* find(Index local);
  // An authentic message came on this session: true when it was `next` and now is current.
  bool confirm(const Session& session);
  // The session to send with, or null when there is none that may.
  Session* sending(Instant now);
  const Session* current() const { return current_ ? &*current_ : nullptr; }
  bool empty() const { return !previous_ && !current_ && !next_; }
  void erase();

 private:
  std::optional<Session> previous_;
  std::optional<Session> current_;
  std::optional<Session> next_;
};

}  // namespace inflight::tunnel
