// One period of noise, read from a place that depends on the stream.
#include "campaign/coded_stream.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/random.h"

namespace inflight::campaign {
namespace {

Bytes noise(std::size_t size) {
  static const std::vector<std::uint8_t> bytes = [size] {
    std::vector<std::uint8_t> result(size);
    Random(1).fill(result);
    return result;
  }();
  return bytes;
}

}  // namespace

std::size_t CodedStream::place_of(StreamOffset at) const {
  return static_cast<std::size_t>((static_cast<std::uint64_t>(at.value()) + shift_) % kPeriod);
}

void CodedStream::fill(StreamOffset at, MutableBytes out) const {
  while (!out.empty()) {
    const Bytes piece = noise(kPeriod).subspan(place_of(at));
    const std::size_t size = std::min(piece.size(), out.size());
    std::memcpy(out.data(), piece.data(), size);
    out = out.subspan(size);
    at += ByteCount{static_cast<std::int64_t>(size)};
  }
}

bool CodedStream::matches(StreamOffset at, Bytes bytes) const {
  while (!bytes.empty()) {
    const Bytes piece = noise(kPeriod).subspan(place_of(at));
    const std::size_t size = std::min(piece.size(), bytes.size());
    if (std::memcmp(bytes.data(), piece.data(), size) != 0) return false;
    bytes = bytes.subspan(size);
    at += ByteCount{static_cast<std::int64_t>(size)};
  }
  return true;
}

}  // namespace inflight::campaign
