// The macs of handshake messages and the cookies behind the second one (paper §5.3, §5.4.7). mac1
// proves that the sender knows our public key; mac2 proves that it can receive at its address,
// asked for only under load. MacStamper is the sender's side, CookieMinter the receiver's.
#pragma once

#include <optional>

#include "base/time.h"
#include "tunnel/crypto.h"
#include "tunnel/key_source.h"
#include "tunnel/keys.h"
#include "tunnel/messages.h"
#include "wire/address.h"

namespace inflight::tunnel {

// The macs are the last 32 bytes of an initiation or response.
inline constexpr std::size_t kMacsSize = 2 * kMacSize;

// HASH("mac1----" || public key) and HASH("cookie--" || public key).
Hash mac1_key(const PublicKey& receiver);
SymmetricKey cookie_key(const PublicKey& receiver);

// Writes the macs for one receiver, and keeps the cookie that it sent.
class MacStamper {
 public:
  explicit MacStamper(const PublicKey& receiver);

  // Fills the macs of an emitted initiation or response; mac2 stays zero without a fresh cookie.
  void stamp(MutableBytes message, Instant now);
  // True when the reply opens, which binds it to the message stamped last.
  [[nodiscard]] bool handle_reply(const CookieReply& reply, Instant now);

 private:
  struct Cookie {
    Mac value{};
    Instant received;
  };

  Hash mac1_key_;
  SymmetricKey cookie_key_;
  std::optional<Mac> last_mac1_;
  std::optional<Cookie> cookie_;
};

// Checks the macs of messages to us, and makes cookies.
class CookieMinter {
 public:
  explicit CookieMinter(const PublicKey& self);

  // `message` is an emitted initiation or response.
  bool mac1_is_valid(Bytes message) const;
  bool mac2_is_valid(Bytes message, const wire::Endpoint& from, KeySource& keys, Instant now);
  // The answer to a message with a valid mac1.
  CookieReply make_reply(Bytes message, const wire::Endpoint& from, KeySource& keys, Instant now);

 private:
  Mac cookie_for(const wire::Endpoint& from, KeySource& keys, Instant now);

  Hash mac1_key_;
  SymmetricKey cookie_key_;
  std::optional<CookieSecret> secret_;
  Instant secret_made_{};
};

}  // namespace inflight::tunnel
