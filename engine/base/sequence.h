// TCP sequence numbers. SeqNum is the 32-bit number of the wire, compared modulo 2^32 (RFC 9293
// §3.4); StreamOffset is the same place in 64 bits, which never wraps and compares with a plain <.
// Everything but the wire and the handshake works with StreamOffset.
#pragma once

#include <compare>
#include <cstdint>

#include "base/units.h"

namespace inflight {

class SeqNum {
 public:
  constexpr SeqNum() = default;
  constexpr explicit SeqNum(std::uint32_t value) : value_(value) {}

  constexpr std::uint32_t value() const { return value_; }
  constexpr bool operator==(const SeqNum&) const = default;

  friend constexpr SeqNum operator+(SeqNum a, std::uint32_t n) { return SeqNum{a.value_ + n}; }
  friend constexpr SeqNum operator-(SeqNum a, std::uint32_t n) { return SeqNum{a.value_ - n}; }
  // Signed distance from b to a, in -2^31 .. 2^31-1.
  friend constexpr std::int32_t operator-(SeqNum a, SeqNum b) {
    return static_cast<std::int32_t>(a.value_ - b.value_);
  }
  friend constexpr bool operator<(SeqNum a, SeqNum b) { return a - b < 0; }
  friend constexpr bool operator<=(SeqNum a, SeqNum b) { return a - b <= 0; }
  friend constexpr bool operator>(SeqNum a, SeqNum b) { return a - b > 0; }
  friend constexpr bool operator>=(SeqNum a, SeqNum b) { return a - b >= 0; }

 private:
  std::uint32_t value_ = 0;
};

// A place in one direction of a connection: 0 is the SYN, 1 the first byte of data, the FIN stands
// behind the last. Adding the initial sequence number gives the number on the wire.
class StreamOffset {
 public:
  constexpr StreamOffset() = default;
  constexpr explicit StreamOffset(std::int64_t value) : value_(value) {}

  constexpr std::int64_t value() const { return value_; }
  constexpr auto operator<=>(const StreamOffset&) const = default;

  constexpr StreamOffset& operator+=(ByteCount n) { return value_ += n.value(), *this; }
  friend constexpr StreamOffset operator+(StreamOffset a, ByteCount n) { return a += n; }
  friend constexpr StreamOffset operator-(StreamOffset a, ByteCount n) {
    return StreamOffset{a.value_ - n.value()};
  }
  friend constexpr ByteCount operator-(StreamOffset a, StreamOffset b) {
    return ByteCount{a.value_ - b.value_};
  }

 private:
  std::int64_t value_ = 0;
};

// The wire's number for an offset.
constexpr SeqNum wrap(StreamOffset offset, SeqNum initial) {
  return initial + static_cast<std::uint32_t>(offset.value());
}

// The offset for a wire number, chosen nearest to `reference` (within 2^31 of it).
constexpr StreamOffset unwrap(SeqNum seq, SeqNum initial, StreamOffset reference) {
  return StreamOffset{reference.value() + (seq - wrap(reference, initial))};
}

}  // namespace inflight
