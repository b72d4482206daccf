// Layout, painting and events of a chart stack (chart_stack.h). The scene is drawn into a picture;
// values, crosshair and rubber band are drawn over it, so that moving them leaves it as it is.
#include <QContextMenuEvent>
#include <QGraphicsScene>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/charts/chart_panel.h"
#include "ui/charts/chart_stack.h"
#include "ui/charts/event_lane.h"
#include "ui/charts/limit_band.h"
#include "ui/charts/overview_strip.h"
#include "ui/charts/stack_navigation.h"
#include "ui/charts/time_ruler.h"

namespace inflight::ui {
namespace {

constexpr int kFrameMs = 16;
constexpr int kSlowFrameMs = 33;
// A frame that costs more is followed by a longer pause.
constexpr double kSlowCostMs = 8;
constexpr qint64 kOverviewMs = 200;
// Of the names of the runs: a piece of line before each, and what follows it.
constexpr double kRunSwatch = 30;
constexpr double kRunGap = 20;
// Around the crosshair's line, for the rings.
constexpr int kCrosshairReach = 6;

}  // namespace

void ChartStack::layOut(QSize size) {
  std::vector<double> weights;
  weights.reserve(m_panels.size());
  for (const auto& entry : m_panels) {
    weights.push_back(entry->isVisible() ? entry->spec().weight : 0);
  }
  const QFontMetricsF metrics(m_state->fonts.small);
  const QFontMetricsF title(m_state->fonts.title);
  const StackMetrics sizes{title.height(), metrics.horizontalAdvance(QStringLiteral("00,000"))};
  m_layout = layOutStack(size, weights, sizes, m_state->views.size() > 1);
  scene()->setSceneRect(QRectF(QPointF(), size));
  for (std::size_t i = 0; i < m_panels.size(); ++i) {
    if (m_panels[i]->isVisible()) m_panels[i]->setPlace(m_layout.panels[i]);
  }
  m_overview->setPlace(m_layout.overview);
  m_overviewDirty = true;
  m_overviewAge.invalidate();
}

void ChartStack::updateScales() {
  const TimeRange range = visibleRange();
  m_state->rateWidth = rateWidth();
  m_events->setMapping({m_layout.events, range, 0, 1});
  m_limits->setMapping({m_layout.limits, range, 0, 1});
  m_ruler->setMapping({m_layout.ruler, range, 0, 1});
  const bool recent = m_running && m_overviewAge.isValid() && m_overviewAge.elapsed() < kOverviewMs;
  if (m_overviewDirty && !recent) {
    m_overview->updateData();
    m_overviewDirty = false;
    m_overviewAge.start();
  }
  for (const auto& entry : m_panels) {
    if (entry->isVisible()) entry->updateScale();
  }
}

void ChartStack::drawScene(QPainter& painter, QSize size) {
  const QRectF all(QPointF(), size);
  painter.fillRect(all, m_state->theme.window);
  scene()->render(&painter, all, all);
}

void ChartStack::paintEvent(QPaintEvent* event) {
  const double ratio = devicePixelRatioF();
  const QSize size = viewport()->size();
  if (m_pictureDirty || m_picture.size() != size * ratio) {
    QElapsedTimer cost;
    cost.start();
    m_state->devicePixelRatio = ratio;
    updateScales();
    if (m_picture.size() != size * ratio) m_picture = QPixmap(size * ratio);
    m_picture.setDevicePixelRatio(ratio);
    QPainter painter(&m_picture);
    drawScene(painter, size);
    m_pictureDirty = false;
    m_readout = readout();
    for (const auto& entry : m_panels) entry->takeReadout(m_readout);
    const double ms = static_cast<double>(cost.nsecsElapsed()) * 1e-6;
    m_frameTimer.setInterval(ms > kSlowCostMs ? kSlowFrameMs : kFrameMs);
  }
  QPainter painter(viewport());
  // Piece by piece: through a clip of many pieces a picture is drawn line by line.
  for (const QRect& piece : event->region()) {
    painter.setClipRect(piece);
    painter.drawPixmap(QRectF(piece), m_picture,
                       QRectF(QPointF(piece.topLeft()) * ratio, QSizeF(piece.size()) * ratio));
  }
  painter.setClipRegion(event->region());
  paintOverlay(painter, event->region());
  m_navigation->paintRubberBand(painter);
}

void ChartStack::paintOverlay(QPainter& painter, const QRegion& part) {
  if (m_crosshair) paintCrosshair(painter);
  for (const auto& entry : m_panels) {
    if (!entry->isVisible()) continue;
    entry->paintValues(painter, part);
    if (m_crosshair) entry->paintPoints(painter, m_readout);
  }
  paintLegendHint(painter);
  if (part.intersects(m_layout.runs.toAlignedRect())) paintRuns(painter);
  if (part.intersects(m_panels.front()->place().plot.toAlignedRect())) {
    paintBadge(painter);
    paintEmpty(painter);
  }
}

void ChartStack::paintEmpty(QPainter& painter) const {
  if (m_state->main() != nullptr) return;
  painter.setFont(m_state->fonts.title);
  painter.setPen(m_state->theme.secondary);
  painter.drawText(m_panels.front()->place().plot, Qt::AlignCenter, m_emptyText);
}

void ChartStack::paintLegendHint(QPainter& painter) const {
  if (m_legendHint.isEmpty() || m_state->main() == nullptr) return;
  const double width = QFontMetricsF(m_state->fonts.small).horizontalAdvance(m_legendHint);
  for (const auto& entry : m_panels) {
    if (!entry->isVisible() || entry->freeTitle().width() < width) continue;
    painter.setFont(m_state->fonts.small);
    painter.setPen(Theme::mix(m_state->theme.secondary, m_state->theme.window, 0.3));
    painter.drawText(entry->freeTitle(), Qt::AlignRight | Qt::AlignVCenter, m_legendHint);
    return;
  }
}

void ChartStack::paintCrosshair(QPainter& painter) const {
  const TimeRange range = visibleRange();
  if (*m_crosshair < range.begin || *m_crosshair > range.end) return;
  const double x = std::round(PlotMapping{m_layout.ruler, range, 0, 1}.x(*m_crosshair));
  QColor colour = m_state->theme.text;
  colour.setAlphaF(0.45F);
  // Filled, as whole pixels: a smooth line of the same look costs twenty times as much.
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (const auto& entry : m_panels) {
    if (!entry->isVisible()) continue;
    const QRectF plot = entry->place().plot;
    painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), colour);
  }
  painter.fillRect(
      QRectF(x, m_layout.events.top(), 1, m_layout.limits.bottom() - m_layout.events.top()),
      colour);
  // The moment itself, on the ruler.
  const QString text = formatInstant(*m_crosshair, std::max(range.span() / 1000, Duration{1}));
  painter.setFont(m_state->fonts.bold);
  const double width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12;
  QRectF box(x - width / 2, m_layout.ruler.top(), width, m_layout.ruler.height());
  box.moveLeft(std::clamp(box.left(), m_layout.left() - 24, m_layout.right() + 24 - width));
  painter.fillRect(box.toAlignedRect(), m_state->theme.text);
  painter.setPen(m_state->theme.panel);
  painter.drawText(box, Qt::AlignCenter, text);
}

