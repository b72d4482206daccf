// One run as the charts show it, and what every part of a chart stack has to know to draw itself.
#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <memory>
#include <vector>

#include "trace/trace.h"
#include "ui/charts/time_axis.h"
#include "ui/format/unit.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

// Grows on the UI thread while its run goes on; who appends calls ChartStack::tracesChanged.
struct TraceView {
  std::shared_ptr<const trace::Trace> trace;
  QString name;
  // The run's colour in tables and overlays.
  QColor colour;
  // Added to the trace's times, to align runs at the first byte or an event.
  Duration offset{};
};

// Made once: a font that is put together anew for each text costs more than drawing it.
struct ChartFonts {
  ChartFonts() = default;
  explicit ChartFonts(const QFont& base)
      : small(fontOf(base, -1)), bold(fontOf(base, -1, true)), title(fontOf(base, 0, true)) {}

  // Labels; values; titles of panels.
  QFont small;
  QFont bold;
  QFont title;
};

// Owned by the stack, read by its parts. The first view is the main run: drawn with a line for each
// series, while of the others only the lines marked `overlay` are drawn, in the run's colour.
struct ChartState {
  std::vector<TraceView> views;
  TimeAxis axis;
  Theme theme = Theme::light();
  UnitStyle units;
  ChartFonts fonts;
  // Width over which rates are means; of the main run, unless chosen.
  Duration rateWidth = 20ms;
  double devicePixelRatio = 1;

  const trace::Trace* main() const { return views.empty() ? nullptr : views.front().trace.get(); }
};

}  // namespace inflight::ui
