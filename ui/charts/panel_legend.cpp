// The legend of a panel (chart_panel.h): entries in the title line, right-aligned, each with a
// swatch in the line's own style and the value at the crosshair.
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/charts/chart_panel.h"

namespace inflight::ui {
namespace {

constexpr double kTitleGapPx = 12;
constexpr double kRingPx = 3;
// How far a measurement may lie from the pointer: for its tooltip, and to be read out at all.
constexpr double kDotReachPx = 10;
constexpr double kSampleReachPx = 24;
constexpr double kSampleReachAlongPx = 120;

// What lights up under the pointer.
QRectF buttonOf(const QRectF& entry) { return entry.adjusted(-4, 1, 2, -1); }

// Room for a value, so that entries do not move while the numbers change.
double valueRoom(const QFontMetricsF& metrics) {
  return metrics.horizontalAdvance(QStringLiteral("0,000"));
}

}  // namespace

std::vector<const ChartPanel::ModelLine*> ChartPanel::legendLines() const {
  std::vector<const ModelLine*> lines;
  // Measurements are drawn last and named first.
  for (auto line = m_models.rbegin(); line != m_models.rend(); ++line) {
    if (m_state.main() != nullptr && m_state.main()->has(line->series)) lines.push_back(&*line);
  }
  return lines;
}

double ChartPanel::entryWidth(const ModelLine& line) const {
  const double name = QFontMetricsF(m_state.fonts.small).horizontalAdvance(line.model->name());
  const double value = line.model->isVisible() ? valueRoom(QFontMetricsF(m_state.fonts.bold)) : 0;
  return m_spacing.swatch + 2 * m_spacing.inner + name + value;
}

double ChartPanel::legendWidth(const std::vector<const ModelLine*>& lines) const {
  double width = 0;
  for (const ModelLine* line : lines) width += entryWidth(*line) + m_spacing.entry;
  return width;
}

void ChartPanel::layOutLegend() {
  auto lines = legendLines();
  m_spacing = kWideLegend;
  const double room = m_place.title.right() - unitLeft();
  const double unit = QFontMetricsF(m_state.fonts.small).horizontalAdvance(m_ticks.unit);
  if (legendWidth(lines) > room - unit) {
    // Without room for all, a line that nobody asked for need not be named.
    std::erase_if(lines,
                  [](const ModelLine* line) { return !line->shown && !line->model->isVisible(); });
  }
  if (legendWidth(lines) > room) m_spacing = kTightLegend;
  m_legend.clear();
  double right = m_place.title.right();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const double width = entryWidth(**line);
    const double value =
        (*line)->model->isVisible() ? valueRoom(QFontMetricsF(m_state.fonts.bold)) : 0;
    const QRectF box(right - width, m_place.title.top(), width, m_place.title.height() - 4);
    m_legend.push_back({(*line)->series, (*line)->model, box, box.right() - value, {}});
    right -= width + m_spacing.entry;
  }
  std::reverse(m_legend.begin(), m_legend.end());
}

void ChartPanel::appendReadout(Instant time, std::vector<ReadoutValue>& values) const {
  const trace::Trace* trace = m_state.main();
  if (trace == nullptr) return;
  for (const ModelLine* line : legendLines()) {
    const Instant own = time - m_state.views.front().offset;
    values.push_back({line->series, plottedUnit(line->series),
                      valueAt(*trace, line->series, own, m_state.rateWidth)});
  }
}

