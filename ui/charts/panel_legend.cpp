// The legend of a panel (chart_panel.h): entries in the title line, right-aligned, each with a
// swatch in the line's own style and the value at the crosshair.
#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/charts/chart_panel.h"

namespace inflight::ui {
namespace {

constexpr double kSwatchPx = 16;
constexpr double kInnerGapPx = 6;
constexpr double kEntryGapPx = 12;
constexpr double kRingPx = 3;
constexpr double kDotReachPx = 10;

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

void ChartPanel::layOutLegend() {
  const QFontMetricsF name(m_state.fonts.small);
  const QFontMetricsF value(m_state.fonts.bold);
  const auto lines = legendLines();
  m_legend.clear();
  double right = m_place.title.right();
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const double before =
        kSwatchPx + 2 * kInnerGapPx + name.horizontalAdvance((*line)->model->name());
    const double width = before + valueRoom(value);
    const QRectF box(right - width, m_place.title.top(), width, m_place.title.height() - 4);
    m_legend.push_back({(*line)->series, (*line)->model, box, box.left() + before});
    right -= width + kEntryGapPx;
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
    if (!shown) pen.setColor(theme.hairline);
    painter.setPen(pen);
    painter.drawLine(QPointF(entry.box.left(), middle),
                     QPointF(entry.box.left() + kSwatchPx, middle));
    QFont font = small;
    font.setStrikeOut(!shown);
    painter.setFont(font);
    painter.setPen(shown ? theme.secondary : Theme::mix(theme.secondary, theme.window, 0.4));
    painter.drawText(entry.box.adjusted(kSwatchPx + kInnerGapPx, 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, entry.model->name());
  }
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
  if (const QString flag = m_item->flagAt(at); !flag.isEmpty()) return flag;
  const Instant time = mapping().time(at.x());
  for (const TraceLine& line : m_item->lines()) {
    if (!line.visible || line.source.form() != LineSource::Form::Dots) continue;
    const auto sample = line.source.nearest(time);
    if (!sample) continue;
    const QPointF dot(mapping().x(sample->time), mapping().y(sample->value));
    if ((dot - at).manhattanLength() > kDotReachPx) continue;
    return formatInstant(sample->time, 1us) + QStringLiteral(": ") +
           formatValue(m_spec.unit, sample->value, m_state.units);
  }
  return {};
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
