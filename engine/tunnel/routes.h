// Crypto-key routing (paper §2): which peer owns an inner address. Longest prefix first; a prefix
// belongs to one peer at a time. A plain sorted list: tunnels have few prefixes, and going through
// a few dozen costs less than a tree's cache misses.
#pragma once

#include <optional>
#include <vector>

#include "tunnel/report.h"
#include "wire/address.h"

namespace inflight::tunnel {

class Routes {
 public:
  static constexpr std::size_t kMaxPrefixes = 1024;

  // Gives the prefix to the peer, taking it from who had it. False when the table is full.
  bool assign(const wire::Prefix& prefix, PeerId peer);
  void remove(PeerId peer);
  std::optional<PeerId> find(const wire::IpAddress& address) const;

 private:
  struct Route {
    wire::Prefix prefix;
    PeerId peer;
  };
  // Longest prefixes first.
  std::vector<Route> routes_;
};

// The host address within `block` that belongs to a public key: its host bits are taken from a hash
// of the key, so both ends compute it without asking. Never the block's first two addresses nor its
// last, unless it has fewer than eight; a block of full length is itself the address.
wire::IpAddress derived_address(const wire::Prefix& block, const PublicKey& key);

}  // namespace inflight::tunnel
