// The way in to an engine thread: requests from the window, taken in order by the thread that owns
// the session. A request (and a wake-up) ends whatever wait that thread is in, so Stop never has to
// sit out a pause or a pacing delay. Requests are made by hand: their number needs no bound.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "host/session.h"
#include "ui/bridge/speed.h"

namespace inflight::ui {

struct SetSpeed {
  Speed speed = Speed::Normal;
};
struct SetPaused {
  bool paused = true;
};
// End the run and keep what it recorded.
struct EndRun {};
using Request = std::variant<host::Command, SetSpeed, SetPaused, EndRun>;

class Mailbox {
 public:
  void post(Request request) {
    {
      const std::lock_guard lock(m_mutex);
      m_requests.push_back(std::move(request));
    }
    m_arrived.notify_one();
  }

  std::vector<Request> takeAll() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_requests, {});
  }

  // Returns at once if something waits to be taken.
  void waitFor(std::chrono::nanoseconds limit) {
    std::unique_lock lock(m_mutex);
    m_arrived.wait_for(lock, limit, [this] { return !m_requests.empty(); });
  }
  void wait() {
    std::unique_lock lock(m_mutex);
    m_arrived.wait(lock, [this] { return !m_requests.empty(); });
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_arrived;
  std::vector<Request> m_requests;
};

}  // namespace inflight::ui
