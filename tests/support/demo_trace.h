// A made-up run for tests and pictures of charts: a ramp that overshoots the path, a burst of
// losses, a timeout, recovery, and a steady state; the shape of the scenario coder-2.10 without a
// TCP behind it. Same arguments, same trace.
#pragma once

#include <memory>

#include "trace/trace.h"

namespace inflight::testing {

// Samples every `step`, for `length` of time.
std::shared_ptr<trace::Trace> makeOvershootTrace(Duration length = Duration{6'000'000'000},
                                                 Duration step = Duration{2'000'000});
// The same path with slow start left in time: no loss, the steady state after 0.6 s.
std::shared_ptr<trace::Trace> makeCalmTrace(Duration length = Duration{6'000'000'000},
                                            Duration step = Duration{2'000'000});

}  // namespace inflight::testing