void ChartStack::paintRuns(QPainter& painter) const {
  if (m_layout.runs.isNull()) return;
  painter.setFont(m_state->fonts.small);
  const QFontMetricsF metrics(painter.font());
  // What a long name may take, so that all have their place.
  const double most =
      m_layout.runs.width() / static_cast<double>(m_state->views.size()) - kRunSwatch - kRunGap;
  double x = m_layout.runs.left();
  const double middle = std::round(m_layout.runs.center().y()) + 0.5;
  for (std::size_t i = 0; i < m_state->views.size(); ++i) {
    const TraceView& view = m_state->views[i];
    paintSwatch(painter, {x, middle}, view, i == 0);
    painter.setPen(i == 0 ? m_state->theme.text : m_state->theme.secondary);
    const QString name = metrics.elidedText(view.name, Qt::ElideRight, most);
    const double width = metrics.horizontalAdvance(name);
    painter.drawText(QRectF(x + kRunSwatch, m_layout.runs.top(), width + 2, m_layout.runs.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, name);
    x += kRunSwatch + width + kRunGap;
  }
}

// The main run's lines have the colours of their series, the others' that of their run.
void ChartStack::paintSwatch(QPainter& painter, QPointF at, const TraceView& view,
                             bool main) const {
  using enum trace::SeriesId;
  constexpr double kLength = 24;
  if (!main) {
    QPen pen = m_state->theme.runPen(view.colour);
    painter.setPen(pen);
    painter.drawLine(at, at + QPointF(kLength, 0));
    return;
  }
  double x = at.x();
  for (const auto series : {BytesInFlight, Cwnd, RttSmoothed}) {
    painter.setPen(QPen(m_state->theme.series(series), 2.5));
    painter.drawLine(QPointF(x, at.y()), QPointF(x + kLength / 3, at.y()));
    x += kLength / 3;
  }
}

void ChartStack::paintBadge(QPainter& painter) const {
  if (!m_running || m_state->axis.isFollowing() || m_state->main() == nullptr) return;
  const Duration behind = m_state->main()->end() - visibleRange().end;
  const QString text = behind > Duration{}
                           ? tr("%1 behind · End follows").arg(formatDuration(behind))
                           : tr("not following · End follows");
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(m_state->fonts.bold);
  const double width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 16;
  const QRectF plot = m_panels.front()->place().plot;
  const QRectF box(plot.right() - width - 8, plot.bottom() - 30, width, 22);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_state->theme.accent);
  painter.drawRoundedRect(box, 4, 4);
  painter.setPen(m_state->theme.accentText);
  painter.drawText(box, Qt::AlignCenter, text);
}

