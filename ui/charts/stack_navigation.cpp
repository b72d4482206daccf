// The gestures of stack_navigation.h.
#include "ui/charts/stack_navigation.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <cmath>

#include "ui/charts/chart_panel.h"
#include "ui/charts/chart_stack.h"
#include "ui/charts/event_lane.h"
#include "ui/charts/limit_band.h"
#include "ui/charts/overview_strip.h"

namespace inflight::ui {
namespace {

// One notch of a wheel is 120 units: 20 % of the span.
constexpr double kZoomPerUnit = 0.0015;
constexpr double kPanPerUnit = 0.001;
constexpr double kKeyZoom = 1.25;
constexpr double kKeyPan = 0.1;
constexpr double kLeastDragPx = 4;
constexpr qint64 kSameGestureMs = 500;

enum Kind { kWheelZoom = 1, kWheelPan, kKeyZoomKind, kKeyPanKind };

}  // namespace

TimeAxis::Gesture StackNavigation::gesture(int kind) {
  const bool same =
      kind == m_lastKind && m_sinceLast.isValid() && m_sinceLast.elapsed() < kSameGestureMs;
  m_lastKind = kind;
  m_sinceLast.start();
  return same ? TimeAxis::Gesture::Continue : TimeAxis::Gesture::Begin;
}

QRectF StackNavigation::plots() const {
  QRectF area;
  for (const PanelPlace& place : m_stack.m_layout.panels) area = area.united(place.plot);
  return area.united(m_stack.m_layout.ruler);
}

PlotMapping StackNavigation::timeMapping() const {
  return {plots(), m_stack.m_state->axis.visible(), 0, 1};
}

void StackNavigation::zoomAt(double x, double factor) {
  const bool following = m_stack.m_state->axis.isFollowing();
  m_stack.m_state->axis.zoomAt(timeMapping().time(x), factor, gesture(kWheelZoom));
  m_stack.axisChanged(following);
}

void StackNavigation::panPixels(double pixels) {
  const bool following = m_stack.m_state->axis.isFollowing();
  const Duration distance{std::llround(pixels / timeMapping().pixelsPerNs())};
  m_stack.m_state->axis.panBy(distance, gesture(kKeyPanKind));
  m_stack.axisChanged(following);
}

bool StackNavigation::wheel(const QWheelEvent& event) {
  // Some platforms turn a wheel with Shift or Alt sideways.
  const QPoint delta = event.angleDelta();
  const double turned = delta.y() != 0 ? delta.y() : delta.x();
  const QPointF at = event.position();
  if (turned == 0 || at.y() > m_stack.m_layout.overview.bottom()) return turned == 0;
  const double factor = std::exp(-turned * kZoomPerUnit);
  if (event.modifiers() & Qt::ControlModifier) {
    for (const auto& panel : m_stack.m_panels) {
      if (!panel->isVisible() || !panel->place().plot.contains(at)) continue;
      panel->zoomValues(at.y(), factor);
      m_stack.invalidate();
    }
    return true;
  }
  if (event.modifiers() & Qt::ShiftModifier) {
    panPixels(-turned * kPanPerUnit * plots().width());
    return true;
  }
  zoomAt(at.x(), factor);
  return true;
}

void StackNavigation::startBrush(QPointF at) {
  switch (m_stack.m_overview->partAt(at)) {
    case OverviewStrip::Part::LeftEdge:
      m_drag = Drag::BrushLeft;
      return;
    case OverviewStrip::Part::RightEdge:
      m_drag = Drag::BrushRight;
      return;
    case OverviewStrip::Part::Middle:
      m_drag = m_stack.m_state->axis.showsEverything() ? Drag::BrushNew : Drag::BrushMove;
      return;
    case OverviewStrip::Part::Outside:
      m_drag = Drag::BrushNew;
      return;
  }
}

bool StackNavigation::press(const QMouseEvent& event) {
  const QPointF at = event.position();
  m_start = m_at = at;
  m_startRange = m_stack.m_state->axis.visible();
  m_box = event.modifiers() & Qt::AltModifier;
  m_lastKind = 0;
  if (event.button() == Qt::MiddleButton && plots().contains(at)) {
    m_drag = Drag::Pan;
    return true;
  }
  if (event.button() != Qt::LeftButton) return false;
  if (m_stack.m_layout.overview.adjusted(-4, 0, 4, 0).contains(at)) {
    startBrush(at);
    return true;
  }
  if (clickAt(at)) return true;
  for (const auto& panel : m_stack.m_panels) {
    if (panel->isVisible() && panel->place().plot.contains(at)) m_drag = Drag::Zoom;
  }
  return m_drag != Drag::None;
}

bool StackNavigation::clickAt(QPointF at) {
  for (const auto& panel : m_stack.m_panels) {
    const auto series = panel->legendAt(at);
    if (!series) continue;
    m_stack.setLineVisible(panel->spec().id, *series, !panel->isLineVisible(*series));
    Q_EMIT m_stack.legendClicked();
    return true;
  }
  const bool strips = m_stack.m_layout.events.contains(at) || m_stack.m_layout.limits.contains(at);
  if (!strips) return false;
  const Instant time = timeMapping().time(at.x());
  m_stack.setCrosshair(time);
  Q_EMIT m_stack.momentActivated(time);
  return true;
}

bool StackNavigation::move(const QMouseEvent& event) {
  const QPointF before = m_at;
  m_at = event.position();
  switch (m_drag) {
    case Drag::None:
      return false;
    case Drag::Zoom:
      m_stack.viewport()->update();
      return true;
    case Drag::Pan: {
      const bool following = m_stack.m_state->axis.isFollowing();
      const double pixels = before.x() - m_at.x();
      m_stack.m_state->axis.panBy(Duration{std::llround(pixels / timeMapping().pixelsPerNs())},
                                  gesture(kWheelPan));
      // One drag is one step however long it takes.
      m_sinceLast.start();
      m_stack.axisChanged(following);
      return true;
    }
    default:
      dragBrush(m_at.x());
      return true;
  }
}

void StackNavigation::dragBrush(double x) {
  const PlotMapping whole = m_stack.m_overview->mapping();
  const Instant from = whole.time(m_start.x());
  const Instant to = whole.time(x);
  TimeRange range = m_startRange;
  if (m_drag == Drag::BrushMove) {
    range = {range.begin + (to - from), range.end + (to - from)};
  } else if (m_drag == Drag::BrushLeft) {
    range.begin = std::min(to, range.end - TimeAxis::kLeastSpan);
  } else if (m_drag == Drag::BrushRight) {
    range.end = std::max(to, range.begin + TimeAxis::kLeastSpan);
  } else {
    if (std::abs(x - m_start.x()) < kLeastDragPx) return;
    range = {std::min(from, to), std::max(from, to)};
  }
  const bool following = m_stack.m_state->axis.isFollowing();
  m_stack.m_state->axis.show(range, gesture(kWheelPan));
  m_sinceLast.start();
  m_stack.axisChanged(following);
}

void StackNavigation::finishZoom() {
  if (std::abs(m_at.x() - m_start.x()) < kLeastDragPx) {
    const Instant time = timeMapping().time(m_at.x());
    m_stack.setCrosshair(time);
    Q_EMIT m_stack.momentActivated(time);
    return;
  }
  const PlotMapping mapping = timeMapping();
  const Instant a = mapping.time(m_start.x());
  const Instant b = mapping.time(m_at.x());
  if (m_box) {
    for (const auto& panel : m_stack.m_panels) {
      if (!panel->isVisible() || !panel->place().plot.contains(m_start)) continue;
      panel->lockValues(m_start.y(), m_at.y());
    }
  }
  const bool following = m_stack.m_state->axis.isFollowing();
  m_stack.m_state->axis.show({std::min(a, b), std::max(a, b)});
  m_stack.axisChanged(following);
}

bool StackNavigation::release(const QMouseEvent& event) {
  m_at = event.position();
  const Drag drag = m_drag;
  m_drag = Drag::None;
  m_lastKind = 0;
  if (drag == Drag::Zoom) finishZoom();
  if (drag == Drag::BrushNew && std::abs(m_at.x() - m_start.x()) < kLeastDragPx) {
    // A click in the overview moves the brush there.
    m_stack.showMoment(m_stack.m_overview->mapping().time(m_at.x()));
  }
  if (drag != Drag::None) m_stack.viewport()->update();
  return drag != Drag::None;
}

void StackNavigation::cancelDrag() {
  if (m_drag == Drag::None) return;
  m_drag = Drag::None;
  m_stack.viewport()->update();
}

bool StackNavigation::zoomKey(const QKeyEvent& event) {
  const bool values = event.key() == Qt::Key_Y;
  const bool out = event.modifiers() & Qt::ShiftModifier;
  const double factor = out ? kKeyZoom : 1 / kKeyZoom;
  if (values) {
    for (const auto& panel : m_stack.m_panels) {
      if (panel->isVisible()) panel->zoomValues(panel->place().plot.bottom(), factor);
    }
    m_stack.invalidate();
    return true;
  }
  const auto fixed = m_stack.m_crosshair;
  const bool following = m_stack.m_state->axis.isFollowing();
  const TimeRange visible = m_stack.m_state->axis.visible();
  m_stack.m_state->axis.zoomAt(fixed.value_or(visible.begin + visible.span() / 2), factor,
                               gesture(kKeyZoomKind));
  m_stack.axisChanged(following);
  return true;
}

bool StackNavigation::key(const QKeyEvent& event) {
  const bool alt = event.modifiers() & Qt::AltModifier;
  const bool shift = event.modifiers() & Qt::ShiftModifier;
  const double step = shift ? 1 : kKeyPan * plots().width();
  switch (event.key()) {
    case Qt::Key_Left:
      alt ? m_stack.undoZoom() : panPixels(-step);
      return true;
    case Qt::Key_Right:
      alt ? m_stack.redoZoom() : panPixels(step);
      return true;
    case Qt::Key_0:
    case Qt::Key_Home:
      m_stack.showAll();
      return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      m_stack.zoomIn();
      return true;
    case Qt::Key_Minus:
      m_stack.zoomOut();
      return true;
    case Qt::Key_X:
    case Qt::Key_Y:
      return zoomKey(event);
    case Qt::Key_Space:
      m_stack.toggleFollowing();
      return true;
    case Qt::Key_End:
      m_stack.setFollowing(true);
      return true;
    case Qt::Key_Escape:
      if (!isDragging()) return false;
      cancelDrag();
      return true;
    default:
      return false;
  }
}

void StackNavigation::paintRubberBand(QPainter& painter) const {
  if (m_drag != Drag::Zoom) return;
  const Theme& theme = m_stack.m_state->theme;
  QColor tint = theme.accent;
  tint.setAlphaF(0.12F);
  for (const auto& panel : m_stack.m_panels) {
    if (!panel->isVisible()) continue;
    const QRectF plot = panel->place().plot;
    QRectF band(QPointF(m_start.x(), plot.top()), QPointF(m_at.x(), plot.bottom()));
    if (m_box) {
      if (!plot.contains(m_start)) continue;
      band = QRectF(m_start, m_at);
    }
    band = band.normalized().intersected(plot);
    painter.fillRect(band, tint);
    painter.setPen(QPen(theme.accent, 1));
    painter.drawLine(band.topLeft(), band.bottomLeft());
    painter.drawLine(band.topRight(), band.bottomRight());
  }
}

}  // namespace inflight::ui
