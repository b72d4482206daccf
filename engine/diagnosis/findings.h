// Findings: what a person should know besides the verdict. Each is stated only where the trace
// shows it, with its figures and the moment that shows it.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/facts.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

// In the order of their weight. `limited_by` decides about those that matter only then (a small
// initial window to a short transfer).
std::vector<trace::Finding> find(const trace::Trace& trace, const Facts& facts,
                                 trace::LimitedBy limited_by);

// "Slow start overshot: 1,231 packets lost at 0.94 s, nothing arrived for 0.7 s".
std::string overshoot_sentence(const Overshoot& overshoot);

}  // namespace inflight::diagnosis
