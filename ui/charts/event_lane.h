// Rows of markers under the panels: what happened, what was lost, what was sent again. Near ones
// are drawn as one and counted. Knows which marker lies at a point, for the tooltip that says why.
#pragma once

#include <QGraphicsItem>
#include <span>
#include <vector>

#include "ui/charts/event_index.h"
#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

struct EventMarker {
  double x = 0;
  int row = 0;
  trace::EventKind kind = trace::EventKind::Loss;
  // The events that it stands for, at least one; valid until the index takes in more.
  std::span<const std::uint32_t> group;
};

class EventLane : public QGraphicsItem {
 public:
  static constexpr std::size_t kRows = 3;

  EventLane(const ChartState& state, const EventIndex& events);

  // `plot`: the lane's own rectangle with the time range of the charts.
  void setMapping(const PlotMapping& mapping);
  // The markers in sight, row by row from left to right.
  std::vector<EventMarker> markers() const;
  const EventMarker* markerAt(QPointF at, const std::vector<EventMarker>& among) const;
  // Why it happened; empty where there is no marker.
  QString hintAt(QPointF at) const;

  QRectF boundingRect() const override;
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  double rowHeight() const { return m_mapping.plot.height() / kRows; }
  QPointF centre(const EventMarker& marker) const;
  void paintTexts(QPainter& painter, const std::vector<EventMarker>& all) const;
  void paintMarker(QPainter& painter, const EventMarker& marker) const;

  const ChartState& m_state;
  const EventIndex& m_events;
  PlotMapping m_mapping;
};

}  // namespace inflight::ui
