// Driving a session to its end without a window: for the command line, tests and re-runs.
#pragma once

#include <expected>
#include <functional>

#include "host/session.h"
#include "trace/trace.h"

namespace inflight::host {

// Called now and then with how far the run has come; false stops it.
using OnProgress = std::function<bool(const trace::Trace&)>;

struct RunError {
  // A sentence with cause and next step.
  std::string text;
};

// Runs to the end (or until stopped) and returns all that was recorded.
std::expected<trace::Trace, RunError> run_to_end(Session& session, const OnProgress& progress = {});

}  // namespace inflight::host
