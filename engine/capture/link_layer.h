// From a captured record to the IP packet in it, for the link types that matter to TCP: Ethernet
// with VLAN tags, loopback (NULL, LOOP), raw IP in its several numbers, Linux cooked captures of
// both versions, and the tunnel captures of Coder and Tailscale.
#pragma once

#include <expected>
#include <string>

#include "base/bytes.h"
#include "capture/packet_record.h"

namespace inflight::capture {

struct LinkPayload {
  // An IPv4 or IPv6 packet, possibly with link padding behind it; empty for a disco message.
  Bytes packet;
  // What the record says, or else the link layer.
  Direction direction = Direction::Unknown;
  // Link type 147: a message of the tunnel's discovery protocol, and whether it was relayed.
  bool is_disco = false;
  bool via_relay = false;
};

enum class LinkError {
  // The snap length, or damage, cut the link header.
  TooShort,
  // ARP and the like: nothing wrong.
  NotIp,
  UnknownLinkType,
  Malformed,
};

std::expected<LinkPayload, LinkError> parse_link(const PacketRecord& record);

// "Ethernet", "Linux cooked v2" …; "link type 42" if it has no name here.
std::string to_string(LinkType type);

}  // namespace inflight::capture
