// What a path tells the outside, as plain values: each packet it dropped, and where its packets are
// now.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace inflight::path {

enum class DropPlace : std::uint8_t {
  Queue,   // the bottleneck's queue was full
  Random,  // random loss
  Burst,   // burst loss
  Mtu,     // larger than the path's MTU
};

std::string_view to_string(DropPlace place);

struct Drop {
  // The packet's own (wire::Packet::tag).
  std::uint64_t tag = 0;
  DropPlace place = DropPlace::Queue;
  Instant time{};
  ByteCount size;

  bool operator==(const Drop&) const = default;
};

// Packets since the beginning. At any time
// pushed + duplicated = popped + queue, random, burst and MTU drops + inside.
struct Counters {
  std::uint64_t pushed = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t popped = 0;
  std::uint64_t queue_drops = 0;
  std::uint64_t random_drops = 0;
  std::uint64_t burst_drops = 0;
  std::uint64_t mtu_drops = 0;
  // Held back so that others overtake them.
  std::uint64_t held_back = 0;

  std::uint64_t dropped() const { return queue_drops + random_drops + burst_drops + mtu_drops; }
  bool operator==(const Counters&) const = default;
};

struct Snapshot {
  // Waiting in the bottleneck's queue, and the most that ever were.
  ByteCount queue;
  ByteCount max_queue;
  // Past the queue and not yet arrived: being transmitted, held back, propagating.
  ByteCount in_transit;
  // Packets anywhere in the path.
  std::uint64_t inside = 0;
  Counters counters;

  bool operator==(const Snapshot&) const = default;
};

}  // namespace inflight::path
