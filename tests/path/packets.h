// Helpers of the path's tests: packets of a size, numbered by their tag, and instants written as
// durations since the start.
#pragma once

#include <vector>

#include "path/path.h"
#include "wire/packet.h"

namespace inflight::path::testing {

inline Instant at(Duration since_start) { return Instant{since_start}; }

inline wire::Packet numbered(wire::PacketPool& pool, std::uint64_t number, std::size_t size) {
  wire::Packet packet = pool.make(size);
  packet.tag = number;
  return packet;
}

struct Arrival {
  std::uint64_t number = 0;
  Instant time{};

  bool operator==(const Arrival&) const = default;
};

// Everything that arrives up to `until`, fetched whenever the path asks for it.
inline std::vector<Arrival> arrivals(Path& path, Instant until) {
  std::vector<Arrival> result;
  while (path.next_departure() <= until && path.next_departure() != kNever) {
    const Instant now = path.next_departure();
    while (const auto packet = path.pop(now)) result.push_back({packet->tag, packet->arrival});
  }
  return result;
}

}  // namespace inflight::path::testing
