// The adapter as packetdrill sees it: socket calls that may sleep, packets in and out, and virtual
// time, behind one mutex. The stack and its sockets come into being with the first socket, so that
// the sysctls of a script's first shell line count. Calls on the thread that made the adapter never
// sleep, since nobody could wake it.
#pragma once

#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "packetdrill/epoll.h"
#include "packetdrill/machine.h"
#include "packetdrill/sockets.h"
#include "packetdrill/waiters.h"

namespace inflight::packetdrill {

class Adapter {
 public:
  explicit Adapter(Profile profile);

  struct Parts {
    explicit Parts(const Profile& profile)
        : machine(profile), sockets(machine, profile), epoll(sockets) {
      machine.on_settled([this] { sockets.note_progress(); });
    }
    Machine machine;
    Sockets sockets;
    EpollSets epoll;
  };
  // Runs `attempt(Parts&)` with the lock held. While it gives EAGAIN and the call may sleep, the
  // thread sleeps, then it runs again; `timeout` is how long in virtual time.
  template <class Attempt>
  Result call(bool sleeps, Duration timeout, const Attempt& attempt);
  template <class Attempt>
  Result call(const Attempt& attempt) {
    return call(false, kForever, attempt);
  }
  // Whether a call on this descriptor may sleep, with these MSG_ flags.
  bool may_sleep(int fd, int flags);
  bool owns(int fd);
  bool on_main_thread() const;

  void netdev_send(Bytes packet);
  // The next packet of the stack; time passes until there is one. Nothing if there will be none.
  std::optional<Machine::Emitted> netdev_receive();
  void usleep(Duration duration);
  std::int64_t read_clock_us();

  // A shell line of the script: its sysctls become configuration.
  void shell(std::string_view command);
  // Writes what is worth knowing at the end to the log.
  void finish();

 private:
  // Made when first asked for.
  Parts& parts();
  void advance(std::unique_lock<std::mutex>& lock, Instant limit, bool until_packet);
  void note(const std::string& line);

  std::mutex mutex_;
  Profile profile_;
  std::optional<Parts> parts_;
  Waiters waiters_;
  pid_t main_thread_;
  std::FILE* log_ = nullptr;
};

template <class Attempt>
Result Adapter::call(bool sleeps, Duration timeout, const Attempt& attempt) {
  std::unique_lock lock(mutex_);
  waiters_.arrived();
  Machine& machine = parts().machine;
  const Instant deadline = timeout == kForever ? kNever : machine.now() + timeout;
  for (;;) {
    const Result result = attempt(parts());
    machine.settle();
    if (on_main_thread()) waiters_.wake_all();
    const bool wait = !result && result.error() == EAGAIN && sleeps && machine.now() < deadline;
    if (!wait) return result;
    waiters_.sleep(lock, deadline);
  }
}

}  // namespace inflight::packetdrill
