// The system's and the seeded source. A secret is written straight into the type that wipes it.
#include "tunnel/key_source.h"

#include <sodium.h>

namespace inflight::tunnel {
namespace {

template <class Key>
Key system_secret() {
  Key key;
  randombytes_buf(key.mutable_bytes().data(), kKeySize);
  return key;
}

template <class Key>
Key seeded_secret(Random& random) {
  Key key;
  random.fill(key.mutable_bytes());
  return key;
}

}  // namespace

SystemKeySource::SystemKeySource() { init_crypto(); }

PrivateKey SystemKeySource::private_key() { return system_secret<PrivateKey>(); }
CookieSecret SystemKeySource::cookie_secret() { return system_secret<CookieSecret>(); }
Index SystemKeySource::index() { return randombytes_random(); }

CookieNonce SystemKeySource::cookie_nonce() {
  CookieNonce nonce{};
  randombytes_buf(nonce.data(), nonce.size());
  return nonce;
}

Duration SystemKeySource::jitter(Duration bound) {
  const std::chrono::microseconds range = std::chrono::floor<std::chrono::microseconds>(bound);
  return std::chrono::microseconds(
      randombytes_uniform(static_cast<std::uint32_t>(range.count()) + 1));
}

PrivateKey SeededKeySource::private_key() { return seeded_secret<PrivateKey>(random_); }
CookieSecret SeededKeySource::cookie_secret() { return seeded_secret<CookieSecret>(random_); }
Index SeededKeySource::index() { return static_cast<Index>(random_.next()); }

CookieNonce SeededKeySource::cookie_nonce() {
  CookieNonce nonce{};
  random_.fill(nonce);
  return nonce;
}

Duration SeededKeySource::jitter(Duration bound) {
  return Duration(
      static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(bound.count()) + 1)));
}

}  // namespace inflight::tunnel
