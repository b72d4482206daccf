// What the panels of a chart stack show: the table from which they are made.
#pragma once

#include <QString>
#include <vector>

#include "trace/series.h"

namespace inflight::ui {

enum class PanelId { Throughput, Windows, RoundTrip, Queues };

struct LineSpec {
  trace::SeriesId series;
  // Drawn for the runs laid over the main one, too.
  bool overlay = false;
  // Filled down to zero with a faint tint.
  bool filled = false;
  // A bound, not a measurement: stretches the value axis only if it lies near the measurements, so
  // that a window of 64 MiB does not flatten the rest.
  bool bound = false;
  // Nothing flows faster for long: bursts far above it (what a reader gets at once when a hole is
  // filled) are cut off rather than flattening the rest.
  bool ceiling = false;
  // Named at its right end inside the plot.
  bool labelled = false;
  // Drawn from the start; else only named in the legend, where a click shows it.
  bool shown = true;
};

struct PanelSpec {
  PanelId id;
  QString title;
  // How to read it, for the tooltip of the title.
  QString help;
  trace::Unit unit;
  // Share of the height.
  double weight;
  bool visible;
  std::vector<LineSpec> lines;
};

std::vector<PanelSpec> defaultPanels();

}  // namespace inflight::ui
