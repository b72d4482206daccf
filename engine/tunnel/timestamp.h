// TAI64N as WireGuard uses it: a label that only ever grows, so that an initiation is consumed
// once. Seconds big-endian with the offset of TAI64, then nanoseconds; compares as 12 bytes.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>

#include "base/bytes.h"
#include "tunnel/constants.h"

namespace inflight::tunnel {

struct Timestamp {
  std::array<std::uint8_t, kTimestampSize> bytes{};

  auto operator<=>(const Timestamp&) const = default;
};

// `unix_time` is not negative. The low 24 bits of the nanoseconds are cleared (steps of 16.8 ms),
// as the reference implementations do, so that the label tells little about the sender's clock.
Timestamp make_timestamp(std::chrono::nanoseconds unix_time);

}  // namespace inflight::tunnel
