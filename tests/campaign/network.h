// Both directions of the path between the two stacks, under the plan's weather; what path/ does not
// do itself (a changed byte) is done here.
#pragma once

#include <array>
#include <optional>

#include "base/random.h"
#include "campaign/plan.h"
#include "path/path.h"
#include "wire/packet.h"

namespace inflight::campaign {

enum class Side : std::uint8_t { Client, Server };
constexpr Side other(Side side) { return side == Side::Client ? Side::Server : Side::Client; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

struct Arrival {
  wire::Packet packet;
  // One of its bytes is not what was sent: the checksum must tell.
  bool damaged = false;
};

class Network {
 public:
  Network(const Weather& there, const Weather& back, const Random& random, wire::PacketPool& pool);

  void set(const Weather& there, const Weather& back, Instant now);
  void push(Side from, wire::Packet packet, Instant now);
  std::optional<Arrival> pop(Side to, Instant now);
  Instant next_departure() const;

 private:
  struct Direction {
    path::Path path;
    double corruption = 0;
  };

  // From the client, from the server.
  std::array<Direction, 2> directions_;
  Random random_;
};

}  // namespace inflight::campaign
