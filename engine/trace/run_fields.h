// Field by field writing and reading for run files: little-endian numbers, variable-length
// integers (7 bits a byte, least first), texts with their length before them. The reader is
// bounded: after a failed read it gives zeros and ok() is false.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace inflight::trace {

class FieldWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u64(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }
  void bytes(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view text) {
    varint(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  // One byte that says whether there is a value, then write(value).
  template <class T, class Write>
  void optional(const std::optional<T>& value, Write write) {
    u8(value ? 1 : 0);
    if (value) write(*value);
  }

  std::size_t size() const { return bytes_.size(); }
  std::vector<std::uint8_t> take() { return std::exchange(bytes_, {}); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class FieldReader {
 public:
  explicit FieldReader(Bytes bytes) : reader_(bytes) {}

  bool ok() const { return ok_ && reader_.ok(); }
  std::size_t remaining() const { return reader_.remaining(); }
  void fail() { ok_ = false; }

  std::uint8_t u8() { return reader_.u8(); }
  std::uint64_t u64() { return reader_.u64le(); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  // Fails on what is not a number.
  double f64() {
    const auto value = std::bit_cast<double>(u64());
    if (!std::isnan(value)) return value;
    fail();
    return 0;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = u8();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  Bytes bytes(std::size_t size) { return reader_.take(size); }
  std::string text() {
    const Bytes content = reader_.take(varint());
    return {content.begin(), content.end()};
  }
  template <class Read>
  auto optional(Read read) -> std::optional<decltype(read())> {
    if (u8() == 0) return std::nullopt;
    return read();
  }

 private:
  ByteReader reader_;
  bool ok_ = true;
};

}  // namespace inflight::trace
