// The application's bytes from when they are written until they are cumulatively acknowledged.
// SACKed data stays: a receiver may renege (RFC 2018 §8).
#pragma once

#include <utility>

#include "base/bytes.h"
#include "base/sequence.h"
#include "tcp/stream_ring.h"

namespace inflight::tcp {

class SendBuffer {
 public:
  // Data begins at offset 1, behind the SYN.
  static constexpr StreamOffset kFirst{1};

  explicit SendBuffer(ByteCount size) : size_(size) {}

  // How many of the bytes were taken: as many as there is room for.
  std::size_t write(Bytes bytes);
  // Everything before `offset` is acknowledged.
  void release_until(StreamOffset offset);
  // Bytes of [at, at + size), in one or two pieces.
  std::pair<Bytes, Bytes> view(StreamOffset at, std::size_t size) const {
    return ring_.view(at, size);
  }

  // A smaller size drops nothing: it takes no more until enough was acknowledged.
  void resize(ByteCount size) { size_ = size; }
  ByteCount size() const { return size_; }
  ByteCount used() const { return end_ - begin_; }
  ByteCount room() const { return std::max(ByteCount{0}, size_ - used()); }
  // One past the last byte written.
  StreamOffset end() const { return end_; }

 private:
  ByteCount size_;
  StreamOffset begin_ = kFirst;
  StreamOffset end_ = kFirst;
  StreamRing ring_;
};

}  // namespace inflight::tcp
