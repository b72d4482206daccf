// Payload that says where it belongs: the byte at each offset of each stream is known, so whoever
// sees a piece of a stream, sent for the first or the fifth time, can tell whether it is right.
// The code repeats after a prime number of bytes, longer than any window here.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/sequence.h"

namespace inflight::campaign {

class CodedStream {
 public:
  // Streams of different `salt` differ.
  explicit CodedStream(std::uint64_t salt) : shift_(salt * 7919 % kPeriod) {}

  // Fills `out` with what stands from `at` on; 1 is the first byte of data.
  void fill(StreamOffset at, MutableBytes out) const;
  bool matches(StreamOffset at, Bytes bytes) const;

 private:
  static constexpr std::uint64_t kPeriod = 524'287;

  std::size_t place_of(StreamOffset at) const;

  std::uint64_t shift_;
};

}  // namespace inflight::campaign
