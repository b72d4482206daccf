// Painting for trace_item.h.
#include "ui/charts/trace_item.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/event_text.h"
#include "ui/charts/line_painter.h"
#include "ui/charts/time_ruler.h"
#include "ui/format/ticks.h"

namespace inflight::ui {
namespace {

constexpr double kMarkPx = 3;
// How near the pointer has to be: along the axis, and for marks at an edge of the plot across it.
constexpr double kMarkReachPx = 4;
constexpr double kEdgeReachPx = 9;

}  // namespace

TraceItem::TraceItem(QGraphicsItem* chart, const ChartState& state, const EventIndex& events)
    : QGraphicsItem(chart), m_state(state), m_events(events) {
  setAcceptedMouseButtons(Qt::NoButton);
  setZValue(10);
}

void TraceItem::setMapping(const PlotMapping& mapping) {
  if (mapping.plot != m_mapping.plot) prepareGeometryChange();
  m_mapping = mapping;
}

void TraceItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing, false);
  painter->fillRect(m_mapping.plot, m_state.theme.panel);
  paintGrid(*painter);
  painter->setClipRect(m_mapping.plot);
  if (m_state.main() != nullptr) {
    if (m_showsZeroWindow) paintZeroWindow(*painter);
    // Other runs below the main one.
    for (const bool main : {false, true}) {
      for (const TraceLine& line : m_lines) {
        if (line.visible && (line.view == 0) == main) paintLine(*painter, line);
      }
    }
    paintMarks(*painter, trace::EventKind::Loss, m_mapping.plot.top());
    paintMarks(*painter, trace::EventKind::Retransmit, m_mapping.plot.bottom() - kMarkPx);
    paintFlags(*painter);
  }
  painter->restore();
}

void TraceItem::paintGrid(QPainter& painter) const {
  painter.setPen(QPen(m_state.theme.grid, 1));
  for (const double value : m_valueGrid) {
    const double y = std::round(m_mapping.y(value));
    painter.drawLine(QPointF(m_mapping.plot.left(), y), QPointF(m_mapping.plot.right(), y));
  }
  const int most = mostTimeTicks(m_mapping.plot.width());
  for (const Tick& tick : timeTicks(m_mapping.range.begin, m_mapping.range.end, most).ticks) {
    const double x = std::round(m_mapping.x(Instant{from_seconds(tick.value)}));
    painter.drawLine(QPointF(x, m_mapping.plot.top()), QPointF(x, m_mapping.plot.bottom()));
  }
}

void TraceItem::paintZeroWindow(QPainter& painter) const {
  const Duration offset = m_state.views.front().offset;
  QColor red = m_state.theme.alert;
  red.setAlphaF(0.16F);
  const auto opened = m_events.of(trace::EventKind::WindowOpen);
  for (const std::uint32_t closing : m_events.of(trace::EventKind::ZeroWindow)) {
    const auto opening = std::upper_bound(opened.begin(), opened.end(), closing);
    const Instant begin = m_events.event(closing).time;
    const Instant end =
        opening == opened.end() ? m_state.main()->end() : m_events.event(*opening).time;
    const double left = m_mapping.x(begin + offset);
    const double right = std::max(m_mapping.x(end + offset), left + 1);
    painter.fillRect(QRectF(left, m_mapping.plot.top(), right - left, m_mapping.plot.height()),
                     red);
  }
}

QPen TraceItem::penOf(const TraceLine& line) const {
  if (line.view == 0) return m_state.theme.pen(line.spec.series);
  return m_state.theme.runPen(m_state.views[line.view].colour);
}

void TraceItem::paintLine(QPainter& painter, const TraceLine& line) const {
  const QPen pen = penOf(line);
  if (line.source.form() == LineSource::Form::Band) {
    QColor tint = pen.color();
    tint.setAlphaF(0.35F);
    for (const QRectF& rect : line.source.band(m_mapping, 1 / m_state.devicePixelRatio)) {
      painter.fillRect(rect, tint);
    }
    return;
  }
  const std::vector<QPointF> points = line.source.points(m_mapping);
  if (points.empty()) return;
  if (line.source.form() == LineSource::Form::Dots) {
    QColor tint = pen.color();
    tint.setAlphaF(0.55F);
    return drawDots(painter, points, tint);
  }
  const double ratio = m_state.devicePixelRatio;
  const LineStyle style{pen, ratio, m_mapping.plot.width() * ratio};
  if (line.spec.filled && line.view == 0) {
    QColor tint = pen.color();
    tint.setAlphaF(m_state.theme.dark ? 0.20F : 0.12F);
    fillBelow(painter, points, style, m_mapping.plot.bottom(), tint);
  }
  if (line.source.form() == LineSource::Form::Rate && pen.style() != Qt::SolidLine) {
    drawLineAbove(painter, points, style, m_mapping.y(0));
  } else {
    drawLine(painter, points, style);
  }
  if (line.spec.labelled && line.view == 0) paintLineLabel(painter, line, points);
}

