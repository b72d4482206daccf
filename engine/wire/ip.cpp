#include "wire/ip.h"

#include <algorithm>
#include <optional>

#include "wire/checksum.h"

namespace inflight::wire {
namespace {

constexpr std::size_t kV4HeaderSize = 20;
constexpr std::size_t kV6HeaderSize = 40;

// RFC 8200 §4: headers that stand between the fixed header and the upper layer.
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kNoNextHeader = 59;
constexpr std::uint8_t kDestinationOptions = 60;
// RFC 791 §3.1: options of one byte, and the loose and the strict source route.
constexpr std::uint8_t kEndOfOptions = 0;
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kLooseSourceRoute = 131;
constexpr std::uint8_t kStrictSourceRoute = 137;
// More than this many is an error.
constexpr int kMaxExtensionHeaders = 8;

bool is_extension(std::uint8_t protocol) {
  return protocol == kHopByHop || protocol == kRouting || protocol == kFragment ||
         protocol == kDestinationOptions;
}

using Failure = std::optional<ParseError>;

Failure finish(Bytes present, std::size_t declared, Completeness completeness, IpPacketView& view) {
  if (present.size() < declared && completeness == Completeness::Complete) {
    return ParseError::TooShort;
  }
  view.payload = present.first(std::min(present.size(), declared));
  view.payload_length = declared;
  return std::nullopt;
}

// RFC 9293 MUST-50: options that mean nothing here are skipped; a list that cannot be read ends.
bool has_source_route(Bytes options) {
  ByteReader reader(options);
  while (reader.remaining() > 0) {
    const std::uint8_t kind = reader.u8();
    if (kind == kEndOfOptions) return false;
    if (kind == kNoOperation) continue;
    if (kind == kLooseSourceRoute || kind == kStrictSourceRoute) return true;
    const std::uint8_t length = reader.u8();
    if (length < 2) return false;
    reader.skip(length - 2U);
  }
  return false;
}

Failure read_v4(Bytes packet, Completeness completeness, IpPacketView& view) {
  ByteReader reader(packet);
  const std::size_t header_size = static_cast<std::size_t>(reader.u8() & 0x0f) * 4;
  const std::uint8_t traffic_class = reader.u8();
  std::size_t total = reader.u16be();
  IpHeader& header = view.header;
  header.identification = reader.u16be();
  const std::uint16_t fragment = reader.u16be();
  header.hop_limit = reader.u8();
  header.protocol = reader.u8();
  reader.skip(2);
  const Bytes source = reader.take(4);
  const Bytes destination = reader.take(4);
  if (!reader.ok() || packet.size() < header_size) return ParseError::TooShort;
  if (header_size < kV4HeaderSize) return ParseError::BadLength;
  if (total == 0 && completeness == Completeness::MayBeCut) total = packet.size();
  if (total < header_size) return ParseError::BadLength;
  if (completeness == Completeness::Complete &&
      checksum_finish(checksum_add(0, packet.first(header_size))) != 0) {
    return ParseError::BadChecksum;
  }
  header.source = IpAddress::from_bytes(source);
  header.destination = IpAddress::from_bytes(destination);
  header.dscp = traffic_class >> 2;
  header.ecn = static_cast<Ecn>(traffic_class & 3);
  header.dont_fragment = (fragment & 0x4000) != 0;
  header.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) * 8);
  header.is_fragment = (fragment & 0x3fff) != 0;
  header.more_fragments = (fragment & 0x2000) != 0;
  header.source_routed =
      has_source_route(packet.subspan(kV4HeaderSize, header_size - kV4HeaderSize));
  return finish(packet.subspan(header_size), total - header_size, completeness, view);
}

// Walks the extension headers; leaves `header.protocol` at the upper layer's and returns their
// total size.
std::expected<std::size_t, ParseError> skip_extensions(IpHeader& header, Bytes payload) {
  ByteReader reader(payload);
  for (int count = 0; is_extension(header.protocol); ++count) {
    if (count == kMaxExtensionHeaders) return std::unexpected(ParseError::BadLength);
    const std::uint8_t kind = header.protocol;
    header.protocol = reader.u8();
    const std::size_t length = reader.u8();
    if (kind == kFragment) {
      const std::uint16_t field = reader.u16be();
      header.fragment_offset = field & 0xfff8;
      header.is_fragment = (field & 0xfff9) != 0;
      header.more_fragments = (field & 1) != 0;
      header.identification = reader.u32be();
      // Behind a later fragment's header stands the middle of a payload.
      if (reader.ok() && header.fragment_offset != 0) return reader.position();
    } else if (kind == kRouting) {
      reader.skip(1);
      // RFC 8200 §4.4: segments left; at 0 the route has been travelled.
      header.source_routed = header.source_routed || reader.u8() != 0;
      reader.skip(4 + 8 * length);
    } else {
      reader.skip(6 + 8 * length);
    }
    if (!reader.ok()) return std::unexpected(ParseError::TooShort);
  }
  return reader.position();
}

