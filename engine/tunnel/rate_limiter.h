// A token bucket per source address, for handshake messages under load. IPv6 sources count by /64,
// since one sender owns as many addresses as it likes there. The table is bounded: when it is full
// of sources that are still being limited, a new source is refused.
#pragma once

#include <unordered_map>

#include "base/time.h"
#include "wire/address.h"

namespace inflight::tunnel {

class RateLimiter {
 public:
  static constexpr int kPerSecond = 20;
  static constexpr int kBurst = 5;
  static constexpr std::size_t kMaxSources = 4096;

  [[nodiscard]] bool allow(const wire::IpAddress& source, Instant now);
  std::size_t size() const { return full_at_.size(); }

 private:
  // When each source's bucket will be full again; earlier than now means full.
  std::unordered_map<wire::IpAddress, Instant> full_at_;
};

}  // namespace inflight::tunnel
