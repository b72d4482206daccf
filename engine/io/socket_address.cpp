#include "io/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace inflight::io {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

SocketAddress to_socket_address(const wire::Endpoint& endpoint, bool as_v6) {
  SocketAddress result;
  const Bytes bytes = endpoint.address.bytes();
  if (endpoint.address.is_v4() && !as_v6) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  // The wildcard of an IPv6 socket is :: whatever family it was asked in.
  if (endpoint.address.is_v4() && !endpoint.address.is_unspecified()) {
    std::ranges::copy(kMappedPrefix, v6.sin6_addr.s6_addr);
    std::ranges::copy(bytes, v6.sin6_addr.s6_addr + kMappedPrefix.size());
  } else if (!endpoint.address.is_v4()) {
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
  }
  std::memcpy(&result.storage, &v6, sizeof v6);
  result.size = sizeof v6;
  return result;
}

wire::Endpoint to_endpoint(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return {wire::IpAddress::from_bytes(bytes), ntohs(v4.sin_port)};
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  Bytes bytes(v6.sin6_addr.s6_addr);
  if (std::ranges::equal(bytes.first(kMappedPrefix.size()), kMappedPrefix)) {
    bytes = bytes.subspan(kMappedPrefix.size());
  }
  return {wire::IpAddress::from_bytes(bytes), ntohs(v6.sin6_port)};
}

}  // namespace inflight::io
