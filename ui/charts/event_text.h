// Events in words, for tooltips and flags: what happened and why.
#pragma once

#include <QString>

#include "trace/event.h"
#include "ui/format/unit.h"

namespace inflight::ui {

// "packet lost: the path's queue was full"
QString describe(const trace::Event& event, UnitStyle units);
// "1,231 packets lost: the path's queue was full", of a group with the same kind and cause.
QString describe(const trace::Event& event, std::size_t count, UnitStyle units);
// Short, for a flag in a plot: "HyStart, 812 KiB".
QString flagText(const trace::Event& event, UnitStyle units);
// "the path's queue was full"; empty for None.
QString causeText(trace::EventCause cause);

}  // namespace inflight::ui
