// SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash whose values nobody can predict
// without the key. For sequence numbers, cookies and whatever else a stranger must not be able to
// compute; not for encryption.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/random.h"

namespace inflight {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  static SipKey draw(Random& random) {
    const std::uint64_t first = random.next();
    return {first, random.next()};
  }
};

std::uint64_t siphash(const SipKey& key, Bytes message);

}  // namespace inflight
