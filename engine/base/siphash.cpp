#include "base/siphash.h"

#include <bit>

namespace inflight {
namespace {

constexpr int kWordRounds = 2;
constexpr int kFinalRounds = 4;

struct State {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  // "somepseudorandomlygeneratedbytes", so that a key of zeros is a key as well.
  explicit State(const SipKey& key)
      : v0(key.first ^ 0x736f6d6570736575U),
        v1(key.second ^ 0x646f72616e646f6dU),
        v2(key.first ^ 0x6c7967656e657261U),
        v3(key.second ^ 0x7465646279746573U) {}

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    rounds(kWordRounds);
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(const SipKey& key, Bytes message) {
  State state(key);
  ByteReader reader(message);
  while (reader.remaining() >= 8) state.absorb(reader.u64le());
  // The last word: what is left, and the length in its highest byte.
  std::uint64_t last = static_cast<std::uint64_t>(message.size()) << 56;
  for (int shift = 0; reader.remaining() > 0; shift += 8) {
    last |= static_cast<std::uint64_t>(reader.u8()) << shift;
  }
  state.absorb(last);
  state.v2 ^= 0xff;
  state.rounds(kFinalRounds);
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace inflight
