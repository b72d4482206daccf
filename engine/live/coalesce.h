// Fewer samples for the same picture: of each series, the minimum, the maximum and the last value
// of each stretch of time remain. Events stay as they are.
#pragma once

#include <utility>
#include <vector>

#include "trace/trace.h"

namespace inflight::live {

// Adds what it left out to `batch.coalesced`. `width` is more than 0; stretches begin at its
// multiples. Measurements (RTT samples) are thinned alike: their extremes stay.
void coalesce(trace::Batch& batch, Duration width);

// The same for a strip of limits: of those that began within one stretch, the one that held longest
// remains.
void coalesce_limits(std::vector<std::pair<Instant, trace::Limit>>& limits, Duration width);

}  // namespace inflight::live
