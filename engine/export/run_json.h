// A run as JSON, schema "inflight.run/1" (resources/schemas/inflight.run.1.json): what other
// programs rely on. `overall` and `intervals` are field for field those of
// `coder speedtest --output json`; figures that are not known are null.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "base/time.h"
#include "trace/atomic_file.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::exporting {

struct RunView {
  const trace::Trace& trace;
  const trace::Verdict& verdict;
};

// One object, two spaces of indentation, a line end behind it.
std::string run_json(const RunView& run, Duration interval);
// For `--direction both`: {"schema", "up": {…}, "down": {…}}, each with all fields but the schema.
std::string run_json_both(const RunView& up, const RunView& down, Duration interval);

// Any text of ours into a file, atomically.
std::expected<void, trace::FileError> save_text(const std::string& text,
                                                const std::filesystem::path& file);

}  // namespace inflight::exporting
