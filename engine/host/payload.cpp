// The position-coded payload of every Lab stream, see workload.h. Owns one block of random bytes,
// kept twice in a row so that a piece of up to one period can begin anywhere in it.
#include <algorithm>

#include "host/workload.h"

namespace inflight::host {

Payload::Payload(Random random) : block_(2 * kPeriod) {
  random.fill(MutableBytes(block_).first(kPeriod));
  std::copy_n(block_.begin(), kPeriod, block_.begin() + kPeriod);
}

Bytes Payload::at(std::int64_t position, std::size_t size) const {
  const auto phase = static_cast<std::size_t>(position % static_cast<std::int64_t>(kPeriod));
  return Bytes(block_).subspan(phase, std::min(size, kPeriod));
}

bool Payload::matches(std::int64_t position, Bytes bytes) const {
  while (!bytes.empty()) {
    const Bytes expected = at(position, bytes.size());
    if (!std::ranges::equal(expected, bytes.first(expected.size()))) return false;
    position += static_cast<std::int64_t>(expected.size());
    bytes = bytes.subspan(expected.size());
  }
  return true;
}

}  // namespace inflight::host
