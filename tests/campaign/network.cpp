#include "campaign/network.h"

#include <algorithm>

namespace inflight::campaign {

Network::Network(const Weather& there, const Weather& back, const Random& random,
                 wire::PacketPool& pool)
    : directions_{Direction{path::Path(there.path, random.fork("there"), pool), there.corruption},
                  Direction{path::Path(back.path, random.fork("back"), pool), back.corruption}},
      random_(random.fork("corruption")) {}

void Network::set(const Weather& there, const Weather& back, Instant now) {
  directions_[0].path.set(there.path, now);
  directions_[0].corruption = there.corruption;
  directions_[1].path.set(back.path, now);
  directions_[1].corruption = back.corruption;
}

void Network::push(Side from, wire::Packet packet, Instant now) {
  path::Path& path = directions_[index(from)].path;
  path.push(std::move(packet), now);
  while (path.poll_drop()) {
  }
  while (path.poll_mark()) {
  }
}

std::optional<Arrival> Network::pop(Side to, Instant now) {
  Direction& direction = directions_[index(other(to))];
  auto packet = direction.path.pop(now);
  if (!packet) return std::nullopt;
  Arrival arrival{std::move(*packet)};
  if (random_.chance(direction.corruption)) {
    // One changed byte always changes a 16-bit sum. Behind the IP header, as IPv6's has bytes that
    // no checksum covers.
    const std::size_t header = (arrival.packet.bytes()[0] >> 4) == 4 ? 20 : 40;
    const std::size_t at = header + random_.below(arrival.packet.size() - header);
    arrival.packet.bytes()[at] ^= static_cast<std::uint8_t>(1 + random_.below(255));
    arrival.damaged = true;
  }
  return arrival;
}

Instant Network::next_departure() const {
  return std::min(directions_[0].path.next_departure(), directions_[1].path.next_departure());
}

}  // namespace inflight::campaign
