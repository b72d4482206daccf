// Events in words, for tooltips and flags: what happened and why.
#pragma once

#include <QString>
#include <span>

#include "trace/event.h"
#include "ui/charts/event_index.h"
#include "ui/format/unit.h"

namespace inflight::ui {

// "packet lost: the path's queue was full"
QString describe(const trace::Event& event, UnitStyle units);
// "1,231 packets lost: the path's queue was full"; a group is of one kind, in order of time, and
// each of its causes has its line, the most frequent first. Empty for no event.
QString describe(const EventIndex& events, std::span<const std::uint32_t> group, UnitStyle units);
// Short, for a flag in a plot: "HyStart, 812 KiB".
QString flagText(const trace::Event& event, UnitStyle units);
// "the path's queue was full"; empty for None.
QString causeText(trace::EventCause cause);

}  // namespace inflight::ui
