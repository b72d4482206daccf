// The fuzzers of this folder as a table, made by CMake from its inflight_fuzzer lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace inflight::testing {

struct Fuzzer {
  // The name of its folder below tests/fuzz/corpus.
  const char* noun;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

std::span<const Fuzzer> fuzzers();

}  // namespace inflight::testing
