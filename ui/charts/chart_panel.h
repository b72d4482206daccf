// One panel of a stack: a QChart with its axes and one empty QLineSeries for each line, which is
// the legend's model (name, pen, visible); the item that draws the data; title, unit and tick
// labels around it. The legend is in the title line and shows the values at the crosshair.
#pragma once

#include <QHash>
#include <QLineSeries>
#include <QPixmap>
#include <QRegion>
#include <QValueAxis>
#include <memory>
#include <optional>
#include <vector>

#include "ui/charts/panel_spec.h"
#include "ui/charts/readout.h"
#include "ui/charts/stack_layout.h"
#include "ui/charts/trace_item.h"
#include "ui/format/ticks.h"

class QChart;
class QGraphicsScene;

namespace inflight::ui {

// How the value axis is chosen.
enum class ValueRange { FromZero, Fitted, Locked };

class ChartPanel {
 public:
  // State and index must outlive the panel; the scene owns the chart.
  ChartPanel(PanelSpec spec, const ChartState& state, const EventIndex& events,
             QGraphicsScene& scene);
  ChartPanel(const ChartPanel&) = delete;
  ChartPanel& operator=(const ChartPanel&) = delete;

  const PanelSpec& spec() const { return m_spec; }
  QChart& chart() { return *m_chart; }
  bool isVisible() const { return m_visible; }
  void setVisible(bool visible);
  void setPlace(const PanelPlace& place);
  const PanelPlace& place() const { return m_place; }
  // The runs or the theme are others now.
  void rebuildLines();
  void applyTheme();

  // Looks at the data of the visible range and chooses the value axis. To be called before painting
  // whenever data, range or size changed.
  void updateScale();
  const PlotMapping& mapping() const { return m_item->mapping(); }
  const Ticks& ticks() const { return m_ticks; }

  void setValueRange(ValueRange mode);
  ValueRange valueRange() const { return m_mode; }
  // Scales the value axis around the height `y` of the scene, and locks it.
  void zoomValues(double y, double factor);
  // Locks the value axis to what lies between two heights of the scene.
  void lockValues(double top, double bottom);

  void setLineVisible(trace::SeriesId series, bool visible);
  bool isLineVisible(trace::SeriesId series) const;
  // Values of the main run at that moment, in the order of the legend.
  void appendReadout(Instant time, std::vector<ReadoutValue>& values) const;
  // The measurement of the main run nearest to a point of the scene; nothing where none is near, or
  // where there are so many that lines and bands stand for them.
  std::optional<SamplePoint> sampleNear(QPointF at) const;
  // Puts the values into the legend; the part of the scene where it says something else now.
  QRegion takeReadout(const Readout& readout);
  // Those of the values that lie in this part of the scene.
  void paintValues(QPainter& painter, const QRegion& part) const;
  // Whose legend entry lies at a point of the scene.
  std::optional<trace::SeriesId> legendAt(QPointF at) const;
  // That entry looks like the button it is; the part of the scene that looks different now.
  QRegion setHovered(std::optional<trace::SeriesId> series);
  // What is free in the title line, between unit and legend.
  QRectF freeTitle() const;
  // What lies under a point of the scene: a measurement, a flag, or how to read the panel.
  QString hintAt(QPointF at) const;
  // Small rings where the lines have the values of the readout.
  void paintPoints(QPainter& painter, const Readout& readout);
  // Where a measurement of this panel lies in the scene; nothing if it is another panel's.
  std::optional<QPointF> placeOf(const SamplePoint& sample) const;
  // Title, unit and tick labels.
  void paintFrame(QPainter& painter) const;

 private:
  struct LegendEntry {
    trace::SeriesId series;
    QLineSeries* model;
    QRectF box;
    double valueLeft;
    QString value;
  };
  // Room around the parts of an entry, in pixels; less where there are many.
  struct LegendSpacing {
    double swatch;
    double inner;
    double entry;
  };
  // The model entry of one line of the spec.
  struct ModelLine {
    trace::SeriesId series;
    QLineSeries* model;
    // From the start.
    bool shown;
  };
  class Frame;

  // Lines that the main run has, in legend order.
  std::vector<const ModelLine*> legendLines() const;
  void layOutLegend();
  double entryWidth(const ModelLine& line) const;
  double legendWidth(const std::vector<const ModelLine*>& lines) const;
  void paintLegend(QPainter& painter) const;
  void paintEye(QPainter& painter, QPointF centre, const QColor& colour) const;
  // The unit as far as there is room for it, and where it begins.
  QString unitText() const;
  double unitLeft() const;
  double topFor(double most) const;
  void paintRing(QPainter& painter, QPointF at, const QColor& colour);

  PanelSpec m_spec;
  const ChartState& m_state;
  bool m_visible;
  PanelPlace m_place;
  QChart* m_chart;
  QValueAxis* m_timeAxis;
  QValueAxis* m_valueAxis;
  std::vector<ModelLine> m_models;
  TraceItem* m_item;
  static constexpr LegendSpacing kWideLegend{16, 6, 12};
  static constexpr LegendSpacing kTightLegend{10, 4, 6};
  LegendSpacing m_spacing = kWideLegend;
  std::vector<LegendEntry> m_legend;
  std::optional<trace::SeriesId> m_hovered;
  ValueRange m_mode = ValueRange::FromZero;
  double m_low = 0;
  double m_high = 1;
  Ticks m_ticks;
  // By colour: a smooth circle costs more than all the rest of a crosshair.
  QHash<QRgb, QPixmap> m_rings;
};

}  // namespace inflight::ui
