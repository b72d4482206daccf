// AtomicFile: a file that is either complete or not there. The bytes go to a temporary file in the
// same directory; commit() makes them durable and gives it its name in one step, so that a full
// disk or a crash leaves the old file as it was. Without commit() the temporary file is removed. A
// target that is no regular file (a pipe, a terminal, /dev/null) is written directly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace inflight::trace {

struct FileError {
  // One sentence that names the file, the cause and what became of the old file.
  std::string text;
};

// Told from time to time which share (0 to 1) of a file was read or written. False ends the work:
// the result is an error that says so, and a file that was being written stays as it was.
using KeepGoing = std::function<bool(double share)>;

class AtomicFile {
 public:
  static std::expected<AtomicFile, FileError> create(const std::filesystem::path& path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  // Errors are kept: after a failed write every further one fails, and so does commit().
  void write(Bytes bytes);
  void write(std::string_view text);
  // Nothing may be written afterwards.
  std::expected<void, FileError> commit();

 private:
  AtomicFile(std::filesystem::path target, std::filesystem::path temporary, int descriptor);
  void append(const void* data, std::size_t size);
  void flush();
  std::unexpected<FileError> failure() const;

  std::filesystem::path target_;
  // Empty when the target is written directly.
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  // errno of the first failure; 0: none.
  int error_ = 0;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace inflight::trace
