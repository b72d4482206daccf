// Where the bytes of a capture come from: memory, a file, or either of them through gzip or zstd. A
// source is read once, front to back. Files are read in pieces and not mapped, so that a file that
// is cut while it is open ends early instead of ending the program.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace inflight::capture {

enum class SourceError {
  ReadFailed,
  // The compressed data is damaged; what came before it is good.
  BadCompression,
  // The compressed data ends in the middle.
  CutCompression,
  // More came out of compressed data than kMaxExpanded.
  TooLarge,
};

class ByteSource {
 public:
  // What a compressed source gives at most, in bytes: 64 GiB.
  static constexpr std::uint64_t kMaxExpanded = std::uint64_t{64} << 30;

  virtual ~ByteSource() = default;
  // Fills `out` from the front and returns how much; 0 only at the end (or if `out` is empty).
  virtual std::expected<std::size_t, SourceError> read(MutableBytes out) = 0;
  // Bytes taken from the file or memory so far: compressed ones, if it is compressed.
  virtual std::uint64_t consumed() const = 0;
};

enum class FileError { NotFound, NoPermission, IsDirectory, CannotOpen };

struct OpenedFile {
  std::unique_ptr<ByteSource> source;
  // In bytes; 0 if the file is a pipe or the like.
  std::uint64_t size = 0;
};

std::expected<OpenedFile, FileError> open_file(const std::filesystem::path& path);
std::unique_ptr<ByteSource> make_memory_source(std::vector<std::uint8_t> content);

enum class Compression : std::uint8_t { None, Gzip, Zstd };

// By the first four bytes of a file.
Compression detect_compression(Bytes first_bytes);
// The expanded content of `compressed` (several gzip members or zstd frames in a row are one).
std::unique_ptr<ByteSource> make_decompressor(Compression compression,
                                              std::unique_ptr<ByteSource> compressed);

}  // namespace inflight::capture
