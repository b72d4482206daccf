// UDP headers (RFC 768): parse and emit, with the checksum over the pseudo-header.
#pragma once

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "wire/address.h"
#include "wire/ip.h"

namespace inflight::wire {

inline constexpr std::size_t kUdpHeaderSize = 8;

struct UdpView {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  // What is present of the payload.
  Bytes payload;
};

// The checksum is not verified here: transport_checksum does that where all bytes are present.
std::expected<UdpView, ParseError> parse_udp(Bytes datagram, Completeness completeness);

// Writes the header in front of the payload: `datagram` is header and payload in one piece, the
// payload already in place.
void emit_udp(const Endpoint& source, const Endpoint& destination, MutableBytes datagram);

}  // namespace inflight::wire
