// One thread's wait for whatever comes first: a socket or device that can be read or written, a
// deadline, a wake-up from another thread. Standalone Asio does the waiting and stays inside the
// source.
#pragma once

#include <memory>

#include "io/clock.h"

namespace inflight::io {

// Ends a wait from any thread; may outlive the loop, and does nothing then. Cheap to copy.
class Waker {
 public:
  void wake() const;

 private:
  friend class EventLoop;
  struct Shared;
  explicit Waker(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

enum class Interest : unsigned char { Readable, ReadableOrWritable };

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Waits for this socket or device too (its descriptor()), instead of an earlier one, until it is
  // forgotten.
  void watch(int descriptor);
  // Before it closes. Nothing if it is not the one that is watched.
  void forget(int descriptor);
  // Returns when it is ready, the deadline has come, or somebody woke it since the last
  // wait.
  void wait(Interest interest, Instant deadline, const Clock& clock);
  Waker waker() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace inflight::io
