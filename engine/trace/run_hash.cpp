// Multiply-and-rotate mixing; long stretches go through four independent lanes, because one
// multiplication waits for the one before it and every packet of a Lab run passes through here.
#include "trace/run_hash.h"

namespace inflight::trace {
namespace {

constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;

std::uint64_t mix(std::uint64_t lane, std::uint64_t word) {
  return (std::rotl(lane, 29) ^ word) * kOdd;
}

}  // namespace

void RunHash::add(Bytes bytes) {
  add(static_cast<std::uint64_t>(bytes.size()));
  ByteReader reader(bytes);
  std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
  if (reader.remaining() >= 32) {
    while (reader.remaining() >= 32) {
      for (std::uint64_t& lane : lanes) lane = mix(lane, reader.u64le());
    }
    for (const std::uint64_t lane : lanes) add(lane ^ (lane >> 31));
  }
  while (reader.remaining() >= 8) add(reader.u64le());
  while (reader.remaining() > 0) add(static_cast<std::uint64_t>(reader.u8()));
}

// The low bits of a product depend on few of the factor's: fold the high ones into them.
std::uint64_t RunHash::value() const {
  std::uint64_t result = state_ ^ (state_ >> 32);
  result *= 0xd6e8feb86659fd93ULL;
  return result ^ (result >> 32);
}

}  // namespace inflight::trace
