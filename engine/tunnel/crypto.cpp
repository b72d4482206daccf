// The names of crypto.h put over libb2 and libsodium. The fast path for packets makes the
// Poly1305 key and the key stream in one call, over a copy that may be longer than the packet:
// libsodium works on 512 bytes at a time and is slow on what is left over.
#include "tunnel/crypto.h"

#include <blake2.h>
#include <sodium.h>

#include <algorithm>
#include <vector>

namespace inflight::tunnel {
namespace {

constexpr std::size_t kHmacBlock = 64;
constexpr std::size_t kChaChaBlock = 64;
// Packets beyond this go through the library's AEAD: the left-over no longer matters.
constexpr std::size_t kMaxFastPacket = 4096;
// Bytes that libsodium's wide loops take at once.
constexpr std::size_t kWideStep = 512;
// Room for the padding and the two lengths that Poly1305 covers.
constexpr std::size_t kAuthTrailer = 32;
using Scratch = std::array<std::uint8_t, kChaChaBlock + kMaxFastPacket + kWideStep + kAuthTrailer>;
using Nonce = std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

class Blake2s {
 public:
  explicit Blake2s(std::size_t size) { blake2s_init(&state_, size); }
  Blake2s(std::size_t size, Bytes key) { blake2s_init_key(&state_, size, key.data(), key.size()); }
  Blake2s(const Blake2s&) = delete;
  Blake2s& operator=(const Blake2s&) = delete;
  ~Blake2s() { sodium_memzero(&state_, sizeof(state_)); }

  void update(Bytes bytes) {
    if (!bytes.empty()) blake2s_update(&state_, bytes.data(), bytes.size());
  }
  void finish(MutableBytes out) { blake2s_final(&state_, out.data(), out.size()); }

 private:
  blake2s_state state_{};
};

// 4 zero bytes, then the counter, little-endian.
Nonce make_nonce(std::uint64_t counter) {
  Nonce nonce{};
  ByteWriter writer(nonce);
  writer.u32le(0);
  writer.u64le(counter);
  return nonce;
}

// The length to which the key stream is made: what the library's loops do fastest.
std::size_t stream_size(std::size_t needed) {
  const std::size_t step = needed > kWideStep ? kWideStep : kWideStep / 2;
  return (needed + step - 1) / step * step;
}

// [one zero block | text | zeros up to stream_size]
std::size_t lay_out(Bytes text, Scratch& scratch) {
  const std::size_t used = kChaChaBlock + text.size();
  const std::size_t total = stream_size(used);
  ByteWriter writer(scratch);
  writer.zeros(kChaChaBlock);
  writer.bytes(text);
  writer.zeros(total - used);
  return total;
}

// RFC 8439 §2.8: Poly1305 over ciphertext, zeros up to 16 bytes, length of associated data (none)
// and of the ciphertext. `laid_out` has the ciphertext behind its first block.
Mac packet_tag(Scratch& laid_out, std::size_t size, Bytes one_time_key) {
  const std::size_t padding = (16 - size % 16) % 16;
  const MutableBytes covered =
      MutableBytes(laid_out).subspan(kChaChaBlock, size + padding + 2 * sizeof(std::uint64_t));
  ByteWriter writer(covered.subspan(size));
  writer.zeros(padding);
  writer.u64le(0);
  writer.u64le(size);
  Mac tag{};
  crypto_onetimeauth_poly1305(tag.data(), covered.data(), covered.size(), one_time_key.data());
  return tag;
}

}  // namespace

// Fails only when the system has no randomness at all, which its user would notice first.
void init_crypto() { CHECK(sodium_init() >= 0); }

Hash hash(std::initializer_list<Bytes> parts) {
  Hash out{};
  Blake2s state(out.size());
  for (const Bytes part : parts) state.update(part);
  state.finish(out);
  return out;
}

Mac mac(Bytes key, Bytes message) {
  Mac out{};
  Blake2s state(out.size(), key);
  state.update(message);
  state.finish(out);
  return out;
}

Hash hmac(Bytes key, std::initializer_list<Bytes> parts) {
  std::array<std::uint8_t, kHmacBlock> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(hash({key}), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  for (auto& byte : block) byte ^= 0x36;
  Hash inner{};
  Blake2s inner_state(inner.size());
  inner_state.update(block);
  for (const Bytes part : parts) inner_state.update(part);
  inner_state.finish(inner);
  for (auto& byte : block) byte ^= 0x36 ^ 0x5c;
  const Hash out = hash({block, inner});
  wipe(block);
  wipe(inner);
  return out;
}

Derived kdf(Bytes key, Bytes input) {
  static constexpr std::array<std::uint8_t, 3> kSteps{1, 2, 3};
  const SymmetricKey extracted(hmac(key, {input}));
  const auto step = [&](Bytes previous, std::size_t n) {
    return SymmetricKey(hmac(extracted.bytes(), {previous, Bytes(kSteps).subspan(n, 1)}));
  };
  Derived out;
  out.first = step({}, 0);
  out.second = step(out.first.bytes(), 1);
  out.third = step(out.second.bytes(), 2);
  return out;
}

PublicKey public_key(const PrivateKey& key) {
  PublicKey out;
  crypto_scalarmult_base(out.bytes.data(), key.bytes().data());
  return out;
}

std::optional<SharedSecret> shared_secret(const PrivateKey& own, const PublicKey& other) {
  SharedSecret out;
  if (crypto_scalarmult(out.mutable_bytes().data(), own.bytes().data(), other.bytes.data()) != 0) {
    return std::nullopt;
  }
  return out;
}

void seal(const SymmetricKey& key, std::uint64_t counter, Bytes plaintext, Bytes associated,
          MutableBytes out) {
  CHECK(out.size() == plaintext.size() + kTagSize);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(),
                                            associated.data(), associated.size(), nullptr,
                                            make_nonce(counter).data(), key.bytes().data());
}

void seal_extended(const SymmetricKey& key, const CookieNonce& nonce, Bytes plaintext,
                   Bytes associated, MutableBytes out) {
  CHECK(out.size() == plaintext.size() + kTagSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(),
                                             plaintext.size(), associated.data(), associated.size(),
                                             nullptr, nonce.data(), key.bytes().data());
}

bool open(const SymmetricKey& key, std::uint64_t counter, Bytes sealed, Bytes associated,
          MutableBytes out) {
  if (sealed.size() < kTagSize) return false;
  CHECK(out.size() == sealed.size() - kTagSize);
  return crypto_aead_chacha20poly1305_ietf_decrypt(
             out.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
             associated.size(), make_nonce(counter).data(), key.bytes().data()) == 0;
}

bool open_extended(const SymmetricKey& key, const CookieNonce& nonce, Bytes sealed,
                   Bytes associated, MutableBytes out) {
  if (sealed.size() < kTagSize) return false;
  CHECK(out.size() == sealed.size() - kTagSize);
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             out.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
             associated.size(), nonce.data(), key.bytes().data()) == 0;
}

