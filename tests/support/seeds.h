// How many seeds a randomized test runs, so that one setting scales them all: INFLIGHT_SEEDS is a
// percentage of what each test asks for (10 under sanitizers, 500 in a full run), SIM_SEED replays
// one seed alone.
#pragma once

#include <QString>
#include <algorithm>
#include <cstdint>
#include <vector>

namespace inflight::testing {

// 1, 2, ... up to the scaled count, at least one; or SIM_SEED alone.
inline std::vector<std::uint64_t> seeds(int count) {
  if (qEnvironmentVariableIsSet("SIM_SEED"))
    return {qEnvironmentVariable("SIM_SEED").toULongLong()};
  bool given = false;
  const int percent = qEnvironmentVariableIntValue("INFLIGHT_SEEDS", &given);
  const int scaled = given ? std::max(1, count * percent / 100) : count;
  std::vector<std::uint64_t> result;
  for (int i = 1; i <= scaled; ++i) result.push_back(static_cast<std::uint64_t>(i));
  return result;
}

// Whether fewer seeds than usual were asked for: then what repeats a claim with other figures, or
// takes long, may be left to the run with all of them.
inline bool reduced_run() {
  bool given = false;
  const int percent = qEnvironmentVariableIntValue("INFLIGHT_SEEDS", &given);
  return given && percent < 100;
}

// Whether tests that take long were asked for (tests/run.sh --full).
inline bool full_run() { return qEnvironmentVariableIsSet("INFLIGHT_FULL"); }

}  // namespace inflight::testing
