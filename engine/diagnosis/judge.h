// Judge: from facts to the cause. Own stacks (Lab, Live) recorded a strip of momentary limits,
// which is exact; the cause behind "the congestion window" is then a question of losses and of how
// much of the path was used. The strip of a capture knows only of the receive
// window: two rules that suffice alone are applied, and what neither decides is left unjudged.
#pragma once

#include <optional>
#include <string>

#include "diagnosis/facts.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::diagnosis {

struct Judgement {
  trace::LimitedBy limited_by = trace::LimitedBy::Unknown;
  std::optional<trace::LimitedBy> second;
  trace::Confidence confidence = trace::Confidence::Low;
  // Why there is none, if limited_by is unknown; else empty.
  std::string reason;
};

Judgement judge(const trace::Trace& trace, const Facts& facts);

// Over the time in which bytes were in flight: the share in which they came within two segments of
// the receive window, and the share in which that window was zero. Nothing if either series is
// missing or nothing was in flight.
struct WindowUse {
  double full = 0;
  double closed = 0;
};
std::optional<WindowUse> window_use(const trace::Trace& trace);

}  // namespace inflight::diagnosis
