// Grouping, shapes and hints for event_lane.h. Each kind has its own shape, not only its colour.
#include "ui/charts/event_lane.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/charts/event_text.h"
#include "ui/format/unit.h"

namespace inflight::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(EventLane)
};

constexpr double kSlotPx = 9;
constexpr double kHalfPx = 3.5;
// A flag's text further away than this would not be read as its.
constexpr double kTextReachPx = 240;

struct Shown {
  trace::EventKind kind;
  int row;
};
// Later ones are drawn over earlier ones.
constexpr std::array kShown{
    Shown{trace::EventKind::OutboundBlocked, 0}, Shown{trace::EventKind::SlowStartExit, 0},
    Shown{trace::EventKind::ZeroWindow, 0},      Shown{trace::EventKind::SettingChanged, 0},
    Shown{trace::EventKind::Outage, 0},          Shown{trace::EventKind::Loss, 1},
    Shown{trace::EventKind::Marked, 1},          Shown{trace::EventKind::Retransmit, 2},
    Shown{trace::EventKind::Timeout, 2}};

std::vector<EventMarker> sortedRow(const std::vector<EventMarker>& all, int row) {
  std::vector<EventMarker> markers;
  std::copy_if(all.begin(), all.end(), std::back_inserter(markers),
               [row](const EventMarker& marker) { return marker.row == row; });
  std::sort(markers.begin(), markers.end(),
            [](const EventMarker& a, const EventMarker& b) { return a.x < b.x; });
  return markers;
}

}  // namespace

EventLane::EventLane(const ChartState& state, const EventIndex& events)
    : m_state(state), m_events(events) {
  setAcceptedMouseButtons(Qt::NoButton);
}

void EventLane::setMapping(const PlotMapping& mapping) {
  if (mapping.plot != m_mapping.plot) prepareGeometryChange();
  m_mapping = mapping;
}

QRectF EventLane::boundingRect() const {
  return m_mapping.plot.adjusted(-m_mapping.plot.left(), 0, 32, 0);
}

QPointF EventLane::centre(const EventMarker& marker) const {
  return {marker.x, std::round(m_mapping.plot.top() + (marker.row + 0.5) * rowHeight())};
}

std::vector<EventMarker> EventLane::markers() const {
  std::vector<EventMarker> markers;
  if (m_state.main() == nullptr) return markers;
  const Duration offset = m_state.views.front().offset;
  const Instant end = m_mapping.range.end - offset + Duration{1};
  const Duration slot{
      std::max<std::int64_t>(static_cast<std::int64_t>(kSlotPx / m_mapping.pixelsPerNs()), 1)};
  for (const auto& [kind, row] : kShown) {
    auto rest = m_events.of(kind, m_mapping.range.begin - offset, end);
    while (!rest.empty()) {
      const Instant time = m_events.event(rest.front()).time;
      const auto group = m_events.of(kind, time, std::min(time + slot, end));
      markers.push_back({m_mapping.x(time + offset), row, kind, group});
      rest = rest.subspan(group.size());
    }
  }
  return markers;
}

const EventMarker* EventLane::markerAt(QPointF at, const std::vector<EventMarker>& among) const {
  const EventMarker* nearest = nullptr;
  double least = kSlotPx;
  for (const EventMarker& marker : among) {
    const QPointF distance = centre(marker) - at;
    if (std::abs(distance.y()) > rowHeight() / 2 || std::abs(distance.x()) > least) continue;
    least = std::abs(distance.x());
    nearest = &marker;
  }
  return nearest;
}

QString EventLane::hintAt(QPointF at) const {
  if (!m_mapping.plot.adjusted(-kSlotPx, 0, kSlotPx, 0).contains(at)) return {};
  const auto all = markers();
  const EventMarker* marker = markerAt(at, all);
  if (marker == nullptr) return {};
  const trace::Event& event = m_events.event(marker->group.front());
  return formatInstant(event.time, 1ms) + QStringLiteral(": ") +
         describe(m_events, marker->group, m_state.units);
}

