#include "host/run.h"

#include <utility>

namespace inflight::host {
namespace {
constexpr Duration kSlice = 100ms;
}  // namespace

std::expected<trace::Trace, RunError> run_to_end(Session& session, const OnProgress& progress) {
  trace::Trace trace;
  Instant until{};
  Progress state = Progress::Running;
  while (state == Progress::Running) {
    until += kSlice;
    state = session.run_until(until);
    trace.append(session.take_batch());
    if (progress && !progress(trace) && state == Progress::Running) {
      static_cast<void>(session.apply(StopTransfer{}));
    }
  }
  if (state == Progress::Failed) return std::unexpected(RunError{session.failure()});
  trace.info = session.info();
  trace.summary = session.summary();
  return trace;
}

}  // namespace inflight::host
