#include "packetdrill/waiters.h"

#include <unistd.h>

#include <algorithm>

namespace inflight::packetdrill {

void Waiters::sleep(std::unique_lock<std::mutex>& lock, Instant deadline) {
  const pid_t self = gettid();
  on_the_way_.erase(self);
  asleep_[self] = deadline;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !asleep_.contains(self); });
}

void Waiters::wake_all() {
  for (const auto& [thread, deadline] : asleep_) on_the_way_.insert(thread);
  asleep_.clear();
  changed_.notify_all();
}

void Waiters::arrived() {
  if (on_the_way_.erase(gettid()) > 0) changed_.notify_all();
}

void Waiters::stand_still(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return on_the_way_.empty(); });
}

Instant Waiters::next_deadline() const {
  Instant next = kNever;
  for (const auto& [thread, deadline] : asleep_) next = std::min(next, deadline);
  return next;
}

}  // namespace inflight::packetdrill
