// Parsing and emitting, field after field in the order of the paper §5.4.
#include "tunnel/messages.h"

#include <algorithm>

namespace inflight::tunnel {
namespace {

// The callers have compared the message's size with the sum of its fields.
template <std::size_t N>
void read(ByteReader& reader, std::array<std::uint8_t, N>& field) {
  std::ranges::copy(reader.take(N), field.begin());
}

Initiation parse_initiation(ByteReader& reader) {
  Initiation message;
  message.sender = reader.u32le();
  read(reader, message.ephemeral.bytes);
  read(reader, message.sealed_static);
  read(reader, message.sealed_timestamp);
  read(reader, message.mac1);
  read(reader, message.mac2);
  return message;
}

Response parse_response(ByteReader& reader) {
  Response message;
  message.sender = reader.u32le();
  message.receiver = reader.u32le();
  read(reader, message.ephemeral.bytes);
  read(reader, message.sealed_empty);
  read(reader, message.mac1);
  read(reader, message.mac2);
  return message;
}

CookieReply parse_cookie_reply(ByteReader& reader) {
  CookieReply message;
  message.receiver = reader.u32le();
  read(reader, message.nonce);
  read(reader, message.sealed_cookie);
  return message;
}

TransportHeader parse_transport_header(ByteReader& reader) {
  TransportHeader header;
  header.receiver = reader.u32le();
  header.counter = reader.u64le();
  return header;
}

void emit_type(MessageType type, ByteWriter& writer) {
  writer.u32le(static_cast<std::uint32_t>(type));
}

}  // namespace

std::expected<Message, MessageError> parse_message(Bytes datagram) {
  ByteReader reader(datagram);
  const std::uint32_t type = reader.u32le();
  if (!reader.ok()) return std::unexpected(MessageError::BadSize);
  const auto sized = [&](bool fits, auto parse) -> std::expected<Message, MessageError> {
    if (!fits) return std::unexpected(MessageError::BadSize);
    return parse(reader);
  };
  const std::size_t size = datagram.size();
  switch (type) {
    case static_cast<std::uint32_t>(MessageType::Initiation):
      return sized(size == kInitiationSize, parse_initiation);
    case static_cast<std::uint32_t>(MessageType::Response):
      return sized(size == kResponseSize, parse_response);
    case static_cast<std::uint32_t>(MessageType::CookieReply):
      return sized(size == kCookieReplySize, parse_cookie_reply);
    case static_cast<std::uint32_t>(MessageType::Transport):
      return sized(size >= kTransportOverhead, parse_transport_header);
    default:
      return std::unexpected(MessageError::BadType);
  }
}

void emit_initiation(const Initiation& message, MutableBytes place) {
  CHECK(place.size() == kInitiationSize);
  ByteWriter writer(place);
  emit_type(MessageType::Initiation, writer);
  writer.u32le(message.sender);
  writer.bytes(message.ephemeral.bytes);
  writer.bytes(message.sealed_static);
  writer.bytes(message.sealed_timestamp);
  writer.bytes(message.mac1);
  writer.bytes(message.mac2);
}

void emit_response(const Response& message, MutableBytes place) {
  CHECK(place.size() == kResponseSize);
  ByteWriter writer(place);
  emit_type(MessageType::Response, writer);
  writer.u32le(message.sender);
  writer.u32le(message.receiver);
  writer.bytes(message.ephemeral.bytes);
  writer.bytes(message.sealed_empty);
  writer.bytes(message.mac1);
  writer.bytes(message.mac2);
}

void emit_cookie_reply(const CookieReply& message, MutableBytes place) {
  CHECK(place.size() == kCookieReplySize);
  ByteWriter writer(place);
  emit_type(MessageType::CookieReply, writer);
  writer.u32le(message.receiver);
  writer.bytes(message.nonce);
  writer.bytes(message.sealed_cookie);
}

void emit_transport_header(const TransportHeader& header, MutableBytes place) {
  CHECK(place.size() == kTransportHeaderSize);
  ByteWriter writer(place);
  emit_type(MessageType::Transport, writer);
  writer.u32le(header.receiver);
  writer.u64le(header.counter);
}

}  // namespace inflight::tunnel
