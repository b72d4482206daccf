// The run file (.inflight): a whole Trace on disk, so that a run can be opened again and shown
// beside others. Eight magic bytes, a version, then sections ([kind, size, stored size, CRC-32] and
// zstd-compressed content), the last of them an end mark. Files are replaced atomically when
// written and trusted in nothing when read.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <iosfwd>

#include "trace/atomic_file.h"
#include "trace/trace.h"

namespace inflight::trace {

inline constexpr std::uint32_t kRunFileVersion = 1;

std::expected<void, FileError> save_run(const Trace& trace, const std::filesystem::path& file,
                                        const KeepGoing& keep_going = {});
std::expected<Trace, FileError> load_run(const std::filesystem::path& file,
                                         const KeepGoing& keep_going = {});
// From a stream of bytes; `name` names it in errors. `size` is for the progress alone.
std::expected<Trace, FileError> read_run(std::istream& in, const std::string& name,
                                         std::uint64_t size = 0, const KeepGoing& keep_going = {});

}  // namespace inflight::trace
