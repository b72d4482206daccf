// mac1 over all that stands before it, mac2 over that and mac1.
#include "tunnel/cookie.h"

#include <algorithm>

namespace inflight::tunnel {
namespace {

using Label = std::array<std::uint8_t, 8>;
constexpr Label kMac1Label{'m', 'a', 'c', '1', '-', '-', '-', '-'};
constexpr Label kCookieLabel{'c', 'o', 'o', 'k', 'i', 'e', '-', '-'};

struct Parts {
  Bytes before_mac1;
  Bytes mac1;
  Bytes before_mac2;
  Bytes mac2;
};

Parts split(Bytes message) {
  CHECK(message.size() == kInitiationSize || message.size() == kResponseSize);
  const std::size_t size = message.size() - kMacsSize;
  return {message.first(size), message.subspan(size, kMacSize), message.first(size + kMacSize),
          message.last(kMacSize)};
}

// Where a message carries its sender's index: behind the type.
Index sender_of(Bytes message) {
  ByteReader reader(message);
  reader.skip(sizeof(std::uint32_t));
  return reader.u32le();
}

}  // namespace

Hash mac1_key(const PublicKey& receiver) { return hash({kMac1Label, receiver.bytes}); }

SymmetricKey cookie_key(const PublicKey& receiver) {
  return SymmetricKey(hash({kCookieLabel, receiver.bytes}));
}

MacStamper::MacStamper(const PublicKey& receiver)
    : mac1_key_(mac1_key(receiver)), cookie_key_(cookie_key(receiver)) {}

void MacStamper::stamp(MutableBytes message, Instant now) {
  const Parts parts = split(message);
  const MutableBytes macs = message.last(kMacsSize);
  last_mac1_ = mac(mac1_key_, parts.before_mac1);
  std::ranges::copy(*last_mac1_, macs.begin());
  if (cookie_ && now - cookie_->received >= kCookieLifetime) cookie_.reset();
  const Mac mac2 = cookie_ ? mac(cookie_->value, parts.before_mac2) : Mac{};
  std::ranges::copy(mac2, macs.last(kMacSize).begin());
}

bool MacStamper::handle_reply(const CookieReply& reply, Instant now) {
  if (!last_mac1_) return false;
  Cookie cookie{.received = now};
  if (!open_extended(cookie_key_, reply.nonce, reply.sealed_cookie, *last_mac1_, cookie.value)) {
    return false;
  }
  cookie_ = cookie;
  // One answer to one message: a second one would be a replay.
  last_mac1_.reset();
  return true;
}

CookieMinter::CookieMinter(const PublicKey& self)
    : mac1_key_(mac1_key(self)), cookie_key_(cookie_key(self)) {}

bool CookieMinter::mac1_is_valid(Bytes message) const {
  const Parts parts = split(message);
  return equal_constant_time(mac(mac1_key_, parts.before_mac1), parts.mac1);
}

bool CookieMinter::mac2_is_valid(Bytes message, const wire::Endpoint& from, KeySource& keys,
                                 Instant now) {
  const Parts parts = split(message);
  return equal_constant_time(mac(cookie_for(from, keys, now), parts.before_mac2), parts.mac2);
}

CookieReply CookieMinter::make_reply(Bytes message, const wire::Endpoint& from, KeySource& keys,
                                     Instant now) {
  CookieReply reply;
  reply.receiver = sender_of(message);
  const Mac cookie = cookie_for(from, keys, now);
  reply.nonce = keys.cookie_nonce();
  seal_extended(cookie_key_, reply.nonce, cookie, split(message).mac1, reply.sealed_cookie);
  return reply;
}

Mac CookieMinter::cookie_for(const wire::Endpoint& from, KeySource& keys, Instant now) {
  if (!secret_ || now - secret_made_ >= kCookieLifetime) {
    secret_ = keys.cookie_secret();
    secret_made_ = now;
  }
  std::array<std::uint8_t, 18> source{};
  ByteWriter writer(source);
  writer.bytes(from.address.bytes());
  writer.u16be(from.port);
  return mac(secret_->bytes(), Bytes(source).first(writer.written()));
}

}  // namespace inflight::tunnel
