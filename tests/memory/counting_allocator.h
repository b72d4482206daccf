// What the program holds on the heap, and how often it asked for more: the global operator new of
// this test program counts.
#pragma once

#include <cstdint>

namespace inflight::memory {

// Bytes that operator new handed out and that were not given back, as malloc rounds them.
std::int64_t held_bytes();
// Calls of operator new since the program began.
std::int64_t allocations();

}  // namespace inflight::memory
