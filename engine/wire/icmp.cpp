#include "wire/icmp.h"

#include <array>
#include <limits>

#include "wire/checksum.h"

namespace inflight::wire {
namespace {

namespace v4 {
constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kUnreachable = 3;
constexpr std::uint8_t kSourceQuench = 4;
constexpr std::uint8_t kEchoRequest = 8;
constexpr std::uint8_t kTimeExceeded = 11;
constexpr std::uint8_t kParameterProblem = 12;
// Codes of "unreachable".
constexpr std::uint8_t kProtocol = 2;
constexpr std::uint8_t kPort = 3;
constexpr std::uint8_t kFragmentationNeeded = 4;
}  // namespace v4

namespace v6 {
constexpr std::uint8_t kUnreachable = 1;
constexpr std::uint8_t kPacketTooBig = 2;
constexpr std::uint8_t kTimeExceeded = 3;
constexpr std::uint8_t kParameterProblem = 4;
constexpr std::uint8_t kEchoRequest = 128;
constexpr std::uint8_t kEchoReply = 129;
constexpr std::uint8_t kPort = 4;
constexpr std::uint8_t kUnknownNextHeader = 1;
// Where the fixed header names what follows it.
constexpr std::uint32_t kNextHeaderOffset = 6;
}  // namespace v6

constexpr std::size_t kChecksumOffset = 2;

// RFC 792, RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1.
IcmpMeaning unreachable_v4(std::uint8_t code) {
  switch (code) {
    case v4::kProtocol:
      return IcmpMeaning::ProtocolUnreachable;
    case v4::kPort:
      return IcmpMeaning::PortUnreachable;
    case v4::kFragmentationNeeded:
      return IcmpMeaning::PacketTooBig;
    case 5:
      return IcmpMeaning::SourceRouteFailed;
    case 0:
    case 6:
    case 11:
      return IcmpMeaning::NetworkUnreachable;
    case 1:
    case 7:
    case 8:
    case 12:
      return IcmpMeaning::HostUnreachable;
    case 9:
    case 10:
    case 13:
      return IcmpMeaning::Prohibited;
    case 14:
    case 15:
      return IcmpMeaning::PrecedenceRefused;
    default:
      return IcmpMeaning::Other;
  }
}

// RFC 4443 §3.1.
IcmpMeaning unreachable_v6(std::uint8_t code) {
  switch (code) {
    case 0:
      return IcmpMeaning::NetworkUnreachable;
    case 2:
    case 3:
      return IcmpMeaning::HostUnreachable;
    case v6::kPort:
      return IcmpMeaning::PortUnreachable;
    case 1:
    case 5:
    case 6:
      return IcmpMeaning::Prohibited;
    default:
      return IcmpMeaning::Other;
  }
}

// Both versions have the same two codes.
IcmpMeaning time_exceeded(std::uint8_t code) {
  return code == 0 ? IcmpMeaning::TimeExceeded : IcmpMeaning::ReassemblyTimedOut;
}

IcmpMeaning meaning_v4(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case v4::kEchoReply:
      return IcmpMeaning::EchoReply;
    case v4::kEchoRequest:
      return IcmpMeaning::EchoRequest;
    case v4::kUnreachable:
      return unreachable_v4(code);
    case v4::kSourceQuench:
      return IcmpMeaning::SourceQuench;
    case v4::kTimeExceeded:
      return time_exceeded(code);
    case v4::kParameterProblem:
      return IcmpMeaning::ParameterProblem;
    default:
      return IcmpMeaning::Other;
  }
}

IcmpMeaning meaning_v6(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case v6::kUnreachable:
      return unreachable_v6(code);
    case v6::kPacketTooBig:
      return IcmpMeaning::PacketTooBig;
    case v6::kTimeExceeded:
      return time_exceeded(code);
    case v6::kParameterProblem:
      // RFC 4443 §3.4: the destination does not know the protocol inside.
      return code == v6::kUnknownNextHeader ? IcmpMeaning::ProtocolUnreachable
                                            : IcmpMeaning::ParameterProblem;
    case v6::kEchoRequest:
      return IcmpMeaning::EchoRequest;
    case v6::kEchoReply:
      return IcmpMeaning::EchoReply;
    default:
      return IcmpMeaning::Other;
  }
}

