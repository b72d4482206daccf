// The chart, its scale and its frame, for chart_panel.h; the legend is in panel_legend.cpp.
#include "ui/charts/chart_panel.h"

#include <QChart>
#include <QCoreApplication>
#include <QGraphicsScene>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/format/number.h"

namespace inflight::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Panels)
};

constexpr double kTickDistancePx = 28;
// How far above a ceiling the axis may reach.
constexpr double kCeilingReach = 1.2;
// A bound above this multiple of the measurements does not stretch the axis.
constexpr double kBoundReach = 2.5;
constexpr double kHeadroom = 1.04;
// Where a line is named above itself.
constexpr double kLabelHeadroom = 1.12;
// The axis shrinks only when its upper half would stay empty, so that it does not flicker.
constexpr double kShrinkBelow = 0.6;

}  // namespace

// Draws what stands around the plot; in the scene's coordinates, like the lines.
class ChartPanel::Frame : public QGraphicsItem {
 public:
  Frame(QGraphicsItem* parent, const ChartPanel& panel) : QGraphicsItem(parent), m_panel(panel) {
    setAcceptedMouseButtons(Qt::NoButton);
  }
  QRectF boundingRect() const override {
    const PanelPlace& place = m_panel.m_place;
    return place.title.united(place.plot).adjusted(-place.plot.left(), 0, 32, 10);
  }
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
    m_panel.paintFrame(*painter);
  }

 private:
  const ChartPanel& m_panel;
};

ChartPanel::ChartPanel(PanelSpec spec, const ChartState& state, const EventIndex& events,
                       QGraphicsScene& scene)
    : m_spec(std::move(spec)),
      m_state(state),
      m_visible(m_spec.visible),
      m_chart(new QChart),
      m_timeAxis(new QValueAxis(m_chart)),
      m_valueAxis(new QValueAxis(m_chart)),
      m_item(new TraceItem(m_chart, state, events)) {
  scene.addItem(m_chart);
  new Frame(m_chart, *this);
  m_chart->setAnimationOptions(QChart::NoAnimation);
  m_chart->setBackgroundVisible(false);
  m_chart->setMargins({});
  m_chart->legend()->hide();
  m_chart->setAcceptedMouseButtons(Qt::NoButton);
  m_chart->setMinimumSize(0, 0);
  m_chart->addAxis(m_timeAxis, Qt::AlignBottom);
  m_chart->addAxis(m_valueAxis, Qt::AlignLeft);
  // Grid and labels are drawn by us: they move with the data and are never elided, and a chart with
  // a fixed plot area lays its own out late or not at all (QTBUG-109762).
  m_chart->setPlotAreaBackgroundVisible(false);
  for (auto* axis : {m_timeAxis, m_valueAxis}) {
    axis->setGridLineVisible(false);
    axis->setLabelsVisible(false);
    axis->setLineVisible(false);
    axis->setTitleVisible(false);
  }
  for (const LineSpec& line : m_spec.lines) {
    auto* model = new QLineSeries(m_chart);
    model->setName(seriesLabel(line.series));
    model->setVisible(line.shown);
    m_chart->addSeries(model);
    model->attachAxis(m_timeAxis);
    model->attachAxis(m_valueAxis);
    m_models.push_back({line.series, model, line.shown});
  }
  m_item->setShowsZeroWindow(m_spec.id == PanelId::Windows);
  setVisible(m_visible);
  applyTheme();
}

void ChartPanel::setVisible(bool visible) {
  m_visible = visible;
  m_chart->setVisible(visible);
}

void ChartPanel::setPlace(const PanelPlace& place) {
  m_place = place;
  const QRectF box = place.title.united(place.plot);
  m_chart->setGeometry(box);
  m_chart->setPlotArea(place.plot.translated(-box.topLeft()));
  // Children paint in the scene's coordinates.
  for (auto* child : m_chart->childItems()) {
    if (child == m_item || dynamic_cast<Frame*>(child) != nullptr) child->setPos(-box.topLeft());
  }
  PlotMapping mapping = m_item->mapping();
  mapping.plot = place.plot;
  m_item->setMapping(mapping);
}

void ChartPanel::applyTheme() {
  const Theme& theme = m_state.theme;
  for (const ModelLine& line : m_models) line.model->setPen(theme.pen(line.series));
  m_rings.clear();
}

void ChartPanel::rebuildLines() {
  std::vector<TraceLine> lines;
  for (std::size_t view = 0; view < m_state.views.size(); ++view) {
    for (const LineSpec& spec : m_spec.lines) {
      if (view > 0 && !spec.overlay) continue;
      lines.push_back({spec, view, isLineVisible(spec.series), LineSource(spec.series)});
    }
  }
  m_item->lines() = std::move(lines);
  if (m_mode != ValueRange::Locked) m_high = 0;
}

// The top of an axis from zero: a round number, kept while the data fits it well.
double ChartPanel::topFor(double most) const {
  const bool labelled = std::any_of(m_spec.lines.begin(), m_spec.lines.end(),
                                    [](const LineSpec& line) { return line.labelled; });
  const double needed = most * (labelled ? kLabelHeadroom : kHeadroom);
  if (m_high >= needed && needed > m_high * kShrinkBelow) return m_high;
  const Scale scale = scaleFor(m_spec.unit, needed, m_state.units);
  return niceCeiling(needed, 20, scale);
}

