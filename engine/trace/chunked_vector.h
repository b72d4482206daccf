// ChunkedVector: an append-only array in chunks of 64 Ki elements, so that growth never copies more
// than one chunk. The first chunk grows by doubling from 64 elements, as the many short series of a
// capture need little; later ones are reserved at once. A moved-from vector is empty.
#pragma once

#include <cstddef>
#include <vector>

namespace inflight::trace {

template <class T>
class ChunkedVector {
 public:
  static constexpr std::size_t kChunkBits = 16;
  static constexpr std::size_t kChunk = std::size_t{1} << kChunkBits;
  static constexpr std::size_t kFirstReserve = 64;

  void push_back(T value) {
    if (chunks_.empty() || chunks_.back().size() == kChunk) {
      const bool first = chunks_.empty();
      chunks_.emplace_back().reserve(first ? kFirstReserve : kChunk);
    }
    chunks_.back().push_back(value);
  }

  std::size_t size() const {
    return chunks_.empty() ? 0 : (chunks_.size() - 1) * kChunk + chunks_.back().size();
  }
  const T& operator[](std::size_t index) const {
    return chunks_[index >> kChunkBits][index & (kChunk - 1)];
  }
  // Bytes of memory held.
  std::size_t memory() const {
    std::size_t elements = 0;
    for (const auto& chunk : chunks_) elements += chunk.capacity();
    return elements * sizeof(T);
  }

 private:
  std::vector<std::vector<T>> chunks_;
};

}  // namespace inflight::trace
