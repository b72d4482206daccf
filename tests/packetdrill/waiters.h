// Calls that sleep. packetdrill runs a blocking call in a second thread and goes on, in the first
// one, once that thread sleeps; so a waiting call must really sleep, and after it was woken virtual
// time has to stand still until its thread is back and has read the clock. All functions are called
// with the adapter's mutex held; waiting lets go of it.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "base/time.h"

namespace inflight::packetdrill {

class Waiters {
 public:
  // The calling thread sleeps until wake_all(). `deadline`: virtual time at which its call is to be
  // looked at again at the latest.
  void sleep(std::unique_lock<std::mutex>& lock, Instant deadline);
  // Everybody who sleeps is to look again.
  void wake_all();
  // The calling thread is back: time may go on as far as it is concerned.
  void arrived();
  // Sleeps until everybody who was woken is back or asleep again.
  void stand_still(std::unique_lock<std::mutex>& lock);
  // The earliest deadline of those who sleep; kNever without one.
  Instant next_deadline() const;

 private:
  std::condition_variable changed_;
  std::map<pid_t, Instant> asleep_;
  // Woken, and not yet back.
  std::set<pid_t> on_the_way_;
};

}  // namespace inflight::packetdrill
