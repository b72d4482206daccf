// The gate that handshake messages pass before any expensive cryptography (paper §5.3): a wrong
// mac1 gets silence; under load a message without a valid mac2 gets a cookie, and one with it
// passes at a limited rate per source. Knows what load is; does not send.
#pragma once

#include "base/time.h"
#include "tunnel/cookie.h"
#include "tunnel/rate_limiter.h"

namespace inflight::tunnel {

// When the gate thinks itself under load: more than `messages` handshake messages with a valid mac1
// within `window`; it stays so for `hold` after the last time that was true.
struct LoadLimits {
  int messages = 128;
  Duration window = 1s;
  Duration hold = 1s;
};

enum class Verdict { Admit, BadMac1, NeedsCookie, RateLimited };

class Gate {
 public:
  Gate(const PublicKey& self, const LoadLimits& limits) : minter_(self), limits_(limits) {}

  Verdict admit(Bytes message, const wire::Endpoint& from, KeySource& keys, Instant now);
  // The answer to a message whose verdict was NeedsCookie.
  CookieReply make_cookie_reply(Bytes message, const wire::Endpoint& from, KeySource& keys,
                                Instant now) {
    return minter_.make_reply(message, from, keys, now);
  }
  bool under_load(Instant now) const { return now < loaded_until_; }

 private:
  void count(Instant now);

  CookieMinter minter_;
  RateLimiter limiter_;
  LoadLimits limits_;
  int counted_ = 0;
  Instant window_ends_ = Instant::min();
  Instant loaded_until_ = Instant::min();
};

}  // namespace inflight::tunnel
