// Where everything secret or unpredictable comes from, so that the tunnel itself has no randomness
// of its own: from the system in Live, from a seed in the Lab, from a script in tests.
#pragma once

#include "base/random.h"
#include "base/time.h"
#include "tunnel/crypto.h"
#include "tunnel/keys.h"
#include "tunnel/messages.h"

namespace inflight::tunnel {

class KeySource {
 public:
  virtual ~KeySource() = default;

  // A new private key: the ephemeral of a handshake, or a static one for a key file.
  virtual PrivateKey private_key() = 0;
  virtual CookieSecret cookie_secret() = 0;
  virtual CookieNonce cookie_nonce() = 0;
  // A candidate for a session's index; the tunnel asks again when it is taken.
  virtual Index index() = 0;
  // Between 0 and `bound`.
  virtual Duration jitter(Duration bound) = 0;
};

// From the operating system's generator, through libsodium.
class SystemKeySource final : public KeySource {
 public:
  SystemKeySource();

  PrivateKey private_key() override;
  CookieSecret cookie_secret() override;
  CookieNonce cookie_nonce() override;
  Index index() override;
  Duration jitter(Duration bound) override;
};

// The same seed gives the same keys. For the Lab only: these keys protect nothing.
class SeededKeySource final : public KeySource {
 public:
  explicit SeededKeySource(Random random) : random_(random) {}

  PrivateKey private_key() override;
  CookieSecret cookie_secret() override;
  CookieNonce cookie_nonce() override;
  Index index() override;
  Duration jitter(Duration bound) override;

 private:
  Random random_;
};

}  // namespace inflight::tunnel
