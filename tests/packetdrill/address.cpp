#include "packetdrill/address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace inflight::packetdrill {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

wire::IpAddress unmapped(Bytes bytes) {
  const bool mapped = std::ranges::equal(bytes.first(kMappedPrefix.size()), kMappedPrefix);
  return wire::IpAddress::from_bytes(mapped ? bytes.subspan(kMappedPrefix.size()) : bytes);
}

template <class Address>
void copy_out(const Address& value, sockaddr* address, socklen_t* size) {
  if (address == nullptr || size == nullptr) return;
  std::memcpy(address, &value, std::min<std::size_t>(*size, sizeof value));
  *size = sizeof value;
}

}  // namespace

bool is_unspecified_family(const sockaddr* address, socklen_t size) {
  return address != nullptr && size >= sizeof(sa_family_t) && address->sa_family == AF_UNSPEC;
}

std::optional<wire::Endpoint> from_sockaddr(const sockaddr* address, socklen_t size) {
  if (address == nullptr || size < sizeof(sa_family_t)) return std::nullopt;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return wire::Endpoint{wire::IpAddress::from_bytes(bytes), ntohs(in.sin_port)};
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return wire::Endpoint{unmapped(bytes), ntohs(in.sin6_port)};
  }
  return std::nullopt;
}

void to_sockaddr(const wire::Endpoint& endpoint, int domain, sockaddr* address, socklen_t* size) {
  const Bytes bytes = endpoint.address.bytes();
  if (domain == AF_INET) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, bytes.data(), std::min(bytes.size(), sizeof in.sin_addr));
    copy_out(in, address, size);
    return;
  }
  std::array<std::uint8_t, 16> full{};
  if (bytes.size() < full.size()) std::ranges::copy(kMappedPrefix, full.begin());
  std::ranges::copy(bytes, full.end() - static_cast<std::ptrdiff_t>(bytes.size()));
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(endpoint.port);
  std::memcpy(&in.sin6_addr, full.data(), full.size());
  copy_out(in, address, size);
}

}  // namespace inflight::packetdrill
