// The handshake's steps in the order of the paper; C and H are mixed in exactly that order.
#include "tunnel/handshake.h"

#include <algorithm>
#include <array>

namespace inflight::tunnel {
namespace {

// Text as bytes, without a terminator.
template <std::size_t N>
constexpr std::array<std::uint8_t, N - 1> text_bytes(const char (&text)[N]) {
  std::array<std::uint8_t, N - 1> bytes{};
  for (std::size_t i = 0; i + 1 < N; ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  return bytes;
}

constexpr auto kConstruction = text_bytes("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
constexpr auto kIdentifier = text_bytes("WireGuard v1 zx2c4 Jason@zx2c4.com");

KeyBytes copy(std::span<const std::uint8_t, kKeySize> bytes) {
  KeyBytes out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}

// H = HASH(H || bytes)
void mix_hash(NoiseState& noise, Bytes bytes) { noise.hash = hash({noise.hash, bytes}); }

// C = KDF1(C, input)
void mix_key(NoiseState& noise, Bytes input) {
  noise.chaining_key = ChainingKey(copy(kdf(noise.chaining_key.bytes(), input).first.bytes()));
}

// (C, k) = KDF2(C, input)
SymmetricKey mix_and_derive(NoiseState& noise, Bytes input) {
  const Derived derived = kdf(noise.chaining_key.bytes(), input);
  noise.chaining_key = ChainingKey(copy(derived.first.bytes()));
  return derived.second;
}

// field = AEAD(k, 0, plaintext, H); H = HASH(H || field)
void seal_field(NoiseState& noise, const SymmetricKey& key, Bytes plaintext, MutableBytes field) {
  seal(key, 0, plaintext, noise.hash, field);
  mix_hash(noise, field);
}

[[nodiscard]] bool open_field(NoiseState& noise, const SymmetricKey& key, Bytes field,
                              MutableBytes plaintext) {
  if (!open(key, 0, field, noise.hash, plaintext)) return false;
  mix_hash(noise, field);
  return true;
}

// An ephemeral public key goes into both H and C.
void mix_ephemeral(NoiseState& noise, const PublicKey& ephemeral) {
  mix_key(noise, ephemeral.bytes);
  mix_hash(noise, ephemeral.bytes);
}

// (C, tau, k) = KDF3(C, psk); H = HASH(H || tau)
SymmetricKey mix_preshared(NoiseState& noise, const PresharedKey& preshared) {
  const Derived derived = kdf(noise.chaining_key.bytes(), preshared.bytes());
  noise.chaining_key = ChainingKey(copy(derived.first.bytes()));
  mix_hash(noise, derived.second.bytes());
  return derived.third;
}

// (T1, T2) = KDF2(C, ""): what the initiator sends with, and what it receives with.
Derived transport_keys(const NoiseState& noise) { return kdf(noise.chaining_key.bytes(), {}); }

}  // namespace

Identity make_identity(const PrivateKey& private_key) {
  return {private_key, public_key(private_key)};
}

NoiseState initial_state(const PublicKey& responder) {
  NoiseState noise;
  noise.chaining_key = ChainingKey(hash({kConstruction}));
  noise.hash = hash({noise.chaining_key.bytes(), kIdentifier});
  mix_hash(noise, responder.bytes);
  return noise;
}

std::expected<MadeInitiation, HandshakeError> make_initiation(const InitiationInput& input) {
  MadeInitiation made;
  NoiseState& noise = made.pending.noise;
  noise = initial_state(input.responder);
  made.pending.index = made.message.sender = input.index;
  made.pending.ephemeral = input.ephemeral;
  made.message.ephemeral = public_key(input.ephemeral);
  mix_ephemeral(noise, made.message.ephemeral);
  const auto ephemeral_static = shared_secret(input.ephemeral, input.responder);
  if (!ephemeral_static) return std::unexpected(HandshakeError::BadKey);
  seal_field(noise, mix_and_derive(noise, ephemeral_static->bytes()), input.self.public_key.bytes,
             made.message.sealed_static);
  seal_field(noise, mix_and_derive(noise, input.static_shared.bytes()), input.timestamp.bytes,
             made.message.sealed_timestamp);
  return made;
}

std::expected<OpenedInitiation, HandshakeError> open_initiation(const Identity& self,
                                                                const Initiation& message) {
  OpenedInitiation opened;
  opened.sender = message.sender;
  opened.ephemeral = message.ephemeral;
  opened.noise = initial_state(self.public_key);
  mix_ephemeral(opened.noise, message.ephemeral);
  const auto static_ephemeral = shared_secret(self.private_key, message.ephemeral);
  if (!static_ephemeral) return std::unexpected(HandshakeError::BadKey);
  const SymmetricKey key = mix_and_derive(opened.noise, static_ephemeral->bytes());
  if (!open_field(opened.noise, key, message.sealed_static, opened.initiator.bytes)) {
    return std::unexpected(HandshakeError::BadTag);
  }
  return opened;
}

std::expected<Timestamp, HandshakeError> open_timestamp(OpenedInitiation& opened,
                                                        const Initiation& message,
                                                        const SharedSecret& static_shared) {
  Timestamp timestamp;
  const SymmetricKey key = mix_and_derive(opened.noise, static_shared.bytes());
  if (!open_field(opened.noise, key, message.sealed_timestamp, timestamp.bytes)) {
    return std::unexpected(HandshakeError::BadTag);
  }
  return timestamp;
}

std::expected<MadeResponse, HandshakeError> make_response(const OpenedInitiation& opened,
                                                          const PresharedKey& preshared,
                                                          const PrivateKey& ephemeral,
                                                          Index index) {
  MadeResponse made;
  NoiseState noise = opened.noise;
  made.message.sender = index;
  made.message.receiver = opened.sender;
  made.message.ephemeral = public_key(ephemeral);
  mix_ephemeral(noise, made.message.ephemeral);
  const auto ephemeral_ephemeral = shared_secret(ephemeral, opened.ephemeral);
  const auto ephemeral_static = shared_secret(ephemeral, opened.initiator);
  if (!ephemeral_ephemeral || !ephemeral_static) return std::unexpected(HandshakeError::BadKey);
  mix_key(noise, ephemeral_ephemeral->bytes());
  mix_key(noise, ephemeral_static->bytes());
  seal_field(noise, mix_preshared(noise, preshared), {}, made.message.sealed_empty);
  const Derived keys = transport_keys(noise);
  made.keys = {.sending = keys.second, .receiving = keys.first};
  return made;
}

std::expected<TransportKeys, HandshakeError> open_response(const PendingHandshake& pending,
                                                           const Identity& self,
                                                           const PresharedKey& preshared,
                                                           const Response& message) {
  NoiseState noise = pending.noise;
  mix_ephemeral(noise, message.ephemeral);
  const auto ephemeral_ephemeral = shared_secret(pending.ephemeral, message.ephemeral);
  const auto static_ephemeral = shared_secret(self.private_key, message.ephemeral);
  if (!ephemeral_ephemeral || !static_ephemeral) return std::unexpected(HandshakeError::BadKey);
  mix_key(noise, ephemeral_ephemeral->bytes());
  mix_key(noise, static_ephemeral->bytes());
  if (!open_field(noise, mix_preshared(noise, preshared), message.sealed_empty, {})) {
    return std::unexpected(HandshakeError::BadTag);
  }
  const Derived keys = transport_keys(noise);
  return TransportKeys{.sending = keys.first, .receiving = keys.second};
}

}  // namespace inflight::tunnel
