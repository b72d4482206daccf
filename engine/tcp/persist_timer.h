// RFC 9293 §3.8.6.1: when a sender that may send nothing asks for the peer's window, or sends the
// little that fits, and that these probes come ever more rarely.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace inflight::tcp {

class PersistTimer {
 public:
  bool running() const { return deadline_ != kNever; }
  Instant deadline() const { return deadline_; }
  // A probe is to be sent.
  bool due() const { return due_; }
  int back_offs() const { return back_offs_; }

  void start(Instant deadline) { deadline_ = deadline; }
  void stop() {
    deadline_ = kNever;
    due_ = false;
  }
  // The window moved: the next wait is a short one again.
  void reset() {
    stop();
    back_offs_ = 0;
  }
  // `asks`: nothing else can be sent.
  void on_expired(bool asks) {
    deadline_ = kNever;
    due_ = asks;
    back_offs_ = std::min(back_offs_ + 1, kMostBackOffs);
  }
  void on_probe_sent(Instant now, Duration rto, Duration most) {
    due_ = false;
    deadline_ = now + std::min(rto * (std::int64_t{1} << back_offs_), most);
  }

 private:
  // Far beyond any ceiling of the wait, and no overflow.
  static constexpr int kMostBackOffs = 10;

  Instant deadline_ = kNever;
  int back_offs_ = 0;
  bool due_ = false;
};

}  // namespace inflight::tcp
