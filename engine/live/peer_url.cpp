#include "live/peer_url.h"

#include <charconv>

#include "live/address_plan.h"

namespace inflight::live {
namespace {

constexpr std::string_view kScheme = "inflight://";

std::unexpected<TargetError> refuse(std::string_view text, std::string_view expected) {
  return std::unexpected(
      TargetError{"'" + std::string(text) + "': expected " + std::string(expected) + "."});
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::expected<Target, TargetError> parse_target(std::string_view text) {
  const std::string_view whole = text;
  Target target{.host = {}, .port = kDefaultTunnelPort, .key = std::nullopt};
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    const auto key = tunnel::parse_public_key(text.substr(hash + 1));
    if (!key) return refuse(whole, "a key of 44 characters of base64 behind the #");
    target.key = *key;
    text = text.substr(0, hash);
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return refuse(whole, "a ] behind the address");
    target.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!wire::parse_address(target.host)) return refuse(whole, "an IPv6 address in the brackets");
  } else {
    const auto colon = text.find(':');
    // More than one colon without brackets is an IPv6 address without a port.
    const bool bare = colon != std::string_view::npos && text.find(':', colon + 1) != text.npos;
    target.host = bare ? text : text.substr(0, colon);
    port = bare || colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (target.host.empty()) return refuse(whole, "HOST:PORT");
  if (port.empty()) return target;
  const auto number = port.starts_with(':') ? parse_port(port.substr(1)) : std::nullopt;
  if (!number) return refuse(whole, "a port from 1 to 65535");
  target.port = *number;
  return target;
}

std::string host_and_port(const Target& target) {
  const bool v6 = target.host.find(':') != std::string::npos;
  return (v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

std::string to_url(const Target& target) {
  return std::string(kScheme) + host_and_port(target) + "#" + tunnel::to_base64(target.key.value());
}

}  // namespace inflight::live
