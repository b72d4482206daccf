// The network between two TUN devices: what one gives goes through a path of the Lab, in real time,
// into the other. Loses, reorders, repeats and delays as its two paths are told.
#pragma once

#include <array>
#include <vector>

#include "io/clock.h"
#include "io/tun_device.h"
#include "path/path.h"

namespace inflight::testing {

class Relay {
 public:
  // `there` from the first device to the second. Chance comes from the seed; when packets come does
  // not.
  Relay(io::TunDevice first, io::TunDevice second, const path::PathConfig& there,
        const path::PathConfig& back, std::uint64_t seed);

  // Takes in what the devices have and hands out what is due.
  void pump(const io::Clock& clock);
  // When to pump again at the latest, even if no device has anything.
  Instant next_departure() const;
  std::array<int, 2> descriptors() const;
  // Of one direction, 0: from the first device.
  path::Snapshot snapshot(std::size_t direction, Instant now) {
    return paths_[direction].snapshot(now);
  }

 private:
  wire::PacketPool pool_;
  std::array<io::TunDevice, 2> devices_;
  std::array<path::Path, 2> paths_;
  std::vector<wire::Packet> batch_;
};

}  // namespace inflight::testing
