// What comes to a connection from the network and what it hands out.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::tcp {

struct Ports {
  std::uint16_t local = 0;
  std::uint16_t remote = 0;
  wire::IpVersion version = wire::IpVersion::V4;
};

// A segment whose checksum was verified, for this connection. Valid during the call only.
struct Segment {
  const wire::TcpHeader& header;
  Bytes payload;
  // When it reached this host: used for every measurement (FACTS 0.4).
  Instant arrival;
  // Of its IP header.
  wire::Ecn ecn = wire::Ecn::NotEct;
};

// To be put on the wire at once: the payload points into the send buffer (in two pieces where the
// buffer wraps) and is valid until the connection is next touched. Ports are set, the checksum is
// not.
struct OutgoingSegment {
  wire::TcpHeader header;
  Bytes payload_head;
  Bytes payload_tail;
  // The payload was sent before.
  bool retransmission = false;
  // For the IP header.
  wire::Ecn ecn = wire::Ecn::NotEct;

  std::size_t payload_size() const { return payload_head.size() + payload_tail.size(); }
};

// A RST that waits to be sent: without an ACK where it answers one.
struct PendingReset {
  SeqNum seq;
  std::optional<SeqNum> ack;
};

}  // namespace inflight::tcp
