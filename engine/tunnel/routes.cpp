// Kept sorted by length, so that the first match is the longest.
#include "tunnel/routes.h"

#include <algorithm>
#include <array>

#include "tunnel/crypto.h"

namespace inflight::tunnel {

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
  const Hash digest = hash({key.bytes});
  std::array<std::uint8_t, 16> bytes{};
  const std::size_t size = block.address.bytes().size();
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t fixed_bits =
        std::min<std::size_t>(8, block.length - std::min<std::size_t>(8 * i, block.length));
    const auto host_mask = static_cast<std::uint8_t>(0xff >> fixed_bits);
    bytes[i] = static_cast<std::uint8_t>(block.address.bytes()[i] | (digest[i] & host_mask));
  }
  return wire::IpAddress::from_bytes(Bytes(bytes).first(size));
}

}  // namespace inflight::tunnel