// What a move of the crosshair touches: its line, the moment on the ruler, and the legends.
QRegion ChartStack::crosshairRegion(std::optional<Instant> time) const {
  QRegion region;
  if (!time) return region;
  const double x = PlotMapping{m_layout.ruler, visibleRange(), 0, 1}.x(*time);
  const int left = static_cast<int>(x) - kCrosshairReach;
  const int top = static_cast<int>(m_layout.panels.front().title.top());
  region += QRect(left, top, 2 * kCrosshairReach, static_cast<int>(m_layout.limits.bottom()) - top);
  // The moment in figures.
  const int wide = 2 * static_cast<int>(m_layout.left());
  const QRect ruler = m_layout.ruler.adjusted(-30, 0, 30, 1).toAlignedRect();
  region += QRect(std::clamp(left - wide / 2, ruler.left(), ruler.right() - wide), ruler.top(),
                  wide + 2 * kCrosshairReach, ruler.height());
  return region;
}

// The ring around the measurement that is read out.
QRegion ChartStack::sampleRegion() const {
  if (!m_readout.sample) return {};
  QRegion region;
  for (const auto& entry : m_panels) {
    const auto at = entry->placeOf(*m_readout.sample);
    if (!at) continue;
    const QPointF reach(kCrosshairReach, kCrosshairReach);
    region += QRectF(*at - reach, *at + reach).toAlignedRect();
  }
  return region;
}

void ChartStack::moveCrosshair(std::optional<Instant> time, std::optional<QPointF> pointer) {
  if (time == m_crosshair && pointer == m_pointer) return;
  QRegion region = crosshairRegion(m_crosshair) + sampleRegion();
  m_crosshair = time;
  m_pointer = pointer;
  m_readout = readout();
  region += crosshairRegion(m_crosshair) + sampleRegion();
  for (const auto& entry : m_panels) {
    if (entry->isVisible()) region += entry->takeReadout(m_readout);
  }
  viewport()->update(region);
  Q_EMIT readoutChanged(m_readout);
}

void ChartStack::renderTo(QPainter& painter, QSize size) {
  const double ratio = m_state->devicePixelRatio;
  if (auto* device = painter.device()) m_state->devicePixelRatio = device->devicePixelRatioF();
  takeData();
  // Nobody points or clicks in this picture.
  const auto pointer = std::exchange(m_pointer, std::nullopt);
  const QString hint = std::exchange(m_legendHint, QString());
  layOut(size);
  updateScales();
  painter.save();
  drawScene(painter, size);
  m_readout = readout();
  for (const auto& entry : m_panels) entry->takeReadout(m_readout);
  paintOverlay(painter, QRect(QPoint(), size));
  painter.restore();
  m_state->devicePixelRatio = ratio;
  m_pointer = pointer;
  m_legendHint = hint;
  layOut(viewport()->size());
  invalidate();
}

