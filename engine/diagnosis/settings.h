// What diagnosis needs to know of a run's settings, read from the JSON that the trace carries (the
// scenario, or the settings of both ends). Everything may be unknown: a capture has none of it.
#pragma once

#include <optional>
#include <string>

#include "base/units.h"
#include "trace/trace.h"

namespace inflight::diagnosis {

struct Settings {
  std::optional<ByteCount> send_buffer;
  std::optional<ByteCount> receive_buffer;
  // Share of the receive buffer that the window may use.
  std::optional<double> window_share;
  std::optional<bool> window_scaling;
  // "off", "linux" …
  std::optional<std::string> hystart;
  // "drop" or "backpressure".
  std::optional<std::string> outbound_policy;
  // "droptail", "codel" …: the bottleneck's queue.
  std::optional<std::string> discipline;
  // Nothing as well where there is none.
  std::optional<DataRate> policer;
  // "bulk", "request_response" …
  std::optional<std::string> workload;
};

// Keys as for --set, either nested by group or with their dots; what is missing or malformed is
// unknown.
Settings read_settings(const trace::TraceInfo& info);

}  // namespace inflight::diagnosis
