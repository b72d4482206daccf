// Which of the three places a session moves to. Replacing one wipes its keys and frees its index.
#include "tunnel/keyring.h"

#include <utility>

namespace inflight::tunnel {

void Keyring::add(Session session) {
  if (session.role() == Role::Responder) {
    // The initiator has begun anew: it will not send on the session before the current one.
    next_ = std::move(session);
    previous_.reset();
    return;
  }
  // An unconfirmed session of the other direction stays good for receiving.
  previous_ = next_ ? std::exchange(next_, std::nullopt) : std::exchange(current_, std::nullopt);
  current_ = std::move(session);
}

Session* Keyring::find(Index local) {
  for (auto* place : {&current_, &next_, &previous_}) {
    if (*place && (*place)->local_index() == local) return &**place;
  }
  return nullptr;
}

bool Keyring::confirm(const Session& session) {
  if (!next_ || next_->local_index() != session.local_index()) return false;
  previous_ = std::exchange(current_, std::nullopt);
  current_ = std::exchange(next_, std::nullopt);
  return true;
}

Session* Keyring::sending(Instant now) {
  return current_ && current_->may_send(now) ? &*current_ : nullptr;
}

void Keyring::erase() {
  previous_.reset();
  current_.reset();
  next_.reset();
}

}  // namespace inflight::tunnel