void seal_in_place(const SymmetricKey& key, std::uint64_t counter, MutableBytes buffer) {
  CHECK(buffer.size() >= kTagSize);
  const MutableBytes text = buffer.first(buffer.size() - kTagSize);
  if (text.size() > kMaxFastPacket) return seal(key, counter, text, {}, buffer);
  Scratch scratch;
  const std::size_t total = lay_out(text, scratch);
  crypto_stream_chacha20_ietf_xor(scratch.data(), scratch.data(), total, make_nonce(counter).data(),
                                  key.bytes().data());
  // The first block was zero, so it now is the key stream: its first half is the one-time key.
  const Mac tag = packet_tag(scratch, text.size(), Bytes(scratch).first(kKeySize));
  std::ranges::copy(Bytes(scratch).subspan(kChaChaBlock, text.size()), text.begin());
  std::ranges::copy(tag, buffer.last(kTagSize).begin());
  wipe(MutableBytes(scratch).first(kChaChaBlock));
}

bool open_in_place(const SymmetricKey& key, std::uint64_t counter, MutableBytes buffer) {
  if (buffer.size() < kTagSize) return false;
  const MutableBytes text = buffer.first(buffer.size() - kTagSize);
  const Bytes tag = buffer.last(kTagSize);
  if (text.size() > kMaxFastPacket) {
    // The library would zero the buffer when the tag is wrong; ours promises not to touch it.
    std::vector<std::uint8_t> plaintext(text.size());
    if (!open(key, counter, buffer, {}, plaintext)) return false;
    std::ranges::copy(plaintext, text.begin());
    return true;
  }
  Scratch sealed;
  Scratch opened;
  const std::size_t total = lay_out(text, sealed);
  crypto_stream_chacha20_ietf_xor(opened.data(), sealed.data(), total, make_nonce(counter).data(),
                                  key.bytes().data());
  const Mac expected = packet_tag(sealed, text.size(), Bytes(opened).first(kKeySize));
  wipe(MutableBytes(opened).first(kChaChaBlock));
  // Nothing of the plaintext leaves this function before the tag is known to be right.
  if (!equal_constant_time(expected, tag)) return false;
  std::ranges::copy(Bytes(opened).subspan(kChaChaBlock, text.size()), text.begin());
  return true;
}

}  // namespace inflight::tunnel
