// What all lines say at one moment: for the legends, the status bar and "copy values".
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "ui/charts/panel_spec.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

struct ReadoutValue {
  trace::SeriesId series;
  // In the unit of the plot: a counter's rate in bits per second.
  trace::Unit unit;
  // Nothing where the run has no value at that moment.
  std::optional<double> value;
};

// A measurement itself, not what is read off between two of them.
struct SamplePoint {
  trace::SeriesId series;
  trace::Unit unit;
  // On the axis.
  Instant time;
  double value = 0;
};

struct Readout {
  Instant time;
  // Under the pointer; false while it stands at the end of what is visible.
  bool pointed = false;
  std::vector<ReadoutValue> values;
  // The one nearest to the pointer, where the charts are zoomed in far enough to tell them apart.
  std::optional<SamplePoint> sample;
};

// The unit in which a series is plotted: counters as rates.
trace::Unit plottedUnit(trace::SeriesId id);
// The value of one series at a moment of its run; counters: the mean rate over `rateWidth` up to
// then. Nothing outside the run.
std::optional<double> valueAt(const trace::Trace& trace, trace::SeriesId id, Instant time,
                              Duration rateWidth);
// Time and values as tab-separated text: a line of names with units, a line of numbers.
QString toClipboardText(const Readout& readout);

}  // namespace inflight::ui
