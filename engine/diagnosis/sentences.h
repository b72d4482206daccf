// The verdict in words: a headline with its figures, what it means, and the evidence.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/facts.h"
#include "diagnosis/judge.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

// "Receive window limits you: 512 KiB ÷ 76 ms = 55 Mbit/s": no full stop.
std::string headline(const trace::Trace& trace, const Facts& facts, const Judgement& judgement);
// One or two whole sentences.
std::string explanation(const trace::Trace& trace, const Facts& facts, const Judgement& judgement);
std::vector<trace::Evidence> evidence(const trace::Trace& trace, const Facts& facts,
                                      const Judgement& judgement);

}  // namespace inflight::diagnosis
