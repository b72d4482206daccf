// Advice: which setting to change, to what value and why, as options of --set so that one press
// runs it again. For sources that we do not run ourselves the advice has no options.
#pragma once

#include <vector>

#include "diagnosis/facts.h"
#include "diagnosis/judge.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

// The most useful first.
std::vector<trace::Advice> advise(const trace::Trace& trace, const Facts& facts,
                                  const Judgement& judgement,
                                  const std::vector<trace::Finding>& findings);

}  // namespace inflight::diagnosis
