// A run as text for a terminal: the interval table in the shape of `coder speedtest`, and the
// verdict in sentences.
#pragma once

#include <string>

#include "base/time.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::exporting {

// Header, one line per interval, a rule, the overall line:
//   INTERVAL       THROUGHPUT
//   0.00-1.00 sec  55.1234 Mbits/sec
std::string interval_table(const trace::Trace& trace, Duration interval);

// Headline, explanation, shares of the time, evidence, findings with their times, advice with the
// options that carry it out.
std::string verdict_text(const trace::Verdict& verdict);

}  // namespace inflight::exporting
