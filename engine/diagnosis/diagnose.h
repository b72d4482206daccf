// From a Trace to its verdict: facts, cause, sentences, evidence, findings, advice. The same for
// every source; what a source cannot know is left out, never guessed.
#pragma once

#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

trace::Verdict diagnose(const trace::Trace& trace);

}  // namespace inflight::diagnosis
