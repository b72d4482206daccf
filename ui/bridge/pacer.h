// Where a run should be at a moment of the wall clock: a straight line whose slope is the speed,
// laid anew at every change of speed, at a pause, and when the engine cannot keep up. Pure
// arithmetic; nothing in here reads a clock or waits.
#pragma once

#include <chrono>

#include "base/time.h"
#include "ui/bridge/speed.h"

namespace inflight::ui {

using WallTime = std::chrono::steady_clock::time_point;

class Pacer {
 public:
  Pacer(Speed speed, Instant position, WallTime now);

  void setSpeed(Speed speed, Instant position, WallTime now);
  void setPaused(bool paused, Instant position, WallTime now);
  bool paused() const { return m_paused; }
  Speed speed() const { return m_speed; }

  // How far the run, which is at `position`, may go now, at most one slice further. At `position`
  // itself when it has to wait. A run more than 100 ms of wall time late is not hurried: the lost
  // time is forgotten.
  Instant target(Instant position, WallTime now);
  // How long the run, which is at `position`, has to wait until it may go on; not while paused.
  std::chrono::nanoseconds delay(Instant position, WallTime now) const;
  // Tells how long the last stretch took, so that the next one takes about 5 ms: commands are
  // answered between stretches.
  void stretchTook(Duration advanced, std::chrono::nanoseconds elapsed);

 private:
  Instant due(WallTime now) const;
  void restart(Instant position, WallTime now);

  Speed m_speed;
  bool m_paused = false;
  Instant m_originPosition;
  WallTime m_originWall;
  Duration m_slice = 1ms;
};

}  // namespace inflight::ui
