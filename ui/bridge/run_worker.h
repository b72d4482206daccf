// What runs on the engine thread: makes the session there, drives it in short stretches along the
// pacer's line, answers requests between them and hands out what was recorded. Plain C++ without
// Qt, so that it runs under the thread sanitizer. It ends when the session does, on EndRun, or when
// its queue is abandoned; nothing thrown leaves it: a failure becomes a sentence in the queue.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/session.h"
#include "ui/bridge/mailbox.h"
#include "ui/bridge/pacer.h"
#include "ui/bridge/run_queue.h"

namespace inflight::ui {

// Called on the engine thread, which owns what it makes.
using SessionFactory = std::function<std::unique_ptr<host::Session>()>;
// The wall clock, so that tests can bring their own.
using WallClock = std::function<WallTime()>;

// Shared by the two threads; each side of it locks by itself.
struct RunChannel {
  explicit RunChannel(WhenFull whenFull) : queue(whenFull) {}
  Mailbox mailbox;
  RunQueue queue;
};

class RunWorker {
 public:
  RunWorker(SessionFactory factory, Speed speed, std::shared_ptr<RunChannel> channel,
            WallClock clock = &std::chrono::steady_clock::now);

  void run();

 private:
  RunEnd drive();
  // False when the run shall end.
  bool answerRequests();
  void answer(const Request& request);
  bool deliver(bool withInfo);

  SessionFactory m_factory;
  std::shared_ptr<RunChannel> m_channel;
  WallClock m_clock;
  Pacer m_pacer;
  std::unique_ptr<host::Session> m_session;
  Instant m_position{};
  bool m_endAsked = false;
  std::vector<std::string> m_refusals;
};

}  // namespace inflight::ui
