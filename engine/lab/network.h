// Where a Lab's host meets the emulated path, which carries whole IP packets: puts the outer
// headers around the host's datagrams and takes them off what arrives, in front of whoever watches
// the outer side.
#pragma once

#include <memory>

#include "host/host.h"
#include "host/outer_headers.h"
#include "path/path.h"

namespace inflight::lab {

class Network {
 public:
  // The host outlives it. `outer`: its endpoint there.
  Network(host::Host& host, const wire::Endpoint& outer) : host_(host), headers_(outer) {}

  // Sees every whole packet. Null for none; must outlive this.
  void set_tap(wire::PacketTap* tap) { tap_ = tap; }
  // All that the host has ready goes onto the path.
  void send(path::Path& path, Instant now);
  // A whole packet off the path, `arrival` set.
  void deliver(wire::Packet packet, Instant now);

 private:
  host::Host& host_;
  host::OuterHeaders headers_;
  wire::PacketTap* tap_ = nullptr;
};

}  // namespace inflight::lab
