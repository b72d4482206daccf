#include "capture/tunnel_record.h"

namespace inflight::capture {
namespace {

constexpr std::size_t kNodeKeySize = 32;
constexpr std::size_t kMetadataSize = 4;

bool is_address_length(std::size_t length) { return length == 4 || length == 16; }

// Length and address, or a length of 0; false if it is neither.
bool read_address(ByteReader& reader, std::optional<wire::IpAddress>& address) {
  const std::size_t length = reader.u8();
  if (length == 0) return true;
  if (!is_address_length(length)) return false;
  const Bytes bytes = reader.take(length);
  if (reader.ok()) address = wire::IpAddress::from_bytes(bytes);
  return true;
}

std::expected<DiscoRecord, TunnelRecordError> parse_disco(Bytes data) {
  constexpr std::uint8_t kViaRelay = 1;
  ByteReader reader(data);
  DiscoRecord disco;
  disco.via_relay = (reader.u8() & kViaRelay) != 0;
  reader.skip(kNodeKeySize);
  disco.source.port = reader.u16le();
  const std::size_t length = reader.u16le();
  const Bytes address = reader.take(length);
  const Bytes message = reader.take(reader.u16le());
  if (!reader.ok()) return std::unexpected(TunnelRecordError::TooShort);
  if (is_address_length(length)) {
    disco.source.address = wire::IpAddress::from_bytes(address);
  } else if (length != 0) {
    return std::unexpected(TunnelRecordError::BadAddressLength);
  }
  if (!message.empty()) disco.message_type = message[0];
  return disco;
}

}  // namespace

std::expected<TunnelRecord, TunnelRecordError> parse_tunnel_record(Bytes data) {
  ByteReader reader(data);
  TunnelRecord record;
  record.path = static_cast<TunnelPath>(reader.u16le());
  if (!read_address(reader, record.source_before_nat) ||
      !read_address(reader, record.destination_before_nat)) {
    return std::unexpected(TunnelRecordError::BadAddressLength);
  }
  if (!reader.ok()) return std::unexpected(TunnelRecordError::TooShort);
  if (record.path == TunnelPath::Disco) {
    const auto disco = parse_disco(reader.rest());
    if (!disco) return std::unexpected(disco.error());
    record.disco = *disco;
    return record;
  }
  if (record.path > TunnelPath::SynthesizedToPeer) {
    return std::unexpected(TunnelRecordError::UnknownPath);
  }
  record.packet = reader.rest();
  return record;
}

Direction direction_of(TunnelPath path) {
  switch (path) {
    case TunnelPath::FromLocal:
    case TunnelPath::SynthesizedToPeer:
      return Direction::Outbound;
    case TunnelPath::FromPeer:
    case TunnelPath::SynthesizedToLocal:
      return Direction::Inbound;
    case TunnelPath::Disco:
      break;
  }
  return Direction::Unknown;
}

std::vector<std::uint8_t> emit_tunnel_record(TunnelPath path, Bytes packet) {
  std::vector<std::uint8_t> data(kMetadataSize + packet.size());
  ByteWriter writer(data);
  writer.u16le(static_cast<std::uint16_t>(path));
  writer.zeros(2);
  writer.bytes(packet);
  return data;
}

}  // namespace inflight::capture
