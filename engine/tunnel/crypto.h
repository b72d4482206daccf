// WireGuard's cryptography by its own names: HASH, MAC, HMAC, KDF (BLAKE2s, RFC 7693, from libb2),
// X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439) and XChaCha20-Poly1305, from libsodium. Knows
// nothing of messages. All functions are pure; init_crypto first lets libsodium choose the fastest
// implementation for this processor (without it results are the same, but slower).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "base/bytes.h"
#include "tunnel/constants.h"
#include "tunnel/keys.h"

namespace inflight::tunnel {

using Hash = std::array<std::uint8_t, 32>;
using Mac = std::array<std::uint8_t, kMacSize>;
using CookieNonce = std::array<std::uint8_t, kCookieNonceSize>;

// May be called any number of times.
void init_crypto();

// BLAKE2s-256 of the concatenated parts.
Hash hash(std::initializer_list<Bytes> parts);
// Keyed BLAKE2s with 16 bytes of output; the key has 1 to 32 bytes.
Mac mac(Bytes key, Bytes message);
// HMAC (RFC 2104) with BLAKE2s-256.
Hash hmac(Bytes key, std::initializer_list<Bytes> parts);

// HKDF as WireGuard has it: up to three outputs of 32 bytes.
struct Derived {
  SymmetricKey first;
  SymmetricKey second;
  SymmetricKey third;
};
Derived kdf(Bytes key, Bytes input);

PublicKey public_key(const PrivateKey& key);
// Nothing when the result would be zero: the public key is of small order.
std::optional<SharedSecret> shared_secret(const PrivateKey& own, const PublicKey& other);

// Both AEADs: `out` has plaintext.size() + kTagSize bytes.
void seal(const SymmetricKey& key, std::uint64_t counter, Bytes plaintext, Bytes associated,
          MutableBytes out);
void seal_extended(const SymmetricKey& key, const CookieNonce& nonce, Bytes plaintext,
                   Bytes associated, MutableBytes out);
// `out` has sealed.size() - kTagSize bytes. False, and `out` zeroed, when the tag is wrong or
// `sealed` is shorter than a tag.
[[nodiscard]] bool open(const SymmetricKey& key, std::uint64_t counter, Bytes sealed,
                        Bytes associated, MutableBytes out);
[[nodiscard]] bool open_extended(const SymmetricKey& key, const CookieNonce& nonce, Bytes sealed,
                                 Bytes associated, MutableBytes out);

// The same ChaCha20-Poly1305 without associated data, in place and fast for packets. `buffer` is
// the plaintext and kTagSize bytes for the tag behind it.
void seal_in_place(const SymmetricKey& key, std::uint64_t counter, MutableBytes buffer);
// `buffer` is ciphertext and tag; afterwards all but the last kTagSize bytes are the plaintext.
// False, and the buffer unchanged, when the tag is wrong or missing.
[[nodiscard]] bool open_in_place(const SymmetricKey& key, std::uint64_t counter,
                                 MutableBytes buffer);

}  // namespace inflight::tunnel
