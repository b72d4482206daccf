// The label of https://cr.yp.to/libtai/tai64.html, without leap seconds.
#include "tunnel/timestamp.h"

namespace inflight::tunnel {

Timestamp make_timestamp(std::chrono::nanoseconds unix_time) {
  constexpr std::uint64_t kTaiOffset = 0x400000000000000a;
  constexpr std::uint32_t kHiddenBits = 0xffffff;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unix_time);
  const auto nanoseconds = static_cast<std::uint32_t>((unix_time - seconds).count());
  Timestamp timestamp;
  ByteWriter writer(timestamp.bytes);
  writer.u64be(kTaiOffset + static_cast<std::uint64_t>(seconds.count()));
  writer.u32be(nanoseconds & ~kHiddenBits);
  return timestamp;
}

}  // namespace inflight::tunnel
