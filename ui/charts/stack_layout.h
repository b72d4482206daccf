// Where everything in a chart stack lies, in whole logical pixels: all plot areas have the same
// left and right edge. Pure geometry.
#pragma once

#include <QRectF>
#include <QSize>
#include <vector>

namespace inflight::ui {

struct PanelPlace {
  // The line with title, unit and legend, and the plot below it; null for a hidden panel.
  QRectF title;
  QRectF plot;
};

struct StackLayout {
  std::vector<PanelPlace> panels;
  // The names of the runs, when more than one is shown; else null.
  QRectF runs;
  QRectF events;
  QRectF limits;
  QRectF ruler;
  QRectF overview;

  double left() const { return limits.left(); }
  double right() const { return limits.right(); }
};

struct StackMetrics {
  // Height of a line of text, and width of the widest tick label.
  double line = 16;
  double gutter = 48;
};

// `weights`: one for each panel, 0 for a hidden one.
StackLayout layOutStack(QSize size, const std::vector<double>& weights, StackMetrics metrics,
                        bool severalRuns);

}  // namespace inflight::ui
