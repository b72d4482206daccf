// POSIX files: temporary name, write, fsync, rename, fsync of the directory.
#include "trace/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace inflight::trace {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{64} * 1024;
// Names tried beside those that a crash may have left behind.
constexpr int kNameAttempts = 100;
constexpr mode_t kMode = 0666;  // less the umask

std::string reason(int error) { return std::generic_category().message(error); }

// Where the bytes go in the end: behind symbolic links, which stay links.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::weakly_canonical(path, error);
  return error || target.empty() ? path : target;
}

void sync_directory(const fs::path& file) {
  const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  // Some file systems cannot: the rename stands all the same.
  static_cast<void>(::fsync(descriptor));
  ::close(descriptor);
}

std::unexpected<FileError> cannot_create(const fs::path& path, int error) {
  return std::unexpected(FileError{"Cannot write " + path.string() + ": " + reason(error) + "."});
}

}  // namespace

std::expected<AtomicFile, FileError> AtomicFile::create(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return cannot_create(path, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_create(path, errno);
    return AtomicFile(path, {}, descriptor);
  }
  const fs::path target = resolved(path);
  // A file that may not be written is not replaced either, though its directory would allow it.
  if (fs::exists(status) && ::access(target.c_str(), W_OK) != 0) return cannot_create(path, errno);
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    fs::path temporary = target;
    temporary += ".part" + std::to_string(attempt);
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (descriptor >= 0) return AtomicFile(target, std::move(temporary), descriptor);
    if (errno != EEXIST) return cannot_create(path, errno);
  }
  return cannot_create(path, EEXIST);
}

AtomicFile::AtomicFile(fs::path target, fs::path temporary, int descriptor)
    : target_(std::move(target)), temporary_(std::move(temporary)), descriptor_(descriptor) {
  buffer_.reserve(kBufferSize);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      error_(other.error_),
      buffer_(std::move(other.buffer_)) {
  other.temporary_.clear();
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(Bytes bytes) { append(bytes.data(), bytes.size()); }
void AtomicFile::write(std::string_view text) { append(text.data(), text.size()); }

void AtomicFile::append(const void* data, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(data);
  while (size > 0 && error_ == 0) {
    const std::size_t part = std::min(size, kBufferSize - buffer_.size());
    buffer_.insert(buffer_.end(), from, from + part);
    from += part;
    size -= part;
    if (buffer_.size() == kBufferSize) flush();
  }
}

void AtomicFile::flush() {
  std::size_t done = 0;
  while (done < buffer_.size() && error_ == 0) {
    const ssize_t n = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

std::unexpected<FileError> AtomicFile::failure() const {
  std::string text = "Cannot write " + target_.string() + ": " + reason(error_) + ".";
  std::error_code ignored;
  if (!temporary_.empty() && fs::exists(target_, ignored)) {
    text += " The file that was there is unchanged.";
  }
  return std::unexpected(FileError{std::move(text)});
}

std::expected<void, FileError> AtomicFile::commit() {
  flush();
  // A pipe cannot be synchronised and need not be.
  if (error_ == 0 && !temporary_.empty() && ::fsync(descriptor_) != 0) error_ = errno;
  if (::close(std::exchange(descriptor_, -1)) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) return failure();
  if (temporary_.empty()) return {};
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    error_ = errno;
    return failure();
  }
  temporary_.clear();
  sync_directory(target_);
  return {};
}

}  // namespace inflight::trace
