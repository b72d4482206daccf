#include "capture/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace inflight::capture {
namespace {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::vector<std::uint8_t> content) : content_(std::move(content)) {}

  std::expected<std::size_t, SourceError> read(MutableBytes out) override {
    const std::size_t count = std::min(out.size(), content_.size() - position_);
    std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(position_), count, out.begin());
    position_ += count;
    return count;
  }
  std::uint64_t consumed() const override { return position_; }

 private:
  std::vector<std::uint8_t> content_;
  std::size_t position_ = 0;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, CloseFile>;

class FileSource final : public ByteSource {
 public:
  explicit FileSource(FileHandle file) : file_(std::move(file)) {
    // The reader asks for large pieces; a second buffer would only be one more copy.
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  }

  std::expected<std::size_t, SourceError> read(MutableBytes out) override {
    const std::size_t count = std::fread(out.data(), 1, out.size(), file_.get());
    consumed_ += count;
    if (count == 0 && std::ferror(file_.get()) != 0) {
      return std::unexpected(SourceError::ReadFailed);
    }
    return count;
  }
  std::uint64_t consumed() const override { return consumed_; }

 private:
  FileHandle file_;
  std::uint64_t consumed_ = 0;
};

}  // namespace

std::expected<OpenedFile, FileError> open_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(FileError::IsDirectory);
  }
  FileHandle file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    if (errno == ENOENT || errno == ENOTDIR) return std::unexpected(FileError::NotFound);
    return std::unexpected(errno == EACCES ? FileError::NoPermission : FileError::CannotOpen);
  }
  std::error_code no_size;
  const std::uintmax_t size = std::filesystem::file_size(path, no_size);
  return OpenedFile{std::make_unique<FileSource>(std::move(file)), no_size ? 0 : size};
}

std::unique_ptr<ByteSource> make_memory_source(std::vector<std::uint8_t> content) {
  return std::make_unique<MemorySource>(std::move(content));
}

Compression detect_compression(Bytes first_bytes) {
  ByteReader reader(first_bytes);
  const std::uint32_t magic = reader.u32be();
  if (!reader.ok()) return Compression::None;
  if (magic >> 16 == 0x1f8b) return Compression::Gzip;
  return magic == 0x28b52ffd ? Compression::Zstd : Compression::None;
}

}  // namespace inflight::capture