Failure read_v6(Bytes packet, Completeness completeness, IpPacketView& view) {
  ByteReader reader(packet);
  const std::uint32_t first = reader.u32be();
  std::size_t declared = reader.u16be();
  IpHeader& header = view.header;
  header.protocol = reader.u8();
  header.hop_limit = reader.u8();
  const Bytes source = reader.take(16);
  const Bytes destination = reader.take(16);
  if (!reader.ok()) return ParseError::TooShort;
  const auto traffic_class = static_cast<std::uint8_t>(first >> 20);
  header.source = IpAddress::from_bytes(source);
  header.destination = IpAddress::from_bytes(destination);
  header.dscp = traffic_class >> 2;
  header.ecn = static_cast<Ecn>(traffic_class & 3);
  const Bytes present = reader.rest();
  if (declared == 0 && completeness == Completeness::MayBeCut && header.protocol != kNoNextHeader) {
    declared = present.size();
  }
  const auto extensions =
      skip_extensions(header, present.first(std::min(present.size(), declared)));
  if (!extensions) return extensions.error();
  return finish(present.subspan(*extensions), declared - *extensions, completeness, view);
}

// The view is read where it is returned: copying it costs as much as reading it.
std::expected<IpPacketView, ParseError> read(Bytes packet, Completeness completeness,
                                             Failure (*version)(Bytes, Completeness,
                                                                IpPacketView&)) {
  std::expected<IpPacketView, ParseError> view;
  if (const Failure error = version(packet, completeness, *view)) view = std::unexpected(*error);
  return view;
}

void emit_v4(const IpHeader& header, std::size_t payload_length, MutableBytes place) {
  ByteWriter writer(place);
  writer.u8(0x45);
  writer.u8(static_cast<std::uint8_t>(header.dscp << 2 | static_cast<std::uint8_t>(header.ecn)));
  writer.u16be(static_cast<std::uint16_t>(kV4HeaderSize + payload_length));
  writer.u16be(static_cast<std::uint16_t>(header.identification));
  writer.u16be(header.dont_fragment ? 0x4000 : 0);
  writer.u8(header.hop_limit);
  writer.u8(header.protocol);
  const MutableBytes checksum = writer.advance(2);
  checksum[0] = checksum[1] = 0;
  writer.bytes(header.source.bytes());
  writer.bytes(header.destination.bytes());
  ByteWriter(checksum).u16be(checksum_finish(checksum_add(0, place)));
}

void emit_v6(const IpHeader& header, std::size_t payload_length, MutableBytes place) {
  ByteWriter writer(place);
  const auto traffic_class =
      static_cast<std::uint32_t>(header.dscp << 2 | static_cast<std::uint8_t>(header.ecn));
  writer.u32be(0x60000000U | traffic_class << 20);
  writer.u16be(static_cast<std::uint16_t>(payload_length));
  writer.u8(header.protocol);
  writer.u8(header.hop_limit);
  writer.bytes(header.source.bytes());
  writer.bytes(header.destination.bytes());
}

}  // namespace

std::expected<IpPacketView, ParseError> parse_ip(Bytes packet, Completeness completeness) {
  if (packet.empty()) return std::unexpected(ParseError::TooShort);
  const unsigned version = packet[0] >> 4;
  if (version != 4 && version != 6) return std::unexpected(ParseError::BadVersion);
  return read(packet, completeness, version == 4 ? read_v4 : read_v6);
}

std::expected<IpRoute, ParseError> parse_ip_route(Bytes packet) {
  ByteReader reader(packet);
  const unsigned version = reader.u8() >> 4;
  if (reader.ok() && version != 4 && version != 6) return std::unexpected(ParseError::BadVersion);
  const bool is_v4 = version == 4;
  reader.skip(is_v4 ? 1 : 3);
  const std::size_t length = reader.u16be();
  reader.skip(is_v4 ? 8 : 2);
  const std::size_t address_size = is_v4 ? 4 : 16;
  const Bytes source = reader.take(address_size);
  const Bytes destination = reader.take(address_size);
  if (!reader.ok()) return std::unexpected(ParseError::TooShort);
  const std::size_t total = is_v4 ? length : kV6HeaderSize + length;
  if (total < reader.position()) return std::unexpected(ParseError::BadLength);
  if (total > packet.size()) return std::unexpected(ParseError::TooShort);
  return IpRoute{IpAddress::from_bytes(source), IpAddress::from_bytes(destination), total};
}

std::size_t ip_header_size(IpVersion version) {
  return version == IpVersion::V4 ? kV4HeaderSize : kV6HeaderSize;
}

void emit_ip(const IpHeader& header, std::size_t payload_length, MutableBytes place) {
  CHECK(header.source.version() == header.destination.version());
  CHECK(place.size() == ip_header_size(header.source.version()));
  CHECK(payload_length + place.size() <= 65535);
  CHECK(header.dscp < 64);
  header.source.is_v4() ? emit_v4(header, payload_length, place)
                        : emit_v6(header, payload_length, place);
}

}  // namespace inflight::wire
