// The two decompressors behind make_decompressor(): zlib and libzstd as byte sources. Each keeps
// one input buffer; memory is bounded by it and by the libraries' own window limits (32 KiB for
// gzip, kMaxZstdWindowLog for zstd).
#include <zlib.h>
#include <zstd.h>

#include <array>

#include "capture/byte_source.h"

namespace inflight::capture {
namespace {

constexpr std::size_t kInputSize = 64 * 1024;
// 128 MiB: what `zstd --ultra` can need, and the library's own default limit.
constexpr int kMaxZstdWindowLog = 27;

// What both have in common: the compressed input, read piece by piece.
class Decompressor : public ByteSource {
 public:
  explicit Decompressor(std::unique_ptr<ByteSource> compressed)
      : compressed_(std::move(compressed)) {}

  std::expected<std::size_t, SourceError> read(MutableBytes out) final {
    if (out.empty()) return 0;
    if (expanded_ >= kMaxExpanded) return std::unexpected(SourceError::TooLarge);
    while (true) {
      if (pending_.empty() && !at_end_) {
        const auto count = compressed_->read(input_);
        if (!count) return std::unexpected(count.error());
        pending_ = Bytes(input_).first(*count);
        at_end_ = *count == 0;
      }
      const auto count = expand(out);
      if (!count) return count;
      expanded_ += *count;
      if (*count > 0) return count;
      // Nothing came out although all went in: the end, or a cut.
      if (at_end_ && pending_.empty()) {
        if (inside_frame()) return std::unexpected(SourceError::CutCompression);
        return 0;
      }
    }
  }
  std::uint64_t consumed() const final { return compressed_->consumed() - pending_.size(); }

 protected:
  // Takes from pending_ what it can and returns how much of `out` it filled.
  virtual std::expected<std::size_t, SourceError> expand(MutableBytes out) = 0;
  virtual bool inside_frame() const = 0;

  Bytes pending_;

 private:
  std::unique_ptr<ByteSource> compressed_;
  std::array<std::uint8_t, kInputSize> input_{};
  std::uint64_t expanded_ = 0;
  bool at_end_ = false;
};

class GzipSource final : public Decompressor {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> compressed)
      : Decompressor(std::move(compressed)) {
    constexpr int kGzipFormat = 16;
    usable_ = inflateInit2(&stream_, kGzipFormat + MAX_WBITS) == Z_OK;
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { inflateEnd(&stream_); }

 protected:
  std::expected<std::size_t, SourceError> expand(MutableBytes out) override {
    if (!usable_) return std::unexpected(SourceError::BadCompression);
    if (pending_.empty() && !inside_) return 0;
    if (!inside_) {
      // Another member begins; anything else behind the first is ignored, as gzip does.
      if (finished_one_ && pending_[0] != 0x1f) return pending_ = {}, 0;
      inflateReset(&stream_);
      inside_ = true;
    }
    stream_.next_in = pending_.data();
    stream_.avail_in = static_cast<uInt>(pending_.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), 1U << 30));
    const uInt room = stream_.avail_out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    pending_ = pending_.last(stream_.avail_in);
    const std::size_t filled = room - stream_.avail_out;
    if (result == Z_STREAM_END) {
      inside_ = false;
      finished_one_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR && filled == 0) {
      return std::unexpected(SourceError::BadCompression);
    }
    return filled;
  }
  bool inside_frame() const override { return inside_; }

 private:
  z_stream stream_{};
  bool usable_ = false;
  bool inside_ = false;
  bool finished_one_ = false;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdSource final : public Decompressor {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> compressed)
      : Decompressor(std::move(compressed)), stream_(ZSTD_createDStream()) {
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }

 protected:
  std::expected<std::size_t, SourceError> expand(MutableBytes out) override {
    ZSTD_inBuffer input{pending_.data(), pending_.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t hint = ZSTD_decompressStream(stream_.get(), &output, &input);
    if (ZSTD_isError(hint) != 0) return std::unexpected(SourceError::BadCompression);
    if (input.pos > 0 || output.pos > 0) inside_ = hint != 0;
    pending_ = pending_.subspan(input.pos);
    return output.pos;
  }
  bool inside_frame() const override { return inside_; }

 private:
  std::unique_ptr<ZSTD_DStream, FreeZstd> stream_;
  bool inside_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> make_decompressor(Compression compression,
                                              std::unique_ptr<ByteSource> compressed) {
  switch (compression) {
    case Compression::Gzip:
      return std::make_unique<GzipSource>(std::move(compressed));
    case Compression::Zstd:
      return std::make_unique<ZstdSource>(std::move(compressed));
    case Compression::None:
      break;
  }
  return compressed;
}

}  // namespace inflight::capture
