// The metadata that Coder and Tailscale put in front of each packet of a capture inside their
// tunnel (link type 147, USER0): where the packet came from, and its addresses before translation.
// Records of path 254 hold a message of the peers' own discovery protocol (disco) instead of a
// packet; they tell whether the tunnel is relayed.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "capture/packet_record.h"
#include "wire/address.h"

namespace inflight::capture {

// Values of the format.
enum class TunnelPath : std::uint16_t {
  // From the local system into the TUN device.
  FromLocal = 0,
  // Arrived through the tunnel.
  FromPeer = 1,
  // Made by the in-process stack, for the local system.
  SynthesizedToLocal = 2,
  // Made by the in-process stack, for a peer.
  SynthesizedToPeer = 3,
  Disco = 254,
};

struct DiscoRecord {
  // The message came through a relay: the address is then a placeholder.
  bool via_relay = false;
  wire::Endpoint source;
  // 1 ping, 2 pong, 3 call me maybe, 4 to 7 relay endpoints; 0 if the message is empty.
  std::uint8_t message_type = 0;
};

struct TunnelRecord {
  TunnelPath path = TunnelPath::FromLocal;
  // The packet's source before source NAT, its destination before destination NAT.
  std::optional<wire::IpAddress> source_before_nat;
  std::optional<wire::IpAddress> destination_before_nat;
  // The IP packet; empty for disco.
  Bytes packet;
  std::optional<DiscoRecord> disco;
};

enum class TunnelRecordError { TooShort, BadAddressLength, UnknownPath };

std::expected<TunnelRecord, TunnelRecordError> parse_tunnel_record(Bytes data);

// Which way the packet went, seen from the host with the in-process stack.
Direction direction_of(TunnelPath path);

// Metadata without addresses in front of a packet: record data for a file of link type 147.
std::vector<std::uint8_t> emit_tunnel_record(TunnelPath path, Bytes packet);

}  // namespace inflight::capture
