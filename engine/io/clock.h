// The two clocks of a live session: the monotonic one, which is its time line, and the wall clock,
// read once, which dates it (TAI64N labels, capture files).
#pragma once

#include <chrono>

#include "base/time.h"

namespace inflight::io {

// A time line that begins when it is made.
class Clock {
 public:
  Clock();

  Instant now() const;
  // Unix time at Instant{}.
  std::chrono::nanoseconds epoch() const { return epoch_; }
  // The instant of a kernel time stamp of the wall clock. The wall clock may have been set since:
  // the answer is not later than `now` and at most a second before it.
  Instant from_wall(std::chrono::nanoseconds unix_time, Instant now) const;

 private:
  std::chrono::steady_clock::time_point start_;
  std::chrono::nanoseconds epoch_;
};

}  // namespace inflight::io
