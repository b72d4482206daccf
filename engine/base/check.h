// CHECK: an assertion that is always on, for our own mistakes only. Bad input is never CHECKed: it
// is a std::expected. A failed CHECK prints the place and ends the process.
#pragma once

namespace inflight {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace inflight

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::inflight::check_failed(#condition, __FILE__, __LINE__))
