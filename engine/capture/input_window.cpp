#include "capture/input_window.h"

#include <algorithm>

namespace inflight::capture {
namespace {

// What a window had read already, followed by the rest of its source.
class Continued final : public ByteSource {
 public:
  Continued(std::vector<std::uint8_t> head, std::unique_ptr<ByteSource> tail)
      : head_(std::move(head)), tail_(std::move(tail)) {}

  std::expected<std::size_t, SourceError> read(MutableBytes out) override {
    if (given_ == head_.size()) return tail_->read(out);
    const std::size_t count = std::min(out.size(), head_.size() - given_);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(given_), count, out.begin());
    given_ += count;
    return count;
  }
  std::uint64_t consumed() const override { return tail_->consumed() - (head_.size() - given_); }

 private:
  std::vector<std::uint8_t> head_;
  std::unique_ptr<ByteSource> tail_;
  std::size_t given_ = 0;
};

}  // namespace

bool InputWindow::discard(std::uint64_t n) {
  while (n > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(n, kPiece));
    const std::size_t present = peek(step).size();
    consume(present);
    if (present < step) return false;
    n -= step;
  }
  return true;
}

void InputWindow::decompress(Compression compression) {
  if (compression == Compression::None) return;
  CHECK(position_ == 0);
  buffer_.resize(end_);
  auto continued = std::make_unique<Continued>(std::move(buffer_), std::move(source_));
  source_ = make_decompressor(compression, std::move(continued));
  buffer_.clear();
  end_ = 0;
}

void InputWindow::fill(std::size_t n) {
  CHECK(n <= kMaxPeek);
  const auto kept = static_cast<std::ptrdiff_t>(begin_);
  std::copy(buffer_.begin() + kept, buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  buffer_.resize(std::max({buffer_.size(), n, kPiece}));
  while (end_ < n && !failure_) {
    const auto count = source_->read(MutableBytes(buffer_).subspan(end_));
    if (!count) {
      failure_ = count.error();
    } else if (*count == 0) {
      return;
    } else {
      end_ += *count;
    }
  }
}

}  // namespace inflight::capture
