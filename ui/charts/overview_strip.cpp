// Choice of line and painting for overview_strip.h.
#include "ui/charts/overview_strip.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

namespace inflight::ui {
namespace {

constexpr double kGripPx = 5;
constexpr double kRadiusPx = 3;

}  // namespace

OverviewStrip::OverviewStrip(const ChartState& state) : m_state(state) {
  setAcceptedMouseButtons(Qt::NoButton);
}

void OverviewStrip::setPlace(const QRectF& place) {
  prepareGeometryChange();
  m_mapping.plot = place;
}

void OverviewStrip::updateData() {
  m_line = nullptr;
  m_mapping.range = m_state.axis.limits();
  const trace::Trace* trace = m_state.main();
  if (trace == nullptr) return;
  for (LineSource* line : {&m_goodput, &m_acked, &m_flight}) {
    if (m_line == nullptr && trace->has(line->series())) m_line = line;
  }
  if (m_line == nullptr) return;
  m_line->look(m_state.views.front(), m_mapping.range,
               m_mapping.columnWidth(m_state.devicePixelRatio), m_state.rateWidth);
  const auto extent = m_line->extent();
  m_mapping.low = 0;
  m_mapping.high = extent && extent->max > 0 ? extent->max * 1.15 : 1;
}

QRectF OverviewStrip::brush() const {
  const TimeRange visible = m_state.axis.visible();
  const double left = m_mapping.x(visible.begin);
  const double right = std::max(m_mapping.x(visible.end), left + 2);
  return {left, m_mapping.plot.top(), right - left, m_mapping.plot.height()};
}

OverviewStrip::Part OverviewStrip::partAt(QPointF at) const {
  const QRectF box = brush();
  if (std::abs(at.x() - box.left()) <= kGripPx) return Part::LeftEdge;
  if (std::abs(at.x() - box.right()) <= kGripPx) return Part::RightEdge;
  return box.contains(at.x(), box.center().y()) ? Part::Middle : Part::Outside;
}

void OverviewStrip::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Theme& theme = m_state.theme;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  QPainterPath frame;
  frame.addRoundedRect(m_mapping.plot, kRadiusPx, kRadiusPx);
  painter->fillPath(frame, theme.panel);
  painter->setClipPath(frame);
  QColor tint = theme.accent;
  tint.setAlphaF(theme.dark ? 0.24F : 0.14F);
  const bool all = m_state.axis.showsEverything();
  if (!all) painter->fillRect(brush(), tint);
  if (m_line != nullptr) {
    QPen pen = theme.pen(m_line->series());
    pen.setWidthF(1);
    // Else the painter would work out a join at each of some thousand points.
    pen.setCosmetic(true);
    painter->setPen(pen);
    const auto points = m_line->points(m_mapping);
    painter->drawPolyline(points.data(), static_cast<int>(points.size()));
  }
  if (!all) {
    painter->setPen(QPen(theme.accent, 1.5));
    const QRectF box = brush();
    for (const double x : {box.left(), box.right()}) {
      painter->drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()));
    }
  }
  painter->restore();
}

}  // namespace inflight::ui
