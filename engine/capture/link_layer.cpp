#include "capture/link_layer.h"

#include "capture/tunnel_record.h"

namespace inflight::capture {
namespace {

using Result = std::expected<LinkPayload, LinkError>;

namespace ether_type {
constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint16_t kVlan = 0x8100;
constexpr std::uint16_t kServiceVlan = 0x88a8;
constexpr std::uint16_t kOldServiceVlan = 0x9100;
}  // namespace ether_type

constexpr int kMaxVlanTags = 4;

Result ip_payload(ByteReader& reader, Direction direction) {
  const Bytes packet = reader.rest();
  if (!reader.ok() || packet.empty()) return std::unexpected(LinkError::TooShort);
  const int version = packet[0] >> 4;
  if (version != 4 && version != 6) return std::unexpected(LinkError::NotIp);
  return LinkPayload{packet, direction};
}

// Behind an EtherType: VLAN tags, each with the type of what follows, then IP.
Result typed_payload(std::uint16_t type, ByteReader& reader, Direction direction) {
  for (int tags = 0; tags < kMaxVlanTags; ++tags) {
    const bool is_tag = type == ether_type::kVlan || type == ether_type::kServiceVlan ||
                        type == ether_type::kOldServiceVlan;
    if (!is_tag) break;
    reader.skip(2);
    type = reader.u16be();
  }
  if (!reader.ok()) return std::unexpected(LinkError::TooShort);
  if (type != ether_type::kIpv4 && type != ether_type::kIpv6) {
    return std::unexpected(LinkError::NotIp);
  }
  return ip_payload(reader, direction);
}

Result parse_ethernet(Bytes data) {
  constexpr std::size_t kAddresses = 12;
  ByteReader reader(data);
  reader.skip(kAddresses);
  const std::uint16_t type = reader.u16be();
  return typed_payload(type, reader, Direction::Unknown);
}

// The family stands in front in some byte order; the packet's own version nibble says the same.
Result parse_loopback(Bytes data) {
  ByteReader reader(data);
  reader.skip(4);
  return ip_payload(reader, Direction::Unknown);
}

Direction cooked_direction(unsigned packet_type) {
  constexpr unsigned kToUs = 0;
  constexpr unsigned kFromUs = 4;
  if (packet_type == kToUs) return Direction::Inbound;
  return packet_type == kFromUs ? Direction::Outbound : Direction::Unknown;
}

Result parse_cooked(Bytes data) {
  ByteReader reader(data);
  const Direction direction = cooked_direction(reader.u16be());
  reader.skip(12);
  const std::uint16_t protocol = reader.u16be();
  return typed_payload(protocol, reader, direction);
}

Result parse_cooked2(Bytes data) {
  ByteReader reader(data);
  const std::uint16_t protocol = reader.u16be();
  reader.skip(8);
  const Direction direction = cooked_direction(reader.u8());
  reader.skip(9);
  return typed_payload(protocol, reader, direction);
}

Result parse_tunnel(Bytes data) {
  const auto record = parse_tunnel_record(data);
  if (!record) {
    const bool cut = record.error() == TunnelRecordError::TooShort;
    return std::unexpected(cut ? LinkError::TooShort : LinkError::Malformed);
  }
  const Direction direction = direction_of(record->path);
  if (record->disco) {
    return LinkPayload{{}, direction, true, record->disco->via_relay};
  }
  ByteReader reader(record->packet);
  return ip_payload(reader, direction);
}

Result parse_by_type(LinkType type, Bytes data) {
  ByteReader reader(data);
  switch (type) {
    case LinkType::Ethernet:
      return parse_ethernet(data);
    case LinkType::Null:
    case LinkType::Loop:
      return parse_loopback(data);
    case LinkType::RawBsd:
    case LinkType::RawOpenBsd:
    case LinkType::Raw:
    case LinkType::Ipv4:
    case LinkType::Ipv6:
      return ip_payload(reader, Direction::Unknown);
    case LinkType::LinuxCooked:
      return parse_cooked(data);
    case LinkType::LinuxCooked2:
      return parse_cooked2(data);
    case LinkType::TunnelRecord:
      return parse_tunnel(data);
  }
  return std::unexpected(LinkError::UnknownLinkType);
}

}  // namespace

Result parse_link(const PacketRecord& record) {
  Result payload = parse_by_type(record.link_type, record.data);
  if (payload && record.direction != Direction::Unknown) payload->direction = record.direction;
  return payload;
}

std::string to_string(LinkType type) {
  switch (type) {
    case LinkType::Null:
    case LinkType::Loop:
      return "loopback";
    case LinkType::Ethernet:
      return "Ethernet";
    case LinkType::RawBsd:
    case LinkType::RawOpenBsd:
    case LinkType::Raw:
      return "raw IP";
    case LinkType::LinuxCooked:
      return "Linux cooked";
    case LinkType::TunnelRecord:
      return "tunnel (Coder, Tailscale)";
    case LinkType::Ipv4:
      return "raw IPv4";
    case LinkType::Ipv6:
      return "raw IPv6";
    case LinkType::LinuxCooked2:
      return "Linux cooked v2";
  }
  return "link type " + std::to_string(static_cast<unsigned>(type));
}

}  // namespace inflight::capture
