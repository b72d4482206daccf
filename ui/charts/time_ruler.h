// The labels of the time axis that all charts share, below the lowest of them.
#pragma once

#include <QGraphicsItem>

#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

// How many time ticks a plot of this width has room for, at most.
int mostTimeTicks(double width);

class TimeRuler : public QGraphicsItem {
 public:
  explicit TimeRuler(const ChartState& state);

  void setMapping(const PlotMapping& mapping);

  QRectF boundingRect() const override;
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  const ChartState& m_state;
  PlotMapping m_mapping;
};

}  // namespace inflight::ui
