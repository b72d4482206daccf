// The lines of one panel, drawn into the plot area of its QChart: an item of our own, because a
// QLineSeries costs some two microseconds for each point and update. Also the marks that concern
// all panels: the time grid, losses, retransmissions, timeouts and flags. Takes no mouse and has no
// shape.
#pragma once

#include <QGraphicsItem>
#include <QPen>
#include <vector>

#include "ui/charts/event_index.h"
#include "ui/charts/line_source.h"
#include "ui/charts/panel_spec.h"
#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

struct TraceLine {
  LineSpec spec;
  // Index of the run; 0 is the main one.
  std::size_t view = 0;
  bool visible = true;
  LineSource source;
};

class TraceItem : public QGraphicsItem {
 public:
  // `chart` becomes the parent; state and index must outlive the item.
  TraceItem(QGraphicsItem* chart, const ChartState& state, const EventIndex& events);

  std::vector<TraceLine>& lines() { return m_lines; }
  const std::vector<TraceLine>& lines() const { return m_lines; }
  void setMapping(const PlotMapping& mapping);
  const PlotMapping& mapping() const { return m_mapping; }
  // Values at which the grid has lines.
  void setValueGrid(std::vector<double> values) { m_valueGrid = std::move(values); }
  // The band of a closed window belongs to the panel of windows.
  void setShowsZeroWindow(bool shows) { m_showsZeroWindow = shows; }

  // What the mark near a point stands for and why: a flag anywhere on its line, losses at the upper
  // edge, what was sent again at the lower one. Empty if there is none.
  QString markAt(QPointF at) const;

  QRectF boundingRect() const override { return m_mapping.plot; }
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  void paintGrid(QPainter& painter) const;
  void paintZeroWindow(QPainter& painter) const;
  void paintLine(QPainter& painter, const TraceLine& line) const;
  void paintLineLabel(QPainter& painter, const TraceLine& line,
                      const std::vector<QPointF>& points) const;
  void paintMarks(QPainter& painter, trace::EventKind kind, double top) const;
  QString flagAt(QPointF at) const;
  // The marks of a kind within reach of a place on the axis, as one.
  QString groupAt(trace::EventKind kind, double x) const;
  void paintFlags(QPainter& painter) const;
  QPen penOf(const TraceLine& line) const;
  // The kinds of event that are drawn across all panels.
  std::vector<const trace::Event*> flags() const;

  const ChartState& m_state;
  const EventIndex& m_events;
  std::vector<TraceLine> m_lines;
  PlotMapping m_mapping;
  std::vector<double> m_valueGrid;
  bool m_showsZeroWindow = false;
};

}  // namespace inflight::ui
