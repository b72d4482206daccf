// What the network said about the largest packet on the way to an address (RFC 1191, RFC 8201):
// remembered for ten minutes and then tried anew, never raised by a message, never taken below what
// the IP version promises. Whether a message is to be believed is decided before (RFC 5927).
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "wire/address.h"

namespace inflight::stack {

struct PathMtu {
  // Bytes of a whole IP packet.
  std::size_t bytes = 0;
  // The true value is below what is worth sending: routers have to cut the packets (IPv4).
  bool may_fragment = false;
};

class PathMtuCache {
 public:
  // At `capacity` addresses the one that was told of longest ago is forgotten.
  explicit PathMtuCache(std::size_t capacity) : capacity_(capacity) {}

  // Nothing: as much as the first link takes.
  std::optional<PathMtu> find(const wire::IpAddress& address) const;
  // A packet of `sent` bytes was too large; `mtu` is what would pass, 0 if the router did not say.
  // False if that is no news, or nonsense.
  bool lower(const wire::IpAddress& address, std::size_t mtu, std::size_t sent, Instant now);
  // Forgets what is too old; where that was.
  std::vector<wire::IpAddress> expire(Instant now);
  // kNever if there is nothing.
  Instant next_expiry() const { return next_expiry_; }

 private:
  struct Entry {
    PathMtu mtu;
    Instant told;
  };
  void make_room();
  void find_next_expiry();

  std::size_t capacity_;
  std::unordered_map<wire::IpAddress, Entry> entries_;
  Instant next_expiry_ = kNever;
};

}  // namespace inflight::stack