void EventLane::paintMarker(QPainter& painter, const EventMarker& marker) const {
  const QPointF c = centre(marker);
  const double h = kHalfPx;
  const QColor alert = m_state.theme.alert;
  QPen stroke(alert, 1.3);
  stroke.setCapStyle(Qt::RoundCap);
  painter.setPen(Qt::NoPen);
  painter.setBrush(alert);
  switch (marker.kind) {
    case trace::EventKind::Loss:
      painter.drawPolygon(
          QPolygonF{{c.x() - h, c.y() - h}, {c.x() + h, c.y() - h}, {c.x(), c.y() + h}});
      return;
    case trace::EventKind::Marked:
      // A loss that was none.
      painter.setBrush(Qt::NoBrush);
      painter.setPen(stroke);
      painter.drawPolygon(
          QPolygonF{{c.x() - h, c.y() - h}, {c.x() + h, c.y() - h}, {c.x(), c.y() + h}});
      return;
    case trace::EventKind::Retransmit: {
      // An arrow that turns back.
      painter.setBrush(Qt::NoBrush);
      painter.setPen(stroke);
      painter.drawArc(QRectF(c.x() - 3, c.y() - 3, 6, 6), 60 * 16, 270 * 16);
      painter.setPen(Qt::NoPen);
      painter.setBrush(alert);
      painter.drawPolygon(
          QPolygonF{c + QPointF(0.6, -5.2), c + QPointF(4.4, -2.6), c + QPointF(0.6, -0.4)});
      return;
    }
    case trace::EventKind::Timeout:
      painter.setPen(stroke);
      painter.drawLine(c + QPointF(-h, -h), c + QPointF(h, h));
      painter.drawLine(c + QPointF(-h, h), c + QPointF(h, -h));
      return;
    case trace::EventKind::ZeroWindow:
    case trace::EventKind::Outage:
      painter.drawRect(QRectF(c.x() - h, c.y() - h, 2 * h, 2 * h));
      return;
    case trace::EventKind::SettingChanged:
      painter.setBrush(m_state.theme.accent);
      painter.drawPolygon(
          QPolygonF{{c.x(), c.y() - h - 1}, {c.x() + 2 * h, c.y() - 1}, {c.x(), c.y() + h}});
      return;
    default:
      painter.setBrush(m_state.theme.text);
      painter.drawPolygon(QPolygonF{{c.x(), c.y() - h - 0.5},
                                    {c.x() + h + 0.5, c.y()},
                                    {c.x(), c.y() + h + 0.5},
                                    {c.x() - h - 0.5, c.y()}});
  }
}

// Flags in words, to the right of their marker and of the others that follow closely.
void EventLane::paintTexts(QPainter& painter, const std::vector<EventMarker>& all) const {
  const QFontMetricsF metrics(painter.font());
  std::array<double, kRows> freeFrom;
  freeFrom.fill(m_mapping.plot.left());
  for (const EventMarker& marker : all) {
    const trace::Event& event = m_events.event(marker.group.front());
    const QString text = flagText(event, m_state.units);
    if (text.isEmpty()) continue;
    const double width = metrics.horizontalAdvance(text);
    double& free = freeFrom[static_cast<std::size_t>(marker.row)];
    double left = std::max(marker.x + kSlotPx, free);
    for (const EventMarker& other : sortedRow(all, marker.row)) {
      if (other.x > left - kSlotPx && other.x < left + width + kSlotPx) left = other.x + kSlotPx;
    }
    if (left - marker.x > kTextReachPx || left + width > m_mapping.plot.right()) continue;
    painter.setPen(marker.kind == trace::EventKind::Timeout ? m_state.theme.alert
                                                            : m_state.theme.secondary);
    painter.drawText(QPointF(left, centre(marker).y() + metrics.capHeight() / 2), text);
    free = left + width + kSlotPx;
  }
}

void EventLane::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  painter->save();
  painter->setFont(m_state.fonts.small);
  painter->setPen(m_state.theme.secondary);
  const QRectF gutter(0, m_mapping.plot.top(), m_mapping.plot.left() - 8, rowHeight());
  double row = 0;
  for (const QString& name : {Words::tr("events"), Words::tr("lost"), Words::tr("resent")}) {
    painter->drawText(gutter.translated(0, row++ * rowHeight()), Qt::AlignRight | Qt::AlignVCenter,
                      name);
  }
  painter->setRenderHint(QPainter::Antialiasing);
  const auto all = markers();
  for (const EventMarker& marker : all) paintMarker(*painter, marker);
  paintTexts(*painter, all);
  painter->restore();
}

}  // namespace inflight::ui
