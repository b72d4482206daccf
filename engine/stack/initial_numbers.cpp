#include "stack/initial_numbers.h"

#include <array>

namespace inflight::stack {
namespace {

// RFC 6528 §3: M, a clock that ticks every 4 microseconds.
constexpr Duration kSequenceTick = 4us;
// Two addresses of up to 16 bytes with their ports.
constexpr std::size_t kMaxTupleSize = 36;

std::uint32_t hash(const SipKey& key, const FourTuple& tuple) {
  std::array<std::uint8_t, kMaxTupleSize> bytes{};
  ByteWriter writer(bytes);
  writer.bytes(tuple.local.address.bytes());
  writer.u16be(tuple.local.port);
  writer.bytes(tuple.remote.address.bytes());
  writer.u16be(tuple.remote.port);
  return static_cast<std::uint32_t>(siphash(key, Bytes(bytes).first(writer.written())));
}

}  // namespace

InitialNumbers::InitialNumbers(Random random)
    : sequence_key_(SipKey::draw(random)), timestamp_key_(SipKey::draw(random)) {}

SeqNum InitialNumbers::sequence(const FourTuple& tuple, Instant now) const {
  // RFC 6528 §3: ISN = M + F(tuple, secret).
  const auto clock = static_cast<std::uint32_t>(now.time_since_epoch() / kSequenceTick);
  return SeqNum{clock + hash(sequence_key_, tuple)};
}

std::uint32_t InitialNumbers::timestamp_offset(const FourTuple& tuple) const {
  return hash(timestamp_key_, tuple);
}

}  // namespace inflight::stack
