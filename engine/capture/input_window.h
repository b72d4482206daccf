// InputWindow: a sliding window over a ByteSource, so that parsers see each record in one piece
// while only a few pieces of the file are in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "capture/byte_source.h"

namespace inflight::capture {

class InputWindow {
 public:
  // What is read at a time: a piece stays in the processor's cache until it is parsed.
  static constexpr std::size_t kPiece = std::size_t{1} << 18;
  // The largest `n` that may be asked of peek(); parsers refuse longer records before.
  static constexpr std::size_t kMaxPeek = std::size_t{16} << 20;

  explicit InputWindow(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // The next bytes without taking them: n of them, or fewer where the source ends or fails. Valid
  // until the next call of peek or discard.
  Bytes peek(std::size_t n) {
    if (end_ - begin_ < n) fill(n);
    return Bytes(buffer_).subspan(begin_, std::min(n, end_ - begin_));
  }
  // Takes n bytes that were just peeked at; what peek() gave stays valid.
  void consume(std::size_t n) {
    CHECK(n <= end_ - begin_);
    begin_ += n;
    position_ += n;
  }
  // Skips n bytes, however many; false if the source ends before.
  bool discard(std::uint64_t n);

  // Bytes taken so far: the offset in the (expanded) file.
  std::uint64_t position() const { return position_; }
  // Bytes read from the file itself so far, compressed or not.
  std::uint64_t consumed() const { return source_->consumed(); }
  // Why the source ended early, if it did.
  std::optional<SourceError> failure() const { return failure_; }

  // The same bytes seen through a decompressor: everything not yet taken, then the source's rest.
  // To be called before anything was taken.
  void decompress(Compression compression);

 private:
  void fill(std::size_t n);

  std::unique_ptr<ByteSource> source_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t position_ = 0;
  std::optional<SourceError> failure_;
};

}  // namespace inflight::capture
