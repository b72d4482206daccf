#include "io/clock.h"

#include <algorithm>

namespace inflight::io {
namespace {

std::chrono::nanoseconds wall_now() { return std::chrono::system_clock::now().time_since_epoch(); }

}  // namespace

Clock::Clock() : start_(std::chrono::steady_clock::now()), epoch_(wall_now()) {}

Instant Clock::now() const {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_)};
}

Instant Clock::from_wall(std::chrono::nanoseconds unix_time, Instant now) const {
  // How long ago, by the wall clock of this moment: steps of that clock before it do not matter.
  const Duration age = wall_now() - unix_time;
  return now - std::clamp<Duration>(age, Duration{}, 1s);
}

}  // namespace inflight::io
