// Two batches into one when the window cannot keep up with a live run: samples shrink to minimum,
// maximum and last per series and millisecond; counters, events and limits are all kept. The number
// of samples that were merged away is counted.
#pragma once

#include <memory>

#include "trace/trace.h"

namespace inflight::ui {

// `later` follows `earlier` in time.
std::shared_ptr<const trace::Batch> coalesce(const trace::Batch& earlier,
                                             const trace::Batch& later);

}  // namespace inflight::ui
