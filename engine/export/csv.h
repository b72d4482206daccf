// A run's series as comma-separated values, as spreadsheets and data frames expect them: one header
// line with units in the names, one row for each time at which something was measured, empty cells
// where a series has no sample at that time. Rates over fixed intervals stand in columns of their
// own.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "trace/atomic_file.h"
#include "trace/trace.h"

namespace inflight::exporting {

struct CsvOptions {
  // In this order; empty: all that the trace has.
  std::vector<trace::SeriesId> series;
  // Samples in [begin, end].
  Instant begin = Instant::min();
  Instant end = kNever;
  // A row with throughput_mbits (read by the application), sent_mbits and wire_mbits, as far as the
  // trace has them, at each multiple of this: the mean over the interval that ends there. 0: none.
  Duration rate_interval = 1s;
};

// "cwnd_bytes", "rtt_seconds", "bytes_in_flight": a series' name with its unit.
std::string csv_column(trace::SeriesId series);

// Receives the text piece by piece, in order.
using TextSink = std::function<void(std::string_view)>;
// False if `keep_going` ended it.
bool write_csv(const trace::Trace& trace, const CsvOptions& options, const TextSink& out,
               const trace::KeepGoing& keep_going = {});

std::expected<void, trace::FileError> save_csv(const trace::Trace& trace, const CsvOptions& options,
                                               const std::filesystem::path& file,
                                               const trace::KeepGoing& keep_going = {});

}  // namespace inflight::exporting
