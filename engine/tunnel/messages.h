// The four messages of WireGuard as plain values (paper §5.4): parse and emit, exact sizes, nothing
// verified but the shape. All integers are little-endian; the type is one byte and three zeros.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <variant>

#include "base/bytes.h"
#include "tunnel/constants.h"
#include "tunnel/crypto.h"
#include "tunnel/keys.h"

namespace inflight::tunnel {

enum class MessageType : std::uint8_t {
  Initiation = 1,
  Response = 2,
  CookieReply = 3,
  Transport = 4,
};

// An index names a session at the end that chose it.
using Index = std::uint32_t;

struct Initiation {
  Index sender = 0;
  PublicKey ephemeral;
  std::array<std::uint8_t, kKeySize + kTagSize> sealed_static{};
  std::array<std::uint8_t, kTimestampSize + kTagSize> sealed_timestamp{};
  Mac mac1{};
  Mac mac2{};

  bool operator==(const Initiation&) const = default;
};

struct Response {
  Index sender = 0;
  Index receiver = 0;
  PublicKey ephemeral;
  std::array<std::uint8_t, kTagSize> sealed_empty{};
  Mac mac1{};
  Mac mac2{};

  bool operator==(const Response&) const = default;
};

struct CookieReply {
  // The sender index of the message that it answers.
  Index receiver = 0;
  CookieNonce nonce{};
  std::array<std::uint8_t, kMacSize + kTagSize> sealed_cookie{};

  bool operator==(const CookieReply&) const = default;
};

// The sealed packet stands behind these 16 bytes and is at least a tag.
struct TransportHeader {
  Index receiver = 0;
  std::uint64_t counter = 0;

  bool operator==(const TransportHeader&) const = default;
};

using Message = std::variant<Initiation, Response, CookieReply, TransportHeader>;

// BadType: unknown, or the reserved bytes are not zero. BadSize: not the size of that type.
enum class MessageError { BadType, BadSize };

std::expected<Message, MessageError> parse_message(Bytes datagram);

// `place` has exactly the message's size. The macs are written as they stand in the value.
void emit_initiation(const Initiation& message, MutableBytes place);
void emit_response(const Response& message, MutableBytes place);
void emit_cookie_reply(const CookieReply& message, MutableBytes place);
// `place` has kTransportHeaderSize bytes.
void emit_transport_header(const TransportHeader& header, MutableBytes place);

}  // namespace inflight::tunnel
