// The text form of keys, and the two operations on secrets that a compiler must not optimise. All
// from libsodium.
#include "tunnel/keys.h"

#include <sodium.h>

namespace inflight::tunnel {
namespace {

constexpr std::size_t kTextSize = 44;

std::expected<KeyBytes, KeyError> decode(std::string_view text) {
  KeyBytes bytes{};
  std::size_t size = 0;
  // libsodium refuses missing padding, foreign characters and bits behind the last byte.
  if (text.size() != kTextSize ||
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size != kKeySize) {
    return std::unexpected(KeyError::NotBase64);
  }
  return bytes;
}

template <class Key>
std::expected<Key, KeyError> decode_secret(std::string_view text) {
  auto bytes = decode(text);
  if (!bytes) return std::unexpected(bytes.error());
  Key key(*bytes);
  wipe(*bytes);
  return key;
}

std::string encode(Bytes bytes) {
  // One more for the terminator that libsodium writes.
  std::string text(kTextSize + 1, '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(kTextSize);
  return text;
}

}  // namespace

void wipe(MutableBytes bytes) { sodium_memzero(bytes.data(), bytes.size()); }

bool equal_constant_time(Bytes a, Bytes b) {
  CHECK(a.size() == b.size());
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::expected<PrivateKey, KeyError> parse_private_key(std::string_view text) {
  return decode_secret<PrivateKey>(text);
}

std::expected<PresharedKey, KeyError> parse_preshared_key(std::string_view text) {
  return decode_secret<PresharedKey>(text);
}

std::expected<PublicKey, KeyError> parse_public_key(std::string_view text) {
  const auto bytes = decode(text);
  if (!bytes) return std::unexpected(bytes.error());
  return PublicKey{*bytes};
}

std::string to_base64(const PublicKey& key) { return encode(key.bytes); }
std::string to_base64(const PrivateKey& key) { return encode(key.bytes()); }
std::string to_base64(const PresharedKey& key) { return encode(key.bytes()); }

}  // namespace inflight::tunnel

std::size_t std::hash<inflight::tunnel::PublicKey>::operator()(
    const inflight::tunnel::PublicKey& key) const noexcept {
  // A public key is as good as random, so any eight of its bytes spread well.
  return static_cast<std::size_t>(inflight::ByteReader(key.bytes).u64le());
}
