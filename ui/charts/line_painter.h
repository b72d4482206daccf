// Draws long lines quickly. On a raster device a smooth line one device pixel wide takes a short
// cut in the painter that is twenty times faster than any wider one; so a line of the width wanted
// is drawn as a few such lines side by side. Vector devices get one line of the true width.
#pragma once

#include <QPen>
#include <QPointF>
#include <span>
#include <vector>

class QPainter;

namespace inflight::ui {

struct LineStyle {
  QPen pen;
  double devicePixelRatio = 1;
  // The width of the plot in device pixels.
  double columns = 1;
};

void drawLine(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style);
// Only the stretches above `floor`: a rate of zero would be a line along it.
void drawLineAbove(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style,
                   double floor);
// The area between the line and `floor`.
void fillBelow(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style,
               double floor, const QColor& colour);
// Each point on its own: round where there are few, else squares.
void drawDots(QPainter& painter, const std::vector<QPointF>& points, const QColor& colour);

}  // namespace inflight::ui