void ChartPanel::updateScale() {
  const TimeRange range = m_state.axis.visible();
  PlotMapping mapping{m_place.plot, range, m_low, m_high};
  std::optional<trace::MinMax> extent;
  const auto widen = [&extent](trace::MinMax more) {
    if (!extent) extent = more;
    *extent = {std::min(extent->min, more.min), std::max(extent->max, more.max)};
  };
  std::vector<trace::MinMax> bounds;
  double ceiling = std::numeric_limits<double>::infinity();
  for (TraceLine& line : m_item->lines()) {
    if (!line.visible) continue;
    line.source.look(m_state.views[line.view], range, mapping.columnWidth(m_state.devicePixelRatio),
                     m_state.rateWidth);
    const auto own = line.source.extent();
    if (!own) continue;
    if (line.spec.ceiling) ceiling = own->max * kCeilingReach;
    if (line.spec.bound) {
      bounds.push_back(*own);
    } else {
      widen(*own);
    }
  }
  const double measured = extent ? extent->max : 0;
  for (const trace::MinMax& bound : bounds) {
    if (measured <= 0 || bound.max <= measured * kBoundReach) widen(bound);
  }
  if (extent && m_mode == ValueRange::FromZero) {
    m_high = topFor(std::min(extent->max, ceiling));
    m_low = std::min(0.0, extent->min);
  } else if (extent && m_mode == ValueRange::Fitted) {
    const double margin = std::max((extent->max - extent->min) * 0.06, extent->max * 1e-3);
    m_low = extent->min - margin;
    m_high = extent->max + margin;
  }
  if (!(m_high > m_low)) m_high = m_low + scaleFor(m_spec.unit, 0, m_state.units).factor;

  mapping.low = m_low;
  mapping.high = m_high;
  m_item->setMapping(mapping);
  const int most = std::max(static_cast<int>(m_place.plot.height() / kTickDistancePx), 2);
  // Without a run there is nothing to measure on the axis.
  m_ticks = m_state.main() == nullptr ? Ticks{}
                                      : valueTicks(m_spec.unit, m_low, m_high, most, m_state.units);
  if (m_valueAxis->min() != m_low || m_valueAxis->max() != m_high) {
    m_valueAxis->setRange(m_low, m_high);
  }
  layOutLegend();
  std::vector<double> grid;
  for (const Tick& tick : m_ticks.ticks) grid.push_back(tick.value);
  m_item->setValueGrid(std::move(grid));
}

void ChartPanel::setValueRange(ValueRange mode) {
  m_mode = mode;
  m_high = mode == ValueRange::Locked ? m_high : 0;
}

void ChartPanel::zoomValues(double y, double factor) {
  const double fixed = std::clamp(mapping().value(y), m_low, m_high);
  m_mode = ValueRange::Locked;
  const double low = fixed - (fixed - m_low) * factor;
  // Values do not go below zero, so nothing is to be seen there.
  m_low = std::max(low, 0.0);
  m_high = fixed + (m_high - fixed) * factor;
}

void ChartPanel::lockValues(double top, double bottom) {
  const double high = mapping().value(std::min(top, bottom));
  const double low = mapping().value(std::max(top, bottom));
  if (!(high > low)) return;
  m_mode = ValueRange::Locked;
  m_high = high;
  m_low = std::max(low, 0.0);
}

QString ChartPanel::unitText() const {
  if (m_state.main() == nullptr) return {};
  if (m_spec.id != PanelId::Throughput) return m_ticks.unit;
  const Duration shown = std::max(m_state.rateWidth, mapping().columnWidth(1));
  const QString width = formatDuration(shown);
  const double end = m_legend.empty() ? m_place.title.right() : m_legend.front().box.left() - 12;
  // In a narrow window the legend needs the room.
  const QFontMetricsF metrics(m_state.fonts.small);
  for (const QString& text : {Words::tr("%1, mean of %2").arg(m_ticks.unit, width),
                              Words::tr("%1 · %2").arg(m_ticks.unit, width), m_ticks.unit}) {
    if (metrics.horizontalAdvance(text) <= end - unitLeft()) return text;
  }
  return {};
}

double ChartPanel::unitLeft() const {
  constexpr double kGapPx = 12;
  return m_place.title.left() + QFontMetricsF(m_state.fonts.title).horizontalAdvance(m_spec.title) +
         kGapPx;
}

void ChartPanel::paintFrame(QPainter& painter) const {
  const Theme& theme = m_state.theme;
  const QFont& title = m_state.fonts.title;
  painter.setFont(title);
  painter.setPen(theme.text);
  const QRectF line = m_place.title.adjusted(0, 0, 0, -4);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_spec.title);
  painter.setFont(m_state.fonts.small);
  painter.setPen(theme.secondary);
  const QFontMetricsF metrics(painter.font());
  QRectF unit = line;
  unit.setLeft(unitLeft());
  painter.drawText(unit, Qt::AlignLeft | Qt::AlignVCenter, unitText());

  for (const Tick& tick : m_ticks.ticks) {
    const double y = mapping().y(tick.value);
    painter.drawText(QRectF(0, y - metrics.height() / 2, m_place.plot.left() - 8, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, tick.label);
  }
  paintLegend(painter);
}

}  // namespace inflight::ui
