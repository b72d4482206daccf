// What a stack tells the outside, as plain values: the names of its connections, what it sends,
// what came in and what became of it.
#pragma once

#include <cstdint>

#include "base/sequence.h"
#include "base/units.h"
#include "wire/packet.h"

namespace inflight::stack {

// Names a connection of one stack; never reused.
enum class Handle : std::uint64_t {};

enum class ConnectError : std::uint8_t {
  // The stack has no address of the remote's IP version, or not the one that was asked for.
  NoAddress,
  // Every dynamic port is taken.
  NoPort,
  // There is a connection between these two endpoints.
  AddressInUse,
  // Nobody can be reached there: a group, or no address, or port 0 (RFC 9293 MUST-46).
  BadRemote,
  TooManyConnections,
};

// A packet with what the stack knows of it, so that a queue which drops it can say what was lost.
struct OutgoingPacket {
  wire::Packet packet;
  Handle connection{};
  // The stretch of the stream that it carries; empty for pure ACKs.
  StreamOffset offset;
  ByteCount payload;
};

struct Counters {
  std::int64_t packets_in = 0;
  std::int64_t packets_out = 0;
  // Not to be read as a packet: lengths, versions, IP header checksums.
  std::int64_t malformed = 0;
  // Of the transport, ICMP included.
  std::int64_t bad_checksums = 0;
  std::int64_t not_for_us = 0;
  // Segments of no connection; most are answered with a RST.
  std::int64_t refused = 0;
  // SYNs from or to a group, and packets from addresses that nobody can have.
  std::int64_t bad_addresses = 0;
  // Packets whose sender chose their route: dropped (RFC 5095, RFC 6274).
  std::int64_t source_routed = 0;
  // SYNs that found the backlog or the table of connections full.
  std::int64_t backlog_drops = 0;
  std::int64_t echo_replies = 0;
  // UDP, or a protocol that nobody here speaks: answered with an ICMP error, within its rate.
  std::int64_t unknown_protocols = 0;
  // ICMP errors about our packets that were believed, and those that were not: quotes of no
  // connection or of nothing in flight (RFC 5927), source quenches (RFC 6633).
  std::int64_t icmp_errors = 0;
  std::int64_t icmp_ignored = 0;
  // Times that a path's MTU was lowered.
  std::int64_t path_mtu_changes = 0;
  // Fast Open: cookies given, SYNs whose data was taken, and SYNs with a cookie that is not ours,
  // or one too many.
  std::int64_t fast_open_cookies = 0;
  std::int64_t fast_open_taken = 0;
  std::int64_t fast_open_refused = 0;
  // Fragments are refused: TCP here never makes any, and path MTU discovery spares the others'
  // (RFC 8900).
  std::int64_t fragments = 0;
  // Connections whose TIME-WAIT a new SYN ended (RFC 6191).
  std::int64_t reopened = 0;
};

}  // namespace inflight::stack
