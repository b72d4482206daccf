// The bucket as one instant: each message moves "full again" by the time one token takes to come.
#include "tunnel/rate_limiter.h"

#include <algorithm>
#include <array>

namespace inflight::tunnel {
namespace {

constexpr Duration kTokenTime = Duration(1s) / RateLimiter::kPerSecond;

wire::IpAddress bucket_of(const wire::IpAddress& source) {
  if (source.is_v4()) return source;
  std::array<std::uint8_t, 16> network{};
  std::ranges::copy(source.bytes().first(8), network.begin());
  return wire::IpAddress::from_bytes(network);
}

}  // namespace

bool RateLimiter::allow(const wire::IpAddress& source, Instant now) {
  const wire::IpAddress bucket = bucket_of(source);
  if (full_at_.size() >= kMaxSources && !full_at_.contains(bucket)) {
    std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
    if (full_at_.size() >= kMaxSources) return false;
  }
  Instant& full_at = full_at_.try_emplace(bucket, now).first->second;
  const Instant next = std::max(full_at, now) + kTokenTime;
  if (next - now > kBurst * kTokenTime) return false;
  full_at = next;
  return true;
}

}  // namespace inflight::tunnel