QImage ChartStack::renderImage(QSize size, double scale) {
  QImage image(size * scale, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(scale);
  QPainter painter(&image);
  renderTo(painter, size);
  return image;
}

QSize ChartStack::sizeHint() const { return {860, 640}; }
QSize ChartStack::minimumSizeHint() const { return {360, 320}; }

void ChartStack::resizeEvent(QResizeEvent*) {
  layOut(viewport()->size());
  invalidate();
}

void ChartStack::changeEvent(QEvent* event) {
  QGraphicsView::changeEvent(event);
  if (event->type() != QEvent::FontChange || m_state == nullptr) return;
  m_state->fonts = ChartFonts(font());
  layOut(viewport()->size());
  invalidate();
}

void ChartStack::showEvent(QShowEvent* event) {
  QGraphicsView::showEvent(event);
  if (m_dataDirty) m_frameTimer.start();
}

void ChartStack::hideEvent(QHideEvent* event) {
  m_frameTimer.stop();
  QGraphicsView::hideEvent(event);
}

void ChartStack::keyPressEvent(QKeyEvent* event) { event->setAccepted(m_navigation->key(*event)); }

void ChartStack::wheelEvent(QWheelEvent* event) { event->setAccepted(m_navigation->wheel(*event)); }

void ChartStack::mousePressEvent(QMouseEvent* event) {
  m_navigation->press(*event);
  event->accept();
}

void ChartStack::mouseMoveEvent(QMouseEvent* event) {
  event->accept();
  if (m_navigation->move(*event) && !m_navigation->isDragging()) return;
  const QPointF at = event->position();
  hoverLegend(at);
  const bool inside = at.x() >= m_layout.left() && at.x() <= m_layout.right() &&
                      at.y() < m_layout.ruler.bottom() && m_state->main() != nullptr;
  const PlotMapping mapping{m_layout.ruler, visibleRange(), 0, 1};
  if (!inside) return moveCrosshair(std::nullopt);
  moveCrosshair(mapping.time(at.x()), at);
}

void ChartStack::hoverLegend(QPointF at) {
  QRegion changed;
  bool over = false;
  for (const auto& entry : m_panels) {
    const auto series = entry->legendAt(at);
    over |= series.has_value();
    changed += entry->setHovered(series);
  }
  const auto shape = over ? Qt::PointingHandCursor : Qt::ArrowCursor;
  if (viewport()->cursor().shape() != shape) viewport()->setCursor(shape);
  if (!changed.isEmpty()) viewport()->update(changed);
}

void ChartStack::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::RightButton) undoZoom();
  m_navigation->release(*event);
  event->accept();
}

void ChartStack::mouseDoubleClickEvent(QMouseEvent* event) {
  m_navigation->cancelDrag();
  if (event->button() == Qt::LeftButton) showAll();
  event->accept();
}

// The right button goes back a step; without this the event would open the window's own menu.
void ChartStack::contextMenuEvent(QContextMenuEvent* event) { event->accept(); }

void ChartStack::leaveEvent(QEvent*) { moveCrosshair(std::nullopt); }

bool ChartStack::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave) {
    moveCrosshair(std::nullopt);
    hoverLegend({-1, -1});
  }
  if (event->type() != QEvent::ToolTip) return QGraphicsView::viewportEvent(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString hint = hintAt(help->pos());
  if (hint.isEmpty()) {
    QToolTip::hideText();
  } else {
    QToolTip::showText(help->globalPos(), hint, viewport());
  }
  return true;
}

QString ChartStack::hintAt(const QPoint& at) const {
  if (const QString hint = m_events->hintAt(at); !hint.isEmpty()) return hint;
  if (const QString hint = m_limits->hintAt(at); !hint.isEmpty()) return hint;
  for (const auto& entry : m_panels) {
    if (!entry->isVisible()) continue;
    if (const auto series = entry->legendAt(at)) {
      return entry->isLineVisible(*series) ? tr("Click to hide “%1”").arg(seriesLabel(*series))
                                           : tr("Click to show “%1”").arg(seriesLabel(*series));
    }
    if (const QString hint = entry->hintAt(at); !hint.isEmpty()) return hint;
  }
  if (m_layout.overview.contains(at)) {
    return tr("The whole run. Drag to choose what the charts show.");
  }
  return {};
}

}  // namespace inflight::ui
