// The IP and UDP headers around a tunnel's datagrams, where no operating system makes them: on the
// Lab's emulated path, and for a tap that wants to see whole packets in Live.
#pragma once

#include <cstdint>
#include <optional>

#include "wire/address.h"
#include "wire/ip.h"
#include "wire/packet.h"

namespace inflight::host {

// What the headers of an arrived datagram said.
struct Outer {
  wire::Endpoint from;
  wire::Ecn ecn = wire::Ecn::NotEct;
};

class OuterHeaders {
 public:
  // `own`: this host's outer endpoint.
  explicit OuterHeaders(const wire::Endpoint& own) : own_(own) {}

  const wire::Endpoint& own() const { return own_; }
  // Puts the headers of a datagram to or from `peer` in front; there is room in every pooled
  // packet.
  void put_outgoing(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn);
  void put_incoming(wire::Packet& payload, const wire::Endpoint& peer, wire::Ecn ecn);
  // Takes them off a whole packet to us and says what they said; nothing if it is no UDP
  // datagram to our port, the packet is then unchanged.
  std::optional<Outer> take(wire::Packet& packet) const;

 private:
  wire::Endpoint own_;
  std::uint16_t sent_ = 0;
  std::uint16_t received_ = 0;
};

}  // namespace inflight::host
