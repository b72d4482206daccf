// Spans of bytes, and the bounded reader and writer through which everything on the wire and in
// files passes. The reader never reads past its end: after a failed read it is in the failed state,
// every further read gives zeros or empty spans, nothing remains, and `ok()` is false, so a parser
// may check once at the end. The writer is for buffers whose size the caller computed: overflow is
// our own mistake and is CHECKed.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/check.h"

namespace inflight {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }

  std::uint8_t u8() { return read_be<std::uint8_t>(); }
  std::uint16_t u16be() { return read_be<std::uint16_t>(); }
  std::uint32_t u32be() { return read_be<std::uint32_t>(); }
  std::uint64_t u64be() { return read_be<std::uint64_t>(); }
  std::uint16_t u16le() { return read_le<std::uint16_t>(); }
  std::uint32_t u32le() { return read_le<std::uint32_t>(); }
  std::uint64_t u64le() { return read_le<std::uint64_t>(); }

  // The next n bytes, or an empty span and the failed state.
  Bytes take(std::size_t n) {
    if (!ok_ || n > remaining()) {
      ok_ = false;
      return {};
    }
    const Bytes result = bytes_.subspan(position_, n);
    position_ += n;
    return result;
  }
  // All that is left.
  Bytes rest() { return take(remaining()); }
  void skip(std::size_t n) { static_cast<void>(take(n)); }

 private:
  // One load and at most one byte swap: a loop over the bytes cost a fifth of a header's parsing.
  template <std::unsigned_integral T>
  T read(std::endian order) {
    const Bytes place = take(sizeof(T));
    if (place.empty()) return 0;
    T value = 0;
    std::memcpy(&value, place.data(), sizeof(T));
    return order == std::endian::native ? value : std::byteswap(value);
  }
  template <std::unsigned_integral T>
  T read_be() {
    return read<T>(std::endian::big);
  }
  template <std::unsigned_integral T>
  T read_le() {
    return read<T>(std::endian::little);
  }

  Bytes bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes bytes) : bytes_(bytes) {}

  std::size_t written() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  void u8(std::uint8_t value) { write_be(value); }
  void u16be(std::uint16_t value) { write_be(value); }
  void u32be(std::uint32_t value) { write_be(value); }
  void u64be(std::uint64_t value) { write_be(value); }
  void u16le(std::uint16_t value) { write_le(value); }
  void u32le(std::uint32_t value) { write_le(value); }
  void u64le(std::uint64_t value) { write_le(value); }
  void zeros(std::size_t n) {
    const MutableBytes place = advance(n);
    if (n > 0) std::memset(place.data(), 0, n);
  }
  void bytes(Bytes source) {
    const MutableBytes place = advance(source.size());
    if (!source.empty()) std::memcpy(place.data(), source.data(), source.size());
  }
  // Room of n bytes for the caller to fill.
  MutableBytes advance(std::size_t n) {
    CHECK(n <= remaining());
    const MutableBytes place = bytes_.subspan(position_, n);
    position_ += n;
    return place;
  }

 private:
  template <std::unsigned_integral T>
  void write(T value, std::endian order) {
    const T ordered = order == std::endian::native ? value : std::byteswap(value);
    std::memcpy(advance(sizeof(T)).data(), &ordered, sizeof(T));
  }
  template <std::unsigned_integral T>
  void write_be(T value) {
    write(value, std::endian::big);
  }
  template <std::unsigned_integral T>
  void write_le(T value) {
    write(value, std::endian::little);
  }

  MutableBytes bytes_;
  std::size_t position_ = 0;
};

}  // namespace inflight
