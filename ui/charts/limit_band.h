// The strip that says what limited the connection at each moment, named where there is room.
#pragma once

#include <QGraphicsItem>
#include <optional>
#include <vector>

#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

class LimitBand : public QGraphicsItem {
 public:
  explicit LimitBand(const ChartState& state);

  void setMapping(const PlotMapping& mapping);
  // The interval under a point, in the trace's own times.
  std::optional<trace::LimitInterval> intervalAt(QPointF at) const;
  QString hintAt(QPointF at) const;

  QRectF boundingRect() const override;
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  struct Piece {
    double left;
    double right;
    trace::Limit limit;
  };
  // What is in sight, in pieces of at least a pixel: in a pixel with several limits, the one that
  // held longest.
  std::vector<Piece> pieces() const;

  const ChartState& m_state;
  PlotMapping m_mapping;
};

}  // namespace inflight::ui