void ChartPanel::paintLegend(QPainter& painter) const {
  const Theme& theme = m_state.theme;
  const QFont& small = m_state.fonts.small;
  painter.setRenderHint(QPainter::Antialiasing);
  for (const LegendEntry& entry : m_legend) {
    const bool shown = entry.model->isVisible();
    const double middle = std::round(entry.box.center().y()) + 0.5;
    QPen pen = entry.model->pen();
    if (pen.style() == Qt::SolidLine) pen.setWidthF(2);
    if (entry.series == trace::SeriesId::RttSample) {
      pen = QPen(pen.color(), 3, Qt::CustomDashLine, Qt::RoundCap);
      pen.setDashPattern({0.01, 2});
    }
    painter.setPen(pen);
    if (shown) {
      painter.drawLine(QPointF(entry.box.left(), middle),
                       QPointF(entry.box.left() + m_spacing.swatch, middle));
    } else {
      paintEye(painter, {entry.box.left() + m_spacing.swatch / 2, middle}, theme.secondary);
    }
    QFont font = small;
    font.setStrikeOut(!shown);
    painter.setFont(font);
    painter.setPen(shown ? theme.secondary : Theme::mix(theme.secondary, theme.window, 0.4));
    painter.drawText(entry.box.adjusted(m_spacing.swatch + m_spacing.inner, 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, entry.model->name());
  }
}

// A closed eye, in place of the swatch of a line that is hidden.
void ChartPanel::paintEye(QPainter& painter, QPointF centre, const QColor& colour) const {
  constexpr double kHalf = 6;
  QPainterPath eye(centre - QPointF(kHalf, 0));
  eye.quadTo(centre - QPointF(0, kHalf), centre + QPointF(kHalf, 0));
  eye.quadTo(centre + QPointF(0, kHalf), centre - QPointF(kHalf, 0));
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colour, 1.2));
  painter.drawPath(eye);
  painter.drawEllipse(centre, 1.4, 1.4);
  painter.drawLine(centre + QPointF(-4.5, 4.5), centre + QPointF(4.5, -4.5));
}

QRegion ChartPanel::setHovered(std::optional<trace::SeriesId> series) {
  QRegion changed;
  if (series == m_hovered) return changed;
  for (const LegendEntry& entry : m_legend) {
    if (entry.series != series && entry.series != m_hovered) continue;
    changed += buttonOf(entry.box).adjusted(-1, -1, 1, 1).toAlignedRect();
  }
  m_hovered = series;
  return changed;
}

QRectF ChartPanel::freeTitle() const {
  QRectF free = m_place.title.adjusted(0, 0, 0, -4);
  const QFontMetricsF metrics(m_state.fonts.small);
  free.setLeft(unitLeft() + metrics.horizontalAdvance(unitText()) + kTitleGapPx);
  if (!m_legend.empty()) free.setRight(m_legend.front().box.left() - 2 * kTitleGapPx);
  return free;
}

QRegion ChartPanel::takeReadout(const Readout& readout) {
  QRegion changed;
  const Scale scale = scaleFor(m_spec.unit, std::max(m_high, -m_low), m_state.units);
  for (LegendEntry& entry : m_legend) {
    QString text;
    for (const ReadoutValue& value : readout.values) {
      if (value.series != entry.series) continue;
      text = value.value ? formatScaled(*value.value, scale) : QStringLiteral("–");
      break;
    }
    if (text == entry.value) continue;
    entry.value = std::move(text);
    changed += entry.box.adjusted(entry.valueLeft - entry.box.left() - 1, 0, 1, 0).toAlignedRect();
  }
  return changed;
}

void ChartPanel::paintValues(QPainter& painter, const QRegion& part) const {
  if (m_legend.empty()) return;
  const QFont& bold = m_state.fonts.bold;
  const QFontMetricsF metrics(bold);
  for (const LegendEntry& entry : m_legend) {
    if (entry.series != m_hovered) continue;
    QColor tint = m_state.theme.accent;
    tint.setAlphaF(0.16F);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tint);
    painter.drawRoundedRect(buttonOf(entry.box), 3, 3);
  }
  painter.setFont(bold);
  painter.setPen(m_state.theme.text);
  const double baseline =
      std::round(m_legend.front().box.center().y() + (metrics.ascent() - metrics.descent()) / 2);
  for (const LegendEntry& entry : m_legend) {
    if (!entry.model->isVisible() || !part.intersects(entry.box.toAlignedRect())) continue;
    painter.drawText(QPointF(entry.valueLeft, baseline), entry.value);
  }
}

std::optional<trace::SeriesId> ChartPanel::legendAt(QPointF at) const {
  if (!m_visible) return std::nullopt;
  for (const LegendEntry& entry : m_legend) {
    if (entry.box.adjusted(-4, 0, 4, 4).contains(at)) return entry.series;
  }
  return std::nullopt;
}

