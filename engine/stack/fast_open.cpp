#include "stack/fast_open.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inflight::stack {
namespace {

// RFC 7413 §4.1.2 leaves it open; eight bytes, as everywhere.
constexpr std::size_t kCookieSize = 8;
// How long a server is spared after a SYN with the option got lost there: Linux's first interval.
constexpr Duration kPenance = 1h;

}  // namespace

wire::FastOpenCookie FastOpenKeys::make_with(std::int64_t generation,
                                             const wire::IpAddress& client) const {
  std::array<std::uint8_t, 9> label{};
  ByteWriter(label).u64be(static_cast<std::uint64_t>(generation));
  SipKey key{siphash(secret_, label), 0};
  label.back() = 1;
  key.second = siphash(secret_, label);
  std::array<std::uint8_t, kCookieSize> cookie{};
  ByteWriter(cookie).u64be(siphash(key, client.bytes()));
  return *wire::FastOpenCookie::from_bytes(cookie);
}

wire::FastOpenCookie FastOpenKeys::make(const wire::IpAddress& client, Instant now) const {
  return make_with(now.time_since_epoch() / kKeyLifetime, client);
}

FastOpenKeys::Verdict FastOpenKeys::check(const wire::FastOpenCookie& cookie,
                                          const wire::IpAddress& client, Instant now) const {
  const auto is = [&](const wire::FastOpenCookie& ours) {
    return std::ranges::equal(cookie.bytes(), ours.bytes());
  };
  const std::int64_t generation = now.time_since_epoch() / kKeyLifetime;
  if (is(make_with(generation, client))) return Verdict::Good;
  return is(make_with(generation - 1, client)) ? Verdict::Outdated : Verdict::Unknown;
}

static wire::FastOpenCookie make_shared_with(const SipKey& key, const wire::IpAddress& client,
                                             const wire::IpAddress& server) {
  std::vector<std::uint8_t> path(client.bytes().begin(), client.bytes().end());
  path.insert(path.end(), server.bytes().begin(), server.bytes().end());
  std::array<std::uint8_t, kCookieSize> cookie{};
  ByteWriter(cookie).u64le(siphash(key, path));
  return *wire::FastOpenCookie::from_bytes(cookie);
}

wire::FastOpenCookie make_shared_cookie(const std::vector<SipKey>& keys,
                                        const wire::IpAddress& client,
                                        const wire::IpAddress& server) {
  return make_shared_with(keys.front(), client, server);
}

CookieVerdict check_shared_cookie(const std::vector<SipKey>& keys,
                                  const wire::FastOpenCookie& cookie, const wire::IpAddress& client,
                                  const wire::IpAddress& server) {
  for (const SipKey& key : keys) {
    if (!std::ranges::equal(make_shared_with(key, client, server).bytes(), cookie.bytes()))
      continue;
    return &key == &keys.front() ? CookieVerdict::Good : CookieVerdict::Outdated;
  }
  return CookieVerdict::Unknown;
}

std::optional<FastOpenCache::Offer> FastOpenCache::offer(const wire::IpAddress& server,
                                                         Instant now) const {
  const auto it = entries_.find(server);
  if (it == entries_.end()) return Offer{};
  const Entry& entry = it->second;
  if (!entry.failed) return entry.offer;
  // RFC 7413 §4.1.3.1: what did not get through is not tried again soon.
  if (now - entry.heard < kPenance) return std::nullopt;
  return Offer{};
}

void FastOpenCache::learn(const wire::IpAddress& server,
                          const std::optional<wire::FastOpenCookie>& cookie, ByteCount mss,
                          Instant now) {
  Entry& entry = place(server);
  entry.offer = {cookie.value_or(entry.offer.cookie), mss};
  entry.heard = now;
  entry.failed = false;
}

void FastOpenCache::try_experimental(const wire::IpAddress& server, Instant now) {
  Entry& entry = place(server);
  entry.heard = now;
  entry.offer.cookie.experimental = !std::exchange(entry.tried_experimental, true);
}

void FastOpenCache::fail(const wire::IpAddress& server, Instant now) {
  place(server) = {.offer = {}, .heard = now, .failed = true};
}

FastOpenCache::Entry& FastOpenCache::place(const wire::IpAddress& server) {
  if (entries_.size() >= capacity_ && !entries_.contains(server)) {
    const auto heard = [](const auto& entry) { return entry.second.heard; };
    entries_.erase(std::ranges::min_element(entries_, {}, heard));
  }
  return entries_[server];
}

}  // namespace inflight::stack
