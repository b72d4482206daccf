// Multiply-and-rotate mixing; long stretches go through four independent lanes, because one
// multiplication waits for the one before it and every packet of a Lab run passes through here.
#include "trace/run_hash.h"

#include <cstring>

namespace inflight::trace {
namespace {

constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;

std::uint64_t mix(std::uint64_t lane, std::uint64_t word) {
  return (std::rotl(lane, 29) ^ word) * kOdd;
}

// Little-endian whatever the machine. ByteReader would check each byte: too slow for this.
std::uint64_t load(Bytes bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  return word;
}

}  // namespace

void RunHash::add(Bytes bytes) {
  add(static_cast<std::uint64_t>(bytes.size()));
  std::size_t at = 0;
  if (bytes.size() >= 32) {
    std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
    for (; bytes.size() - at >= 32; at += 32) {
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        lanes[i] = mix(lanes[i], load(bytes, at + 8 * i));
      }
    }
    for (const std::uint64_t lane : lanes) add(lane ^ (lane >> 31));
  }
  for (; bytes.size() - at >= 8; at += 8) add(load(bytes, at));
  for (; at < bytes.size(); ++at) add(static_cast<std::uint64_t>(bytes[at]));
}

// The low bits of a product depend on few of the factor's: fold the high ones into them.
std::uint64_t RunHash::value() const {
  std::uint64_t result = state_ ^ (state_ >> 32);
  result *= 0xd6e8feb86659fd93ULL;
  return result ^ (result >> 32);
}

}  // namespace inflight::trace
