// IP addresses, address prefixes and transport endpoints, as values: comparable, hashable,
// printable. Text forms: RFC 4291 §2.2 and RFC 5952 for IPv6, dotted quad for IPv4; "[v6]:port" and
// "v4:port".
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace inflight::wire {

enum class IpVersion : std::uint8_t { V4 = 4, V6 = 6 };

class IpAddress {
 public:
  // 0.0.0.0
  constexpr IpAddress() = default;
  static constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    IpAddress address;
    address.bytes_ = {a, b, c, d};
    return address;
  }
  // From 4 or 16 bytes in network order; any other size is our own mistake.
  static IpAddress from_bytes(Bytes bytes) {
    CHECK(bytes.size() == 4 || bytes.size() == 16);
    IpAddress address;
    address.version_ = bytes.size() == 4 ? IpVersion::V4 : IpVersion::V6;
    std::memcpy(address.bytes_.data(), bytes.data(), bytes.size());
    return address;
  }

  constexpr IpVersion version() const { return version_; }
  constexpr bool is_v4() const { return version_ == IpVersion::V4; }
  // 4 or 16 bytes, network order.
  constexpr Bytes bytes() const { return Bytes(bytes_.data(), is_v4() ? 4 : 16); }
  constexpr unsigned bit_length() const { return is_v4() ? 32 : 128; }
  bool is_unspecified() const;
  bool is_multicast() const;
  // 255.255.255.255 only: subnet broadcasts are not known here.
  bool is_broadcast() const;
  constexpr auto operator<=>(const IpAddress&) const = default;
  // Two words at once: the default calls memcmp, several times for each packet.
  constexpr bool operator==(const IpAddress& other) const {
    return version_ == other.version_ && words() == other.words();
  }
  // The bytes as they lie in memory, zeros behind an IPv4 address: for hashing.
  constexpr std::array<std::uint64_t, 2> words() const {
    return std::bit_cast<std::array<std::uint64_t, 2>>(bytes_);
  }

 private:
  IpVersion version_ = IpVersion::V4;
  std::array<std::uint8_t, 16> bytes_{};
};

enum class AddressError { Malformed };

std::expected<IpAddress, AddressError> parse_address(std::string_view text);
std::string to_string(const IpAddress& address);

// A block of addresses, "10.66.0.0/24". The host bits are zero.
struct Prefix {
  IpAddress address;
  unsigned length = 0;

  bool contains(const IpAddress& candidate) const;
  auto operator<=>(const Prefix&) const = default;
};

// "address/length", or an address alone for a single host. Host bits are cleared.
std::expected<Prefix, AddressError> parse_prefix(std::string_view text);
std::string to_string(const Prefix& prefix);

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  constexpr auto operator<=>(const Endpoint&) const = default;
};

std::expected<Endpoint, AddressError> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

}  // namespace inflight::wire

template <>
struct std::hash<inflight::wire::IpAddress> {
  std::size_t operator()(const inflight::wire::IpAddress& address) const noexcept;
};

template <>
struct std::hash<inflight::wire::Endpoint> {
  std::size_t operator()(const inflight::wire::Endpoint& endpoint) const noexcept;
};
