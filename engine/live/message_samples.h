// The JSON form of a batch of samples, events and limits: times in microseconds from the batch's
// own base, so that a sample takes a dozen bytes.
#pragma once

#include "live/json.h"
#include "trace/trace.h"

namespace inflight::live {

json samples_json(const trace::Batch& batch);
// Each series ascends; what does not, or is no number, is an error.
trace::Batch parse_samples(JsonReader& in, const json& object);

}  // namespace inflight::live