// RFC 4443 §2.3: only ICMPv6 has the pseudo-header in it.
std::uint16_t icmp_checksum(const IpAddress& source, const IpAddress& destination, Bytes message) {
  if (source.is_v4()) return checksum_finish(checksum_add(0, message));
  return transport_checksum(source, destination, ip_protocol::kIcmpV6, message);
}

}  // namespace

std::string_view to_string(IcmpMeaning meaning) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "echo request",       "echo reply",           "network unreachable",
      "host unreachable",   "protocol unreachable", "port unreachable",
      "prohibited",         "packet too big",       "source route failed",
      "time exceeded",      "parameter problem",    "source quench",
      "precedence refused", "reassembly timed out", "other"};
  return kNames[static_cast<std::size_t>(meaning)];
}

std::uint32_t IcmpView::mtu() const {
  // RFC 1191 §4 has it in the lower half of the word, RFC 4443 §3.2 in all of it.
  return type == v4::kUnreachable ? word & 0xffff : word;
}

std::uint8_t icmp_protocol(IpVersion version) {
  return version == IpVersion::V4 ? ip_protocol::kIcmp : ip_protocol::kIcmpV6;
}

std::expected<IcmpView, ParseError> parse_icmp(const IpAddress& source,
                                               const IpAddress& destination, Bytes message) {
  ByteReader reader(message);
  IcmpView view;
  view.type = reader.u8();
  view.code = reader.u8();
  reader.skip(2);
  view.word = reader.u32be();
  if (!reader.ok()) return std::unexpected(ParseError::TooShort);
  if (icmp_checksum(source, destination, message) != 0) {
    return std::unexpected(ParseError::BadChecksum);
  }
  view.meaning =
      source.is_v4() ? meaning_v4(view.type, view.code) : meaning_v6(view.type, view.code);
  view.body = reader.rest();
  return view;
}

std::expected<QuotedPacket, ParseError> parse_quote(Bytes body) {
  const auto ip = parse_ip(body, Completeness::MayBeCut);
  if (!ip) return std::unexpected(ip.error());
  if (ip->header.fragment_offset != 0) return std::unexpected(ParseError::TooShort);
  ByteReader reader(ip->payload);
  QuotedPacket quote;
  quote.source = {ip->header.source, reader.u16be()};
  quote.destination = {ip->header.destination, reader.u16be()};
  quote.seq = SeqNum{reader.u32be()};
  if (!reader.ok()) return std::unexpected(ParseError::TooShort);
  quote.protocol = ip->header.protocol;
  quote.packet_length = ip_header_size(quote.source.address.version()) + ip->payload_length;
  return quote;
}

IcmpHeader echo_reply_header(IpVersion version, std::uint32_t word) {
  return {version == IpVersion::V4 ? v4::kEchoReply : v6::kEchoReply, 0, word};
}

IcmpHeader port_unreachable_header(IpVersion version) {
  if (version == IpVersion::V4) return {v4::kUnreachable, v4::kPort, 0};
  return {v6::kUnreachable, v6::kPort, 0};
}

IcmpHeader unknown_protocol_header(IpVersion version) {
  if (version == IpVersion::V4) return {v4::kUnreachable, v4::kProtocol, 0};
  return {v6::kParameterProblem, v6::kUnknownNextHeader, v6::kNextHeaderOffset};
}

IcmpHeader packet_too_big_header(IpVersion version, std::uint32_t mtu) {
  if (version == IpVersion::V6) return {v6::kPacketTooBig, 0, mtu};
  CHECK(mtu <= std::numeric_limits<std::uint16_t>::max());
  return {v4::kUnreachable, v4::kFragmentationNeeded, mtu};
}

void emit_icmp(const IpAddress& source, const IpAddress& destination, const IcmpHeader& header,
               MutableBytes message) {
  ByteWriter writer(message);
  writer.u8(header.type);
  writer.u8(header.code);
  writer.u16be(0);
  writer.u32be(header.word);
  ByteWriter(message.subspan(kChecksumOffset)).u16be(icmp_checksum(source, destination, message));
}

}  // namespace inflight::wire
