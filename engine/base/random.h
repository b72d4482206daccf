// Seeded pseudo-randomness (xoshiro256**, seeded by SplitMix64). Handed in wherever chance is
// needed, so that the same seed gives the same run. Not for secrets: those come from a KeySource.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace inflight {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // An independent stream for a part of the system; depends on this stream's seed and the label
  // only, not on how much was drawn before.
  Random fork(std::string_view label) const;

  std::uint64_t next();
  // Uniform in 0 .. bound-1; bound must not be 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [0, 1).
  double uniform();
  // True with this probability (0 never, 1 always).
  bool chance(double probability);
  void fill(MutableBytes out);

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace inflight
