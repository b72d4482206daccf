// The line from wall time to run time, and the length of one stretch of it.
#include "ui/bridge/pacer.h"

#include <algorithm>

namespace inflight::ui {

namespace {

constexpr std::chrono::nanoseconds kStretchGoal = 5ms;
constexpr std::chrono::nanoseconds kForgivenDelay = 100ms;
constexpr Duration kShortestSlice = 20us;
constexpr Duration kLongestSlice = 250ms;
// Waking more often than this moves nothing that a screen can show.
constexpr std::chrono::nanoseconds kShortestDelay = 1ms;

Duration scaled(std::chrono::nanoseconds wall, double by) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(wall.count()) * by)};
}

}  // namespace

Pacer::Pacer(Speed speed, Instant position, WallTime now)
    : m_speed(speed), m_originPosition(position), m_originWall(now) {}

void Pacer::restart(Instant position, WallTime now) {
  m_originPosition = position;
  m_originWall = now;
}

void Pacer::setSpeed(Speed speed, Instant position, WallTime now) {
  m_speed = speed;
  restart(position, now);
}

void Pacer::setPaused(bool paused, Instant position, WallTime now) {
  m_paused = paused;
  restart(position, now);
}

Instant Pacer::due(WallTime now) const {
  return m_originPosition + scaled(now - m_originWall, factor(m_speed));
}

Instant Pacer::target(Instant position, WallTime now) {
  if (m_paused) return position;
  if (m_speed == Speed::Max) return position + m_slice;
  const Instant line = due(now);
  if (line - position > scaled(kForgivenDelay, factor(m_speed))) {
    restart(position, now - kStretchGoal);
  };
  return std::clamp(due(now), position, position + m_slice);
}

std::chrono::nanoseconds Pacer::delay(Instant position, WallTime now) const {
  if (m_speed == Speed::Max) return {};
  const auto ahead = to_seconds(position - due(now)) / factor(m_speed);
  return std::max(kShortestDelay, std::chrono::nanoseconds(from_seconds(std::max(0.0, ahead))));
}

void Pacer::stretchTook(Duration advanced, std::chrono::nanoseconds elapsed) {
  // Only a full slice tells how long a slice takes.
  if (elapsed > 2 * kStretchGoal) {
    m_slice = std::max(kShortestSlice, std::min(m_slice, advanced) / 2);
  } else if (elapsed < kStretchGoal / 2 && advanced >= m_slice) {
    m_slice = std::min(kLongestSlice, m_slice * 2);
  }
}

}  // namespace inflight::ui
