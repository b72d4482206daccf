// Kept sorted by length, so that the first match is the longest.
#include "tunnel/routes.h"

#include <algorithm>
#include <array>

#include "tunnel/crypto.h"

namespace inflight::tunnel {
namespace {

// Hosts 0 and 1 and the last one: network, server and broadcast by custom. Blocks of fewer than
// eight addresses have none to spare.
bool is_reserved(Bytes host, Bytes mask, const wire::Prefix& block) {
  if (block.address.bit_length() - block.length < 3) return false;
  const bool is_last = std::ranges::equal(host, mask.first(host.size()));
  const bool front_is_zero =
      std::ranges::all_of(host.first(host.size() - 1), [](std::uint8_t byte) { return byte == 0; });
  return is_last || (front_is_zero && host.back() <= 1);
}

}  // namespace

bool Routes::assign(const wire::Prefix& prefix, PeerId peer) {
  const auto same = std::ranges::find(routes_, prefix, &Route::prefix);
  if (same != routes_.end()) {
    same->peer = peer;
    return true;
  }
  if (routes_.size() >= kMaxPrefixes) return false;
  const auto place = std::ranges::find_if(
      routes_, [&](const Route& route) { return route.prefix.length < prefix.length; });
  routes_.insert(place, {prefix, peer});
  return true;
}

void Routes::remove(PeerId peer) {
  std::erase_if(routes_, [&](const Route& route) { return route.peer == peer; });
}

std::optional<PeerId> Routes::find(const wire::IpAddress& address) const {
  for (const Route& route : routes_) {
    if (route.prefix.contains(address)) return route.peer;
  }
  return std::nullopt;
}

wire::IpAddress derived_address(const wire::Prefix& block, const PublicKey& key) {
  const Bytes network = block.address.bytes();
  std::array<std::uint8_t, 16> host_mask{};
  for (std::size_t bit = block.length; bit < network.size() * 8; ++bit) {
    host_mask[bit / 8] = static_cast<std::uint8_t>(host_mask[bit / 8] | 0x80 >> bit % 8);
  }
  std::array<std::uint8_t, 16> host{};
  std::array<std::uint8_t, 1> round{};
  do {
    const Hash digest = hash({key.bytes, round});
    for (std::size_t i = 0; i < network.size(); ++i) host[i] = digest[i] & host_mask[i];
    ++round[0];
  } while (is_reserved(Bytes(host).first(network.size()), host_mask, block));
  for (std::size_t i = 0; i < network.size(); ++i) host[i] |= network[i];
  return wire::IpAddress::from_bytes(Bytes(host).first(network.size()));
}

}  // namespace inflight::tunnel
