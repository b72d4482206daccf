// EndianReader: a ByteReader for formats that are written in the byte order of their writer, which
// a magic number at the front tells.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace inflight::capture {

enum class ByteOrder : std::uint8_t { Little, Big };

class EndianReader {
 public:
  EndianReader(Bytes bytes, ByteOrder order) : reader_(bytes), order_(order) {}

  bool ok() const { return reader_.ok(); }
  std::size_t remaining() const { return reader_.remaining(); }
  std::uint16_t u16() { return little() ? reader_.u16le() : reader_.u16be(); }
  std::uint32_t u32() { return little() ? reader_.u32le() : reader_.u32be(); }
  std::uint64_t u64() { return little() ? reader_.u64le() : reader_.u64be(); }
  // Two words, the more significant one first whatever the byte order (pcapng time stamps).
  std::uint64_t high_low() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
  Bytes take(std::size_t n) { return reader_.take(n); }
  Bytes rest() { return reader_.rest(); }
  void skip(std::size_t n) { reader_.skip(n); }

 private:
  bool little() const { return order_ == ByteOrder::Little; }

  ByteReader reader_;
  ByteOrder order_;
};

}  // namespace inflight::capture
