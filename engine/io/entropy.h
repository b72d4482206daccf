// Where a live session's randomness begins: the operating system. Keys have a source of their own
// (tunnel/key_source.h).
#pragma once

#include <cstdint>

namespace inflight::io {

// 64 unpredictable bits.
std::uint64_t random_seed();

}  // namespace inflight::io
