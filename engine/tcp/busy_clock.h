// How long a sender had something to do, and how long of that something other than the path held
// it: the peer's window, or its own buffer being too small for the writer.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace inflight::tcp {

class BusyClock {
 public:
  enum class Phase : std::uint8_t { Idle, Busy, WindowLimited, BufferLimited };

  void enter(Phase phase, Instant now) {
    if (phase == phase_) return;
    spent_[static_cast<std::size_t>(phase_)] += now - since_;
    phase_ = phase;
    since_ = now;
  }
  // In this phase up to now.
  Duration spent(Phase phase, Instant now) const {
    const Duration running = phase == phase_ ? now - since_ : Duration{};
    return spent_[static_cast<std::size_t>(phase)] + running;
  }

 private:
  Phase phase_ = Phase::Idle;
  Instant since_{};
  std::array<Duration, 4> spent_{};
};

}  // namespace inflight::tcp
