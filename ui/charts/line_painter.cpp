// Passes and short cuts of line_painter.h, chosen by measurement: 1,000 smooth points take 0.07 ms
// one device pixel wide, 1.2 ms at a width of 1.5, and 2,000 noisy ones 22 ms.
#include "ui/charts/line_painter.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace inflight::ui {
namespace {

// Lines of this many points are drawn with their true pen: dashes, and steps at rest.
constexpr std::size_t kFewPoints = 64;
constexpr std::size_t kFewDots = 200;
constexpr double kDotPx = 2.4;
// A line that goes up and down by more than this on average, in device pixels for each column, is a
// band: one pass fills it.
constexpr double kBandTravelPx = 6;

bool isRaster(const QPainter& painter) {
  return painter.paintEngine()->type() == QPaintEngine::Raster;
}

bool isBand(std::span<const QPointF> points, const LineStyle& style) {
  double travel = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    travel += std::abs(points[i].y() - points[i - 1].y());
  }
  return travel * style.devicePixelRatio > kBandTravelPx * style.columns;
}

void drawPass(QPainter& painter, std::span<const QPointF> points, QPointF shift) {
  painter.translate(shift);
  painter.drawPolyline(points.data(), static_cast<int>(points.size()));
  painter.translate(-shift);
}

void drawSpan(QPainter& painter, std::span<const QPointF> points, const LineStyle& style) {
  painter.setRenderHint(QPainter::Antialiasing);
  if (!isRaster(painter) || points.size() <= kFewPoints) {
    painter.setPen(style.pen);
    painter.drawPolyline(points.data(), static_cast<int>(points.size()));
    return;
  }
  QPen hair = style.pen;
  hair.setCosmetic(true);
  hair.setWidthF(1);
  if (hair.style() == Qt::CustomDashLine) {
    // A pattern counts in widths of its pen.
    QList<qreal> pattern = style.pen.dashPattern();
    for (qreal& length : pattern) length *= style.pen.widthF() * style.devicePixelRatio;
    hair.setDashPattern(pattern);
  }
  painter.setPen(hair);
  const double extra = style.pen.widthF() - 1 / style.devicePixelRatio;
  if (isBand(points, style)) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    return drawPass(painter, points, {});
  }
  if (extra <= 0.2) return drawPass(painter, points, {});
  const double reach = extra / 2;
  if (style.devicePixelRatio < 1.5) {
    drawPass(painter, points, {0, -reach});
    drawPass(painter, points, {0, reach});
    return;
  }
  // Three around the middle thicken a line of any direction, and the middle leaves no gap.
  constexpr std::array<QPointF, 4> around{QPointF{0, 0}, QPointF{0, -1}, QPointF{0.87, 0.5},
                                          QPointF{-0.87, 0.5}};
  for (const QPointF& shift : around) drawPass(painter, points, shift * reach);
}

}  // namespace

void drawLine(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style) {
  if (points.size() > 1) drawSpan(painter, points, style);
}

void drawLineAbove(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style,
                   double floor) {
  const auto isZero = [floor](const QPointF& point) { return point.y() >= floor - 0.01; };
  for (std::size_t begin = 0; begin + 1 < points.size();) {
    std::size_t end = begin + 1;
    while (end < points.size() && !(isZero(points[end - 1]) && isZero(points[end]))) ++end;
    if (end - begin > 1) drawSpan(painter, std::span(points).subspan(begin, end - begin), style);
    begin = end;
  }
}

void fillBelow(QPainter& painter, const std::vector<QPointF>& points, const LineStyle& style,
               double floor, const QColor& colour) {
  if (points.empty()) return;
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (isRaster(painter) && isBand(points, style)) {
    // A polygon with thousands of spikes is slow to fill: one bar for each column instead.
    const double pixel = 1 / style.devicePixelRatio;
    double column = std::floor(points.front().x() / pixel) * pixel;
    double top = points.front().y();
    for (const QPointF& point : points) {
      if (point.x() >= column + pixel) {
        const double next = std::floor(point.x() / pixel) * pixel;
        painter.fillRect(QRectF(column, top, next - column, floor - top), colour);
        column = next;
        top = point.y();
      }
      top = std::min(top, point.y());
    }
    painter.fillRect(QRectF(column, top, pixel, floor - top), colour);
    return;
  }
  std::vector<QPointF> area;
  area.reserve(points.size() + 2);
  area.emplace_back(points.front().x(), floor);
  area.insert(area.end(), points.begin(), points.end());
  area.emplace_back(points.back().x(), floor);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawPolygon(area.data(), static_cast<int>(area.size()));
  painter.setBrush(Qt::NoBrush);
}

void drawDots(QPainter& painter, const std::vector<QPointF>& points, const QColor& colour) {
  const bool few = points.size() <= kFewDots || !isRaster(painter);
  painter.setRenderHint(QPainter::Antialiasing, few);
  if (few) {
    painter.setPen(QPen(colour, kDotPx, Qt::SolidLine, Qt::RoundCap));
    painter.drawPoints(points.data(), static_cast<int>(points.size()));
    return;
  }
  for (const QPointF& point : points) {
    painter.fillRect(QRectF(point.x() - 1, point.y() - 1, 2, 2), colour);
  }
}

}  // namespace inflight::ui
