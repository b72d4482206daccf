// RunHash: a running 64-bit hash that tells whether two runs were the same, to the last bit: the
// same seed must give the same hash, on every machine and in every build. Not cryptographic.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/bytes.h"

namespace inflight::trace {

class RunHash {
 public:
  void add(std::uint64_t word) { state_ = (std::rotl(state_, 29) ^ word) * 0x9e3779b97f4a7c15ULL; }
  // By bit pattern, so 0.0 and -0.0 differ.
  void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
  // Length included: "ab", "c" and "a", "bc" differ.
  void add(Bytes bytes);

  std::uint64_t value() const;

 private:
  std::uint64_t state_ = 0x243f6a8885a308d3ULL;
};

}  // namespace inflight::trace