QString ChartPanel::hintAt(QPointF at) const {
  if (m_place.title.contains(at)) return m_spec.help;
  if (!m_place.plot.contains(at)) return {};
  if (const QString mark = m_item->markAt(at); !mark.isEmpty()) return mark;
  const auto sample = sampleNear(at);
  if (!sample || (*placeOf(*sample) - at).manhattanLength() > kDotReachPx) return {};
  return formatInstant(sample->time, 1us) + QStringLiteral(": ") + seriesLabel(sample->series) +
         QLatin1Char(' ') + formatValue(sample->unit, sample->value, m_state.units);
}

std::optional<SamplePoint> ChartPanel::sampleNear(QPointF at) const {
  std::optional<SamplePoint> nearest;
  if (!m_visible || !m_place.plot.contains(at)) return nearest;
  double least = std::numeric_limits<double>::infinity();
  for (const TraceLine& line : m_item->lines()) {
    if (!line.visible || line.view != 0) continue;
    const auto sample = line.source.nearest(mapping().time(at.x()));
    if (!sample) continue;
    const QPointF distance = QPointF(mapping().x(sample->time), mapping().y(sample->value)) - at;
    if (std::abs(distance.y()) > kSampleReachPx) continue;
    if (std::abs(distance.x()) > kSampleReachAlongPx) continue;
    if (distance.manhattanLength() >= least) continue;
    least = distance.manhattanLength();
    nearest = {line.spec.series, m_spec.unit, sample->time, sample->value};
  }
  return nearest;
}

std::optional<QPointF> ChartPanel::placeOf(const SamplePoint& sample) const {
  if (!m_visible || !isLineVisible(sample.series)) return std::nullopt;
  return QPointF(mapping().x(sample.time), mapping().y(sample.value));
}

void ChartPanel::paintRing(QPainter& painter, QPointF at, const QColor& colour) {
  const auto draw = [&](QPainter& onto, QPointF centre) {
    onto.setRenderHint(QPainter::Antialiasing);
    onto.setBrush(m_state.theme.panel);
    onto.setPen(QPen(colour, 1.5));
    onto.drawEllipse(centre, kRingPx, kRingPx);
  };
  if (painter.paintEngine()->type() != QPaintEngine::Raster) return draw(painter, at);
  const double ratio = m_state.devicePixelRatio;
  QPixmap& ring = m_rings[colour.rgb()];
  if (ring.isNull() || ring.devicePixelRatio() != ratio) {
    constexpr int kSide = 2 * (static_cast<int>(kRingPx) + 2);
    ring = QPixmap(QSize(kSide, kSide) * ratio);
    ring.setDevicePixelRatio(ratio);
    ring.fill(Qt::transparent);
    QPainter onto(&ring);
    draw(onto, {kSide / 2.0, kSide / 2.0});
  }
  const double half = ring.deviceIndependentSize().width() / 2;
  const auto aligned = [&](double x) { return std::round((x - half) * ratio) / ratio; };
  painter.drawPixmap(QPointF(aligned(at.x()), aligned(at.y())), ring);
}

void ChartPanel::paintPoints(QPainter& painter, const Readout& readout) {
  for (const LineSpec& line : m_spec.lines) {
    const auto at =
        std::find_if(readout.values.begin(), readout.values.end(),
                     [&](const ReadoutValue& value) { return value.series == line.series; });
    if (at == readout.values.end() || !at->value || !isLineVisible(line.series)) continue;
    if (line.bound || line.series == trace::SeriesId::RttSample) continue;
    const QPointF point(mapping().x(readout.time), mapping().y(*at->value));
    if (!m_place.plot.adjusted(0, -1, 0, 1).contains(point)) continue;
    paintRing(painter, point, m_state.theme.series(line.series));
  }
  if (!readout.sample) return;
  if (const auto at = placeOf(*readout.sample)) paintRing(painter, *at, m_state.theme.text);
}

void ChartPanel::setLineVisible(trace::SeriesId series, bool visible) {
  for (const ModelLine& line : m_models) {
    if (line.series == series) line.model->setVisible(visible);
  }
  for (TraceLine& line : m_item->lines()) {
    if (line.spec.series == series) line.visible = visible;
  }
}

bool ChartPanel::isLineVisible(trace::SeriesId series) const {
  const auto line = std::find_if(m_models.begin(), m_models.end(),
                                 [&](const ModelLine& entry) { return entry.series == series; });
  return line != m_models.end() && line->model->isVisible();
}

}  // namespace inflight::ui
