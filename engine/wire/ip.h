// IPv4 (RFC 791) and IPv6 (RFC 8200) headers: parse and emit. The same parser serves the stack and
// saved captures, so it can also read packets that a capture cut short. Options and extension
// headers are skipped; that a packet is a fragment, or chose its route, is reported.
#pragma once

#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "wire/address.h"

namespace inflight::wire {

namespace ip_protocol {
inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::uint8_t kIcmpV6 = 58;
}  // namespace ip_protocol

// RFC 3168 §5: the two ECN bits.
enum class Ecn : std::uint8_t { NotEct = 0, Ect1 = 1, Ect0 = 2, Ce = 3 };

struct IpHeader {
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol = 0;
  std::uint8_t hop_limit = 64;
  // RFC 2474: 6 bits.
  std::uint8_t dscp = 0;
  Ecn ecn = Ecn::NotEct;
  // IPv4: 16 bits. IPv6: 32 bits, and only fragments have it.
  std::uint32_t identification = 0;
  // IPv4 only.
  bool dont_fragment = true;
  // Any fragment but a whole packet; its payload then begins at fragment_offset bytes.
  bool is_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;
  // An IPv4 source route option, or an IPv6 routing header that is not at its end. Not emitted.
  bool source_routed = false;
};

struct IpPacketView {
  IpHeader header;
  // What is present of the payload: shorter than payload_length when a capture cut the packet.
  Bytes payload;
  // What the header says the payload's length is, in bytes.
  std::size_t payload_length = 0;
};

enum class ParseError { TooShort, BadVersion, BadLength, BadChecksum };

// Whether a packet that ends before its header says so is an error (from the network) or expected
// (from a capture with a snap length). Header checksums are verified only when Complete.
enum class Completeness { Complete, MayBeCut };

// Bytes behind the header's total length are padding and left out of the payload. A length of 0 in
// the header (packets of 64 KiB and more from segmentation offload) means all of `packet` when
// MayBeCut.
std::expected<IpPacketView, ParseError> parse_ip(Bytes packet, Completeness completeness);

// What routing needs of a packet, without looking at checksums, options or extension headers.
struct IpRoute {
  IpAddress source;
  IpAddress destination;
  // Header included; bytes behind it are padding.
  std::size_t total_length = 0;
};
// TooShort when the packet ends before its header says so.
std::expected<IpRoute, ParseError> parse_ip_route(Bytes packet);

// 20 or 40.
std::size_t ip_header_size(IpVersion version);
// Writes the header, IPv4 checksum included, in front of a payload of payload_length bytes. `place`
// has exactly ip_header_size bytes; both addresses are of one version.
void emit_ip(const IpHeader& header, std::size_t payload_length, MutableBytes place);

}  // namespace inflight::wire
