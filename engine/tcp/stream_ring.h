// A window of a byte stream in one ring of memory: bytes are stored at their stream offset modulo
// the ring's size, so out-of-order data is put where it belongs and nothing ever moves, except when
// the ring grows (doubling, on demand).
#pragma once

#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/sequence.h"

namespace inflight::tcp {

class StreamRing {
 public:
  // Makes room for [begin, end): what is stored in [begin, live_end) stays.
  void reserve(StreamOffset begin, StreamOffset live_end, StreamOffset end);
  // The stretch must have been reserved.
  void write(StreamOffset at, Bytes bytes);
  // In one piece, or two where the ring wraps.
  std::pair<Bytes, Bytes> view(StreamOffset at, std::size_t size) const;
  // Gives the memory back when nothing is stored.
  void release() { storage_ = {}; }
  std::size_t capacity() const { return storage_.size(); }

 private:
  static constexpr std::size_t kSmallest = 4096;

  std::vector<std::uint8_t> storage_;
};

}  // namespace inflight::tcp
