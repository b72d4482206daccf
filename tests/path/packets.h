// Helpers of the path's tests: packets of a size, numbered by their tag, some of them of a flow,
// and instants written as durations since the start.
#pragma once

#include <algorithm>
#include <vector>

#include "path/path.h"
#include "wire/ip.h"
#include "wire/packet.h"
#include "wire/udp.h"

namespace inflight::path::testing {

inline Instant at(Duration since_start) { return Instant{since_start}; }

inline wire::Packet numbered(wire::PacketPool& pool, std::uint64_t number, std::size_t size) {
  wire::Packet packet = pool.make(size);
  std::ranges::fill(packet.bytes(), std::uint8_t{0});
  packet.tag = number;
  return packet;
}

// A UDP packet of this flow, whose number is its tag too; shorter ones than headers are no packets.
inline wire::Packet flow_packet(wire::PacketPool& pool, std::uint64_t flow, std::size_t size,
                                wire::Ecn ecn = wire::Ecn::NotEct) {
  wire::Packet packet = numbered(pool, flow, size);
  const std::size_t header = wire::ip_header_size(wire::IpVersion::V4);
  const wire::IpAddress from = wire::IpAddress::v4(192, 0, 2, 1);
  const wire::IpAddress to = wire::IpAddress::v4(192, 0, 2, 2);
  const auto port = static_cast<std::uint16_t>(1000 + flow);
  wire::emit_udp({from, port}, {to, 9}, packet.bytes().subspan(header));
  wire::emit_ip(
      {.source = from, .destination = to, .protocol = wire::ip_protocol::kUdp, .ecn = ecn},
      size - header, packet.bytes().first(header));
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
