#include "packetdrill/adapter.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "packetdrill/sysctl.h"

namespace inflight::packetdrill {
namespace {

// How long netdev_receive looks for a packet: scripts wait two minutes for some timeouts.
constexpr Duration kPatience = 300s;

}  // namespace

Adapter::Adapter(Profile profile) : profile_(std::move(profile)), main_thread_(gettid()) {
  if (!profile_.log.empty()) log_ = std::fopen(profile_.log.c_str(), "w");
}

Adapter::Parts& Adapter::parts() {
  if (!parts_) parts_.emplace(profile_);
  return *parts_;
}

bool Adapter::on_main_thread() const { return gettid() == main_thread_; }

bool Adapter::may_sleep(int fd, int flags) {
  const std::lock_guard lock(mutex_);
  if (on_main_thread() || (flags & MSG_DONTWAIT) != 0) return false;
  const Socket* const socket = parts().sockets.find(fd);
  return socket != nullptr && !socket->nonblocking;
}

bool Adapter::owns(int fd) {
  const std::lock_guard lock(mutex_);
  return parts_ && parts().sockets.find(fd) != nullptr;
}

void Adapter::netdev_send(Bytes packet) {
  std::unique_lock lock(mutex_);
  // What is due by now happens before it arrives.
  advance(lock, parts().machine.now(), false);
  parts().machine.deliver(packet);
  parts().machine.settle();
  waiters_.wake_all();
  waiters_.stand_still(lock);
}

std::optional<Machine::Emitted> Adapter::netdev_receive() {
  std::unique_lock lock(mutex_);
  Machine& machine = parts().machine;
  if (machine.emitted() == 0) {
    // Whether it comes to nothing is known without waiting for it.
    const Instant limit = machine.now() + kPatience;
    advance(lock, limit, true);
  }
  return machine.take_emitted();
}

void Adapter::usleep(Duration duration) {
  std::unique_lock lock(mutex_);
  waiters_.stand_still(lock);
  advance(lock, parts().machine.now() + duration, false);
}

void Adapter::advance(std::unique_lock<std::mutex>& lock, Instant limit, bool until_packet) {
  Machine& machine = parts().machine;
  waiters_.stand_still(lock);
  for (;;) {
    if (until_packet && machine.emitted() > 0) return;
    const Instant wakes = waiters_.next_deadline();
    const bool idle = machine.stack().next_timeout() > limit && wakes > limit;
    // Nothing will come: time need not pass to see that.
    if (until_packet && idle) return;
    const bool happened = machine.advance(std::min(limit, wakes));
    if (!happened && wakes > limit) return;
    waiters_.wake_all();
    waiters_.stand_still(lock);
  }
}

std::int64_t Adapter::read_clock_us() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = parts().machine.read_clock_us();
  waiters_.arrived();
  return now;
}

void Adapter::shell(std::string_view command) {
  const std::lock_guard lock(mutex_);
  // Before the first socket there is nothing to forget.
  if (parts_ && flushes_metrics(command)) parts_->machine.stack().forget_fast_open();
  for (const Sysctl& sysctl : find_sysctls(text_of_command(command))) {
    const bool known = apply(sysctl, profile_);
    note((known ? "set " : "ignored ") + sysctl.name + " = " + sysctl.value);
  }
}

void Adapter::finish() {
  const std::lock_guard lock(mutex_);
  if (!parts_) return;
  const stack::Counters& counters = parts().machine.stack().counters();
  note("packets in " + std::to_string(counters.packets_in) + ", out " +
       std::to_string(counters.packets_out) + ", unread " +
       std::to_string(parts().machine.emitted()) + ", malformed " +
       std::to_string(counters.malformed) + ", bad checksums " +
       std::to_string(counters.bad_checksums));
}

void Adapter::note(const std::string& line) {
  if (log_ == nullptr) return;
  std::fputs((line + "\n").c_str(), log_);
  std::fflush(log_);
}

}  // namespace inflight::packetdrill
