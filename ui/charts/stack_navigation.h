// What pointer and keys do in a chart stack: zoom, pan, brush, rubber band, legend clicks. Turns
// events into calls of the stack and of its time axis; draws nothing but the rubber band.
#pragma once

#include <QElapsedTimer>
#include <QPointF>
#include <QRectF>

#include "ui/charts/time_axis.h"

class QKeyEvent;
class QMouseEvent;
class QPainter;
class QWheelEvent;

namespace inflight::ui {

class ChartStack;
struct PlotMapping;

class StackNavigation {
 public:
  explicit StackNavigation(ChartStack& stack) : m_stack(stack) {}

  // True if the event was used.
  bool wheel(const QWheelEvent& event);
  bool press(const QMouseEvent& event);
  bool move(const QMouseEvent& event);
  bool release(const QMouseEvent& event);
  bool key(const QKeyEvent& event);

  bool isDragging() const { return m_drag != Drag::None; }
  void cancelDrag();
  void paintRubberBand(QPainter& painter) const;

 private:
  enum class Drag { None, Zoom, Pan, BrushMove, BrushLeft, BrushRight, BrushNew };

  TimeAxis::Gesture gesture(int kind);
  void zoomAt(double x, double factor);
  void panPixels(double pixels);
  void dragBrush(double x);
  void finishZoom();
  void startBrush(QPointF at);
  bool clickAt(QPointF at);
  bool zoomKey(const QKeyEvent& event);
  // All charts share one mapping of time.
  PlotMapping timeMapping() const;
  QRectF plots() const;

  ChartStack& m_stack;
  Drag m_drag = Drag::None;
  QPointF m_start;
  QPointF m_at;
  bool m_box = false;
  TimeRange m_startRange{};
  // Quick successions of the same action are one step of the history.
  int m_lastKind = 0;
  QElapsedTimer m_sinceLast;
};

}  // namespace inflight::ui
