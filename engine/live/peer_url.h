// Naming a server: "inflight://HOST:PORT#PUBLICKEY", or HOST:PORT with the key given beside it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "tunnel/keys.h"

namespace inflight::live {

struct Target {
  // A name or an address; an IPv6 address without its brackets.
  std::string host;
  std::uint16_t port = 0;
  std::optional<tunnel::PublicKey> key;
};

struct TargetError {
  // A sentence that says what was expected.
  std::string text;
};

// The scheme may be absent, and so may the port (51820) and the key.
std::expected<Target, TargetError> parse_target(std::string_view text);
// With brackets around an IPv6 address: "[2001:db8::1]:51820".
std::string host_and_port(const Target& target);
// The whole URL; the target must have its key.
std::string to_url(const Target& target);

}  // namespace inflight::live
