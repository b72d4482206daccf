#include "stack/path_mtu.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace inflight::stack {
namespace {

// RFC 1191 §6.3 and RFC 8201 §4: longer than five minutes, ten is recommended.
constexpr Duration kLifetime = 10min;
// RFC 8200 §5: every link carries that.
constexpr std::size_t kSmallestV6 = 1280;
// RFC 791 has 68. Below this, segments would be little but headers, which is what a forger wants;
// as in Linux, routers may cut the packets instead.
constexpr std::size_t kSmallestV4 = 552;
// RFC 1191 §7.1, for routers that do not say: the sizes that links have, descending.
constexpr std::array<std::size_t, 10> kPlateaus = {32000, 17914, 8166, 4352, 2002,
                                                   1492,  1006,  508,  296,  68};

std::size_t next_plateau(std::size_t sent) {
  const auto* const below =
      std::ranges::find_if(kPlateaus, [&](std::size_t size) { return size < sent; });
  return below == kPlateaus.end() ? kPlateaus.back() : *below;
}

}  // namespace

std::optional<PathMtu> PathMtuCache::find(const wire::IpAddress& address) const {
  const auto it = entries_.find(address);
  if (it == entries_.end()) return std::nullopt;
  return it->second.mtu;
}

bool PathMtuCache::lower(const wire::IpAddress& address, std::size_t mtu, std::size_t sent,
                         Instant now) {
  if (mtu == 0) mtu = next_plateau(sent);
  // RFC 5927 §7.2: what was too large must be larger than what would pass.
  if (mtu >= sent) return false;
  // RFC 8201 §4: a node must not go below that, whatever it is told.
  if (!address.is_v4() && mtu < kSmallestV6) return false;
  const PathMtu told{std::max(mtu, kSmallestV4), mtu < kSmallestV4};
  const auto known = entries_.find(address);
  if (known != entries_.end()) {
    const PathMtu& before = known->second.mtu;
    // RFC 1191 §3: never raised by a message.
    const bool news = told.bytes < before.bytes || (told.may_fragment && !before.may_fragment);
    if (!news) return false;
  } else {
    make_room();
  }
  entries_[address] = {told, now};
  find_next_expiry();
  return true;
}

void PathMtuCache::make_room() {
  if (entries_.size() < capacity_) return;
  const auto told = [](const auto& entry) { return entry.second.told; };
  entries_.erase(std::ranges::min_element(entries_, {}, told));
}

std::vector<wire::IpAddress> PathMtuCache::expire(Instant now) {
  std::vector<wire::IpAddress> expired;
  if (next_expiry_ > now) return expired;
  for (const auto& [address, entry] : entries_) {
    if (entry.told + kLifetime <= now) expired.push_back(address);
  }
  for (const wire::IpAddress& address : expired) entries_.erase(address);
  find_next_expiry();
  return expired;
}

void PathMtuCache::find_next_expiry() {
  next_expiry_ = kNever;
  for (const Entry& entry : entries_ | std::views::values) {
    next_expiry_ = std::min(next_expiry_, entry.told + kLifetime);
  }
}

}  // namespace inflight::stack
