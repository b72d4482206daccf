// ICMP (RFC 792) and ICMPv6 (RFC 4443) messages: parse and emit, and what a message means to a
// transport, whatever its version. An error quotes the beginning of the packet that caused it;
// parse_quote reads which segment that was. The checksum is verified here, since nothing in a
// message may be believed without it. Router and neighbour discovery are left out.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.h"
#include "base/sequence.h"
#include "wire/address.h"
#include "wire/ip.h"

namespace inflight::wire {

// Type, code, checksum and one word that depends on the type.
inline constexpr std::size_t kIcmpHeaderSize = 8;

// RFC 792, RFC 1122 §3.2.2 and RFC 4443 in the words of both.
enum class IcmpMeaning : std::uint8_t {
  EchoRequest,
  EchoReply,
  NetworkUnreachable,  // also: no route
  HostUnreachable,     // also: address unreachable, beyond scope
  ProtocolUnreachable,
  PortUnreachable,
  Prohibited,  // by an administrator, or a filter
  PacketTooBig,
  SourceRouteFailed,
  TimeExceeded,  // the hop limit ran out
  ParameterProblem,
  SourceQuench,
  PrecedenceRefused,
  ReassemblyTimedOut,
  Other,
};
// "host unreachable" …
std::string_view to_string(IcmpMeaning meaning);

struct IcmpView {
  IcmpMeaning meaning = IcmpMeaning::Other;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  // The word behind the checksum: an echo's identifier and number, a pointer, an MTU.
  std::uint32_t word = 0;
  // What follows: an echo's data, or the quoted packet.
  Bytes body;

  // PacketTooBig: the next hop's MTU in bytes; 0 from a router older than RFC 1191.
  std::uint32_t mtu() const;
  // Tells of a packet that was sent, and is never answered (RFC 1122 §3.2.2).
  bool is_error() const {
    return meaning != IcmpMeaning::EchoRequest && meaning != IcmpMeaning::EchoReply &&
           meaning != IcmpMeaning::Other;
  }
};

// `message` is a whole packet's payload; the addresses say the version and, for ICMPv6, stand in
// the pseudo-header.
std::expected<IcmpView, ParseError> parse_icmp(const IpAddress& source,
                                               const IpAddress& destination, Bytes message);

// Which packet an error is about: addresses, protocol and, of a TCP or UDP header, the eight bytes
// that every quote has.
struct QuotedPacket {
  Endpoint source;
  Endpoint destination;
  std::uint8_t protocol = 0;
  // TCP only.
  SeqNum seq;
  // The whole packet's length in bytes, as its header says.
  std::size_t packet_length = 0;
};
// TooShort when the quote does not reach the transport's first eight bytes, or is a later fragment.
std::expected<QuotedPacket, ParseError> parse_quote(Bytes body);

// What an outgoing message begins with.
struct IcmpHeader {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t word = 0;
};
IcmpHeader echo_reply_header(IpVersion version, std::uint32_t word);
IcmpHeader port_unreachable_header(IpVersion version);
// ICMPv6 calls it a parameter problem, with a pointer to the next-header field that names it.
IcmpHeader unknown_protocol_header(IpVersion version);
IcmpHeader packet_too_big_header(IpVersion version, std::uint32_t mtu);

// Writes header and checksum in front of the body: `message` is both in one piece, the body already
// in place.
void emit_icmp(const IpAddress& source, const IpAddress& destination, const IcmpHeader& header,
               MutableBytes message);
// 1 or 58.
std::uint8_t icmp_protocol(IpVersion version);

}  // namespace inflight::wire
