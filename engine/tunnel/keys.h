// Keys as types: a public key is a plain value, a secret is wiped when it goes and compares in
// constant time. Each kind of secret is its own type, so that none takes another's place. Text
// form: standard base64 of 32 bytes, 44 characters with padding, as wg(8) prints it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace inflight::tunnel {

inline constexpr std::size_t kKeySize = 32;
using KeyBytes = std::array<std::uint8_t, kKeySize>;

// Overwrites in a way that the compiler does not remove.
void wipe(MutableBytes bytes);
// Equality in a time that does not depend on the content; sizes are equal.
bool equal_constant_time(Bytes a, Bytes b);

template <class Kind>
class Secret {
 public:
  // 32 zero bytes.
  Secret() = default;
  explicit Secret(const KeyBytes& bytes) : bytes_(bytes) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(bytes_); }

  std::span<const std::uint8_t, kKeySize> bytes() const { return bytes_; }
  std::span<std::uint8_t, kKeySize> mutable_bytes() { return bytes_; }
  bool operator==(const Secret& other) const { return equal_constant_time(bytes_, other.bytes_); }

 private:
  KeyBytes bytes_{};
};

// An X25519 scalar, not yet clamped; static or ephemeral.
using PrivateKey = Secret<struct PrivateKeyKind>;
// Mixed into the handshake; 32 zero bytes mean none.
using PresharedKey = Secret<struct PresharedKeyKind>;
// The result of X25519.
using SharedSecret = Secret<struct SharedSecretKind>;
// For ChaCha20-Poly1305 and XChaCha20-Poly1305.
using SymmetricKey = Secret<struct SymmetricKeyKind>;
// What the Noise handshake carries from step to step.
using ChainingKey = Secret<struct ChainingKeyKind>;
// What a responder makes cookies from.
using CookieSecret = Secret<struct CookieSecretKind>;

struct PublicKey {
  KeyBytes bytes{};

  auto operator<=>(const PublicKey&) const = default;
};

// NotBase64: not 44 characters of standard base64 that decode to 32 bytes, canonically padded.
enum class KeyError { NotBase64 };

std::expected<PrivateKey, KeyError> parse_private_key(std::string_view text);
std::expected<PublicKey, KeyError> parse_public_key(std::string_view text);
std::expected<PresharedKey, KeyError> parse_preshared_key(std::string_view text);

std::string to_base64(const PublicKey& key);
// For key files only: the text is as secret as the key, and is not wiped.
std::string to_base64(const PrivateKey& key);
std::string to_base64(const PresharedKey& key);

}  // namespace inflight::tunnel

template <>
struct std::hash<inflight::tunnel::PublicKey> {
  std::size_t operator()(const inflight::tunnel::PublicKey& key) const noexcept;
};
