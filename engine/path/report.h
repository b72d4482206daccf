// What a path tells the outside, as plain values: each packet it dropped or marked, and where its
// packets are now.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace inflight::path {

enum class DropPlace : std::uint8_t {
  Queue,    // the bottleneck's queue was full
  Random,   // random loss
  Burst,    // burst loss
  Mtu,      // larger than the path's MTU
  Codel,    // the bottleneck's queue had kept packets waiting for too long
  Policer,  // above the rate that is let through
  Outage,   // nothing gets through
};
inline constexpr std::size_t kDropPlaceCount = 7;

std::string_view to_string(DropPlace place);

struct Drop {
  // The packet's own (wire::Packet::tag).
  std::uint64_t tag = 0;
  DropPlace place = DropPlace::Queue;
  Instant time{};
  ByteCount size;

  bool operator==(const Drop&) const = default;
};

// A packet that was marked (RFC 3168) where another would have been dropped.
struct Mark {
  std::uint64_t tag = 0;
  Instant time{};

  bool operator==(const Mark&) const = default;
};

// Packets since the beginning. At any time pushed + duplicated = popped + dropped() + inside.
struct Counters {
  std::uint64_t pushed = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t popped = 0;
  // By DropPlace.
  std::array<std::uint64_t, kDropPlaceCount> drops{};
  std::uint64_t marked = 0;
  // Held back so that others overtake them.
  std::uint64_t held_back = 0;

  std::uint64_t dropped(DropPlace place) const { return drops[static_cast<std::size_t>(place)]; }
  std::uint64_t dropped() const {
    return std::accumulate(drops.begin(), drops.end(), std::uint64_t{0});
  }
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
