// TCP Fast Open's cookies (RFC 7413 §4.1): those that a server makes and knows again without
// remembering anybody, and those that a client was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/siphash.h"
#include "base/time.h"
#include "base/units.h"
#include "wire/address.h"
#include "wire/tcp.h"

namespace inflight::stack {

enum class CookieVerdict : std::uint8_t { Unknown, Good, Outdated };

// A cookie is a keyed hash of the client's address. Keys follow from one secret and change with
// time; a cookie of the key before is still good, and is replaced.
class FastOpenKeys {
 public:
  static constexpr Duration kKeyLifetime = 12h;

  using Verdict = CookieVerdict;

  explicit FastOpenKeys(Random random) : secret_(SipKey::draw(random)) {}

  wire::FastOpenCookie make(const wire::IpAddress& client, Instant now) const;
  Verdict check(const wire::FastOpenCookie& cookie, const wire::IpAddress& client,
                Instant now) const;

 private:
  wire::FastOpenCookie make_with(std::int64_t generation, const wire::IpAddress& client) const;

  SipKey secret_;
};

// With keys from outside: cookies as Linux makes them of client and server, so that servers which
// share a key know each other's. One key at least.
wire::FastOpenCookie make_shared_cookie(const std::vector<SipKey>& keys,
                                        const wire::IpAddress& client,
                                        const wire::IpAddress& server);
CookieVerdict check_shared_cookie(const std::vector<SipKey>& keys,
                                  const wire::FastOpenCookie& cookie, const wire::IpAddress& client,
                                  const wire::IpAddress& server);

// What a client knows of servers (RFC 7413 §4.1.3): their cookie and MSS, or that Fast Open did not
// get through to them lately.
class FastOpenCache {
 public:
  struct Offer {
    // A request if there is none yet.
    wire::FastOpenCookie cookie;
    // Of its last SYN, ACK for one that asked.
    std::optional<ByteCount> mss;
  };

  // At `capacity` servers the one that was heard of longest ago is forgotten.
  explicit FastOpenCache(std::size_t capacity) : capacity_(capacity) {}

  // What a SYN to there should say; nothing: it had better be a plain one.
  std::optional<Offer> offer(const wire::IpAddress& server, Instant now) const;
  // Without a cookie the one that is known stays.
  void learn(const wire::IpAddress& server, const std::optional<wire::FastOpenCookie>& cookie,
             ByteCount mss, Instant now);
  // A request was answered without a cookie: the next one comes as the experimental option, once.
  void try_experimental(const wire::IpAddress& server, Instant now);
  // A SYN with the option got no answer: none for an hour.
  void fail(const wire::IpAddress& server, Instant now);
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    Offer offer;
    Instant heard;
    bool failed = false;
    bool tried_experimental = false;
  };
  Entry& place(const wire::IpAddress& server);

  std::size_t capacity_;
  std::unordered_map<wire::IpAddress, Entry> entries_;
};

}  // namespace inflight::stack
