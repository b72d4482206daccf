#include "io/entropy.h"

#include <random>

namespace inflight::io {

std::uint64_t random_seed() {
  std::random_device device;
  const std::uint64_t high = device();
  return high << 32 | device();
}

}  // namespace inflight::io