void TraceItem::paintLineLabel(QPainter& painter, const TraceLine& line,
                               const std::vector<QPointF>& points) const {
  const double y = points.back().y();
  const QString text =
      seriesLabel(line.spec.series) + ' ' +
      formatValue(trace::info(line.spec.series).unit, m_mapping.value(y), m_state.units);
  painter.setFont(m_state.fonts.small);
  const QFontMetricsF metrics(painter.font());
  const double top = y - metrics.height() - 1;
  if (top < m_mapping.plot.top()) return;
  const QRectF box(m_mapping.plot.left(), top, m_mapping.plot.width() - 6, metrics.height());
  painter.setPen(m_state.theme.secondary);
  painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, text);
}

// Short marks at the edge of a panel, one for each pixel at most.
void TraceItem::paintMarks(QPainter& painter, trace::EventKind kind, double top) const {
  const Duration offset = m_state.views.front().offset;
  const Instant end = m_mapping.range.end - offset;
  painter.setRenderHint(QPainter::Antialiasing, false);
  const Duration pixel = m_mapping.columnWidth(m_state.devicePixelRatio);
  auto rest = m_events.of(kind, m_mapping.range.begin - offset, end);
  while (!rest.empty()) {
    const Instant time = m_events.event(rest.front()).time;
    painter.fillRect(QRectF(std::floor(m_mapping.x(time + offset)), top, 1, kMarkPx),
                     m_state.theme.alert);
    rest = m_events.of(kind, time + std::max(pixel, Duration{1}), end);
  }
}

std::vector<const trace::Event*> TraceItem::flags() const {
  using enum trace::EventKind;
  const Duration offset = m_state.views.front().offset;
  const TimeRange range = m_mapping.range;
  std::vector<const trace::Event*> flags;
  for (const auto kind : {SlowStartExit, Timeout, SettingChanged, Outage, TunnelRekey, Reset}) {
    for (const std::uint32_t index :
         m_events.of(kind, range.begin - offset, range.end - offset + Duration{1})) {
      flags.push_back(&m_events.event(index));
    }
  }
  return flags;
}

void TraceItem::paintFlags(QPainter& painter) const {
  using enum trace::EventKind;
  const Duration offset = m_state.views.front().offset;
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (const trace::Event* event : flags()) {
    const bool alert = event->kind == Timeout || event->kind == Reset;
    QPen pen(alert ? m_state.theme.alert : m_state.theme.secondary, 1);
    pen.setDashPattern(alert ? QList<qreal>{2, 2} : QList<qreal>{1, 2});
    painter.setPen(pen);
    const double x = std::round(m_mapping.x(event->time + offset));
    painter.drawLine(QPointF(x, m_mapping.plot.top()), QPointF(x, m_mapping.plot.bottom()));
  }
}

QString TraceItem::markAt(QPointF at) const {
  if (m_state.main() == nullptr) return {};
  if (const QString flag = flagAt(at); !flag.isEmpty()) return flag;
  if (at.y() < m_mapping.plot.top() + kEdgeReachPx) return groupAt(trace::EventKind::Loss, at.x());
  if (at.y() < m_mapping.plot.bottom() - kEdgeReachPx) return {};
  return groupAt(trace::EventKind::Retransmit, at.x());
}

QString TraceItem::groupAt(trace::EventKind kind, double x) const {
  const Duration offset = m_state.views.front().offset;
  const auto timeAt = [&](double place) { return m_mapping.time(place) - offset; };
  const auto group = m_events.of(kind, timeAt(x - kMarkReachPx), timeAt(x + kMarkReachPx));
  if (group.empty()) return {};
  return formatInstant(m_events.event(group.front()).time, 1ms) + QStringLiteral(": ") +
         describe(m_events, group, m_state.units);
}

QString TraceItem::flagAt(QPointF at) const {
  for (const trace::Event* event : flags()) {
    const double x = m_mapping.x(event->time + m_state.views.front().offset);
    if (std::abs(x - at.x()) > kMarkReachPx) continue;
    return formatInstant(event->time, 1ms) + QStringLiteral(": ") + describe(*event, m_state.units);
  }
  return {};
}

}  // namespace inflight::ui
