#include "wire/address.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace inflight::wire {
namespace {

// A decimal number of at most `max`, without sign or leading zeros.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned max) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

std::optional<std::array<std::uint8_t, 4>> parse_quad(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto value = parse_decimal(text.substr(0, dot), 255);
    if (!value) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return bytes;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  std::uint16_t value = 0;
  if (text.empty() || text.size() > 4) return std::nullopt;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whether the groups stand at the address's end, where a dotted quad may take the place of two.
enum class Quad { Refused, Allowed };

// The 16-bit groups of one side of "::".
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text, Quad quad_at_end) {
  std::vector<std::uint16_t> groups;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (quad_at_end == Quad::Allowed && colon == std::string_view::npos && part.contains('.')) {
      const auto quad = parse_quad(part);
      if (!quad) return std::nullopt;
      groups.push_back(static_cast<std::uint16_t>((*quad)[0] << 8 | (*quad)[1]));
      groups.push_back(static_cast<std::uint16_t>((*quad)[2] << 8 | (*quad)[3]));
      return groups;
    }
    const auto group = parse_group(part);
    if (!group || groups.size() >= 8) return std::nullopt;
    groups.push_back(*group);
    if (colon == std::string_view::npos) return groups;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return groups;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto head = parse_groups(text.substr(0, gap), has_gap ? Quad::Refused : Quad::Allowed);
  const auto tail = has_gap ? parse_groups(text.substr(gap + 2), Quad::Allowed)
                            : std::optional(std::vector<std::uint16_t>{});
  if (!head || !tail) return std::nullopt;
  const std::size_t count = head->size() + tail->size();
  if (has_gap ? count > 7 : count != 8) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  const auto put = [&](std::size_t index, std::uint16_t group) {
    bytes[2 * index] = static_cast<std::uint8_t>(group >> 8);
    bytes[2 * index + 1] = static_cast<std::uint8_t>(group);
  };
  for (std::size_t i = 0; i < head->size(); ++i) put(i, (*head)[i]);
  for (std::size_t i = 0; i < tail->size(); ++i) put(8 - tail->size() + i, (*tail)[i]);
  return IpAddress::from_bytes(bytes);
}

// First and length of the longest run of zero groups worth "::" (RFC 5952 §4.2: two or more, first
// wins).
std::pair<std::size_t, std::size_t> longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  std::size_t best = 0;
  std::size_t best_length = 0;
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  return best_length >= 2 ? std::pair(best, best_length)
                          : std::pair<std::size_t, std::size_t>(8, 0);
}

std::string format_v4(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

// RFC 5952 §5: an address known to hold an IPv4 address is written with its dotted quad.
constexpr std::array<std::uint8_t, 12> kV4Mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string format_v6(Bytes bytes) {
  if (std::ranges::equal(bytes.first(12), kV4Mapped)) return "::ffff:" + format_v4(bytes.last(4));
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  const auto [gap, gap_length] = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 5> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16);
    text.append(digits.data(), end.ptr);
  }
  return text;
}

std::size_t mix(std::size_t seed, std::uint64_t value) {
  const std::uint64_t h = (seed ^ value) * 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(h ^ (h >> 32));
}

}  // namespace

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(bytes_, [](std::uint8_t b) { return b == 0; });
}

bool IpAddress::is_multicast() const { return is_v4() ? bytes_[0] >> 4 == 14 : bytes_[0] == 0xff; }

bool IpAddress::is_broadcast() const { return *this == v4(255, 255, 255, 255); }

std::expected<IpAddress, AddressError> parse_address(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    if (const auto quad = parse_quad(text)) return IpAddress::from_bytes(*quad);
    return std::unexpected(AddressError::Malformed);
  }
  if (const auto address = parse_v6(text)) return *address;
  return std::unexpected(AddressError::Malformed);
}

std::string to_string(const IpAddress& address) {
  return address.is_v4() ? format_v4(address.bytes()) : format_v6(address.bytes());
}

bool Prefix::contains(const IpAddress& candidate) const {
  if (candidate.version() != address.version()) return false;
  const Bytes a = address.bytes();
  const Bytes b = candidate.bytes();
  const std::size_t whole = length / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  const unsigned rest = length % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

std::expected<Prefix, AddressError> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  unsigned length = address->bit_length();
  if (slash != std::string_view::npos) {
    const auto parsed = parse_decimal(text.substr(slash + 1), length);
    if (!parsed) return std::unexpected(AddressError::Malformed);
    length = *parsed;
  }
  std::array<std::uint8_t, 16> bytes{};
  std::ranges::copy(address->bytes(), bytes.begin());
  for (unsigned bit = length; bit < address->bit_length(); ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80 >> (bit % 8)));
  }
  return Prefix{IpAddress::from_bytes(Bytes(bytes).first(address->bytes().size())), length};
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.address) + "/" + std::to_string(prefix.length);
}

std::expected<Endpoint, AddressError> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::unexpected(AddressError::Malformed);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  const auto port = parse_decimal(text.substr(colon + 1), 65535);
  if (!address || !port || address->is_v4() == bracketed)
    return std::unexpected(AddressError::Malformed);
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Endpoint& endpoint) {
  const std::string host = to_string(endpoint.address);
  return (endpoint.address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(endpoint.port);
}

}  // namespace inflight::wire

std::size_t std::hash<inflight::wire::IpAddress>::operator()(
    const inflight::wire::IpAddress& address) const noexcept {
  const auto [first, second] = address.words();
  const std::size_t mixed = inflight::wire::mix(address.is_v4() ? 4 : 6, first);
  return address.is_v4() ? mixed : inflight::wire::mix(mixed, second);
}

std::size_t std::hash<inflight::wire::Endpoint>::operator()(
    const inflight::wire::Endpoint& endpoint) const noexcept {
  return inflight::wire::mix(std::hash<inflight::wire::IpAddress>{}(endpoint.address),
                             endpoint.port);
}
