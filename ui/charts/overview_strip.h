// The whole run in one low strip, with a brush over the part that the charts show. Which part of
// the brush lies at a point is answered here; what dragging it does is navigation's business.
#pragma once

#include <QGraphicsItem>

#include "ui/charts/line_source.h"
#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

class OverviewStrip : public QGraphicsItem {
 public:
  enum class Part { Outside, LeftEdge, Middle, RightEdge };

  explicit OverviewStrip(const ChartState& state);

  void setPlace(const QRectF& place);
  // Looks at the data anew; before painting, when it grew.
  void updateData();
  // The strip's own mapping: all of the run.
  const PlotMapping& mapping() const { return m_mapping; }
  Part partAt(QPointF at) const;

  QRectF boundingRect() const override { return m_mapping.plot.adjusted(-2, -1, 2, 1); }
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  QRectF brush() const;

  const ChartState& m_state;
  PlotMapping m_mapping;
  LineSource m_goodput{trace::SeriesId::ReadBytes};
  LineSource m_acked{trace::SeriesId::AckedBytes};
  LineSource m_flight{trace::SeriesId::BytesInFlight};
  LineSource* m_line = nullptr;
};

}  // namespace inflight::ui
