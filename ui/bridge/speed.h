// How fast a Lab run goes against the wall clock. Max: as fast as the machine can.
#pragma once

#include <cstdint>

namespace inflight::ui {

enum class Speed : std::uint8_t { Quarter, Normal, Fourfold, Max };

// Seconds of the run in one second of the wall clock; 0 for Max, which has no fixed factor.
constexpr double factor(Speed speed) {
  switch (speed) {
    case Speed::Quarter:
      return 0.25;
    case Speed::Normal:
      return 1;
    case Speed::Fourfold:
      return 4;
    case Speed::Max:
      return 0;
  }
  return 0;
}

}  // namespace inflight::ui
