// Time in the engine: a chrono clock without now(). An Instant is a point on a session's own time
// line (virtual in the Lab, monotonic in Live); nothing in here reads a clock. Both types count
// nanoseconds in 64 bits: 292 years.
#pragma once

#include <chrono>
#include <cstdint>

namespace inflight {

struct SessionClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SessionClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = SessionClock::duration;
using Instant = SessionClock::time_point;

using namespace std::chrono_literals;

// Later than every instant that occurs: "never" for deadlines.
inline constexpr Instant kNever = Instant::max();
inline constexpr Duration kForever = Duration::max();

constexpr double to_seconds(Duration d) { return static_cast<double>(d.count()) * 1e-9; }
constexpr double to_seconds(Instant t) { return to_seconds(t.time_since_epoch()); }

// Nearest nanosecond; `seconds` must be finite and within about 292 years.
constexpr Duration from_seconds(double seconds) {
  return Duration{static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5))};
}

}  // namespace inflight
