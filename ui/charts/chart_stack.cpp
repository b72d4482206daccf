// The parts of a chart stack and what changes them, for chart_stack.h; painting and the pointer are
// in chart_stack_paint.cpp.
#include "ui/charts/chart_stack.h"

#include <QClipboard>
#include <QEvent>
#include <QGraphicsScene>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>

#include "trace/derived.h"
#include "ui/charts/chart_panel.h"
#include "ui/charts/event_lane.h"
#include "ui/charts/limit_band.h"
#include "ui/charts/overview_strip.h"
#include "ui/charts/stack_navigation.h"
#include "ui/charts/time_ruler.h"

namespace inflight::ui {
namespace {

constexpr int kFrameMs = 16;
constexpr double kKeyZoom = 1.25;
constexpr double kKeyPan = 0.1;
constexpr double kLegibleBurstPx = 8;
// Coarse, since each change of the width while a run goes costs all rates.
constexpr Duration kQueuedStep = 5ms;
// While running the time axis grows in this many round steps.
constexpr int kRunningSteps = 6;
// A moment that is looked up is shown with this share of the run around it.
constexpr int kMomentShare = 10;

}  // namespace

ChartStack::ChartStack(QWidget* parent)
    : QGraphicsView(parent), m_state(std::make_unique<ChartState>()) {
  m_state->fonts = ChartFonts(font());
  setScene(new QGraphicsScene(this));
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setViewportUpdateMode(NoViewportUpdate);
  setInteractive(false);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  viewport()->setMouseTracking(true);
  viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
  setAccessibleName(tr("Charts of the connection"));
  setAccessibleDescription(
      tr("Throughput, windows and round-trip time over time. The same values are in the tables "
         "below and can be exported."));
  m_frameTimer.setObjectName("frameTimer");
  m_frameTimer.setTimerType(Qt::PreciseTimer);
  m_frameTimer.setInterval(kFrameMs);
  connect(&m_frameTimer, &QTimer::timeout, this, &ChartStack::frame);
  makeParts();
}

ChartStack::~ChartStack() = default;

void ChartStack::makeParts() {
  m_navigation = std::make_unique<StackNavigation>(*this);
  m_index = std::make_unique<EventIndex>();
  for (PanelSpec& spec : defaultPanels()) {
    m_panels.push_back(std::make_unique<ChartPanel>(std::move(spec), *m_state, *m_index, *scene()));
  }
  m_events = new EventLane(*m_state, *m_index);
  m_limits = new LimitBand(*m_state);
  m_ruler = new TimeRuler(*m_state);
  m_overview = new OverviewStrip(*m_state);
  for (QGraphicsItem* item :
       std::initializer_list<QGraphicsItem*>{m_events, m_limits, m_ruler, m_overview}) {
    scene()->addItem(item);
  }
}

void ChartStack::setTraces(std::vector<TraceView> views, bool same) {
  if (views.size() > kMostViews) views.resize(kMostViews);
  std::erase_if(views, [](const TraceView& view) { return view.trace == nullptr; });
  const trace::Trace* before = m_state->main();
  m_state->views = std::move(views);
  m_index->update(m_state->main());
  for (const auto& panel : m_panels) panel->rebuildLines();
  if (m_state->main() != before && !same) {
    m_state->axis = TimeAxis();
    m_crosshair.reset();
  }
  m_dataDirty = true;
  takeData();
  layOut(size());
  invalidate();
}

void ChartStack::tracesChanged() {
  m_dataDirty = true;
  if (isVisible() && !m_frameTimer.isActive()) m_frameTimer.start();
}

void ChartStack::setRunning(bool running, std::optional<Duration> expected) {
  m_running = running;
  m_expected = expected;
  m_dataDirty = true;
  takeData();
  invalidate();
}

TimeRange ChartStack::dataLimits() const {
  TimeRange limits{Instant{}, Instant{}};
  if (m_state->views.empty()) limits.end = Instant{1s};
  for (const TraceView& view : m_state->views) {
    limits.begin = std::min(limits.begin, Instant{} + view.offset);
    limits.end = std::max(limits.end, view.trace->end() + view.offset);
  }
  const TimeAxis& axis = m_state->axis;
  if (m_running && axis.showsEverything()) {
    if (m_expected) limits.end = std::max(limits.end, Instant{} + *m_expected);
    const double seconds = std::max(to_seconds(limits.end), 1.0);
    const double step = niceTimeStep(seconds, kRunningSteps);
    limits.end = Instant{from_seconds(std::ceil(seconds / step - 1e-9) * step)};
  }
  return limits;
}

// A window's worth of data arrives as a burst each round trip. Means over half of one show the
// bursts; where those would be too narrow to be told apart, means over a whole one, as long as the
// queues made it, show the rate.
Duration ChartStack::rateWidth() const {
  if (m_chosenRateWidth) return *m_chosenRateWidth;
  const PlotMapping mapping{m_layout.ruler, visibleRange(), 0, 1};
  const double burst = static_cast<double>(m_ownRateWidth.count()) * mapping.pixelsPerNs();
  return burst < kLegibleBurstPx ? std::max(m_ownRateWidth, m_roundTrip) : m_ownRateWidth;
}

// What the runs have gained: limits of time, events, the width of means.
void ChartStack::takeData() {
  if (!m_dataDirty) return;
  m_dataDirty = false;
  m_index->update(m_state->main());
  const bool following = m_state->axis.isFollowing();
  m_state->axis.setLimits(dataLimits());
  m_overviewDirty = true;
  if (m_state->main() != nullptr) {
    // In whole milliseconds: a minimum RTT that falls by microseconds must not cost all rates anew.
    const Duration width = trace::default_rate_width(*m_state->main());
    const Duration least = trace::minimum_rtt(*m_state->main()).value_or(width);
    const Duration queued = trace::typical_rtt(*m_state->main()).value_or(least) - least;
    m_ownRateWidth = std::chrono::ceil<std::chrono::milliseconds>(width);
    m_roundTrip = std::chrono::round<std::chrono::milliseconds>(least) +
                  kQueuedStep * std::llround(to_seconds(queued) / to_seconds(kQueuedStep));
  }
  if (following != m_state->axis.isFollowing()) Q_EMIT followingChanged(!following);
}

void ChartStack::frame() {
  if (!m_dataDirty) {
    m_frameTimer.stop();
    return;
  }
  takeData();
  m_pictureDirty = true;
  viewport()->update();
  if (!m_crosshair) Q_EMIT readoutChanged(readout());
}

void ChartStack::invalidate() {
  m_pictureDirty = true;
  viewport()->update();
}

void ChartStack::axisChanged(bool wasFollowing) {
  invalidate();
  Q_EMIT rangeChanged(m_state->axis.visible());
  if (wasFollowing != m_state->axis.isFollowing()) Q_EMIT followingChanged(!wasFollowing);
}

ChartPanel* ChartStack::panel(PanelId id) const {
  const auto found = std::find_if(m_panels.begin(), m_panels.end(),
                                  [id](const auto& entry) { return entry->spec().id == id; });
  return found == m_panels.end() ? nullptr : found->get();
}

void ChartStack::setTheme(const Theme& theme) {
  m_state->theme = theme;
  for (const auto& entry : m_panels) entry->applyTheme();
  invalidate();
}

void ChartStack::setEmptyText(const QString& text) {
  m_emptyText = text;
  invalidate();
}

void ChartStack::setLegendHint(const QString& text) {
  m_legendHint = text;
  viewport()->update();
}

void ChartStack::setUnits(UnitStyle units) {
  m_state->units = units;
  for (const auto& entry : m_panels) entry->rebuildLines();
  invalidate();
}

void ChartStack::setRateWidth(std::optional<Duration> width) {
  m_chosenRateWidth = width;
  m_dataDirty = true;
  takeData();
  invalidate();
}

void ChartStack::setPanelVisible(PanelId id, bool visible) {
  panel(id)->setVisible(visible);
  layOut(size());
  invalidate();
}

bool ChartStack::isPanelVisible(PanelId id) const { return panel(id)->isVisible(); }

void ChartStack::setLineVisible(PanelId id, trace::SeriesId series, bool visible) {
  if (isLineVisible(id, series) == visible) return;
  panel(id)->setLineVisible(series, visible);
  invalidate();
  Q_EMIT lineVisibilityChanged(id, series, visible);
}

bool ChartStack::isLineVisible(PanelId id, trace::SeriesId series) const {
  return panel(id)->isLineVisible(series);
}

void ChartStack::showRange(TimeRange range) {
  const bool following = m_state->axis.isFollowing();
  m_state->axis.show(range);
  axisChanged(following);
}

void ChartStack::showMoment(Instant time) {
  const TimeRange visible = visibleRange();
  const Duration whole = limits().span();
  const bool inSight = time >= visible.begin && time <= visible.end;
  if (!inSight || m_state->axis.showsEverything()) {
    const Duration span = inSight ? whole / kMomentShare : visible.span();
    showRange({time - span / 2, time + span / 2});
  }
  setCrosshair(time);
}

void ChartStack::setCrosshair(std::optional<Instant> time) { moveCrosshair(time); }

Readout ChartStack::readout() const {
  Readout result;
  result.pointed = m_crosshair.has_value();
  const Instant last = m_state->main() == nullptr
                           ? Instant{}
                           : m_state->main()->end() + m_state->views.front().offset;
  result.time = m_crosshair.value_or(std::min(visibleRange().end, last));
  for (const auto& entry : m_panels) {
    if (!entry->isVisible()) continue;
    entry->appendReadout(result.time, result.values);
    if (m_pointer && !result.sample) result.sample = entry->sampleNear(*m_pointer);
  }
  return result;
}

void ChartStack::zoomIn() {
  const TimeRange visible = visibleRange();
  const bool following = m_state->axis.isFollowing();
  m_state->axis.zoomAt(m_crosshair.value_or(visible.begin + visible.span() / 2), 1 / kKeyZoom);
  axisChanged(following);
}

void ChartStack::zoomOut() {
  const TimeRange visible = visibleRange();
  const bool following = m_state->axis.isFollowing();
  m_state->axis.zoomAt(m_crosshair.value_or(visible.begin + visible.span() / 2), kKeyZoom);
  axisChanged(following);
}

void ChartStack::panLeft() {
  const bool following = m_state->axis.isFollowing();
  m_state->axis.panBy(-from_seconds(to_seconds(visibleRange().span()) * kKeyPan));
  axisChanged(following);
}

void ChartStack::panRight() {
  const bool following = m_state->axis.isFollowing();
  m_state->axis.panBy(from_seconds(to_seconds(visibleRange().span()) * kKeyPan));
  axisChanged(following);
}

void ChartStack::showAll() {
  const bool following = m_state->axis.isFollowing();
  m_state->axis.showAll();
  for (const auto& entry : m_panels) entry->setValueRange(ValueRange::FromZero);
  // A running axis goes ahead of its data again.
  m_dataDirty = true;
  takeData();
  axisChanged(following);
}

void ChartStack::undoZoom() {
  const bool following = m_state->axis.isFollowing();
  if (m_state->axis.undo()) axisChanged(following);
}

void ChartStack::redoZoom() {
  const bool following = m_state->axis.isFollowing();
  if (m_state->axis.redo()) axisChanged(following);
}

void ChartStack::setFollowing(bool following) {
  const bool before = m_state->axis.isFollowing();
  m_state->axis.setFollowing(following);
  axisChanged(before);
}

void ChartStack::toggleFollowing() { setFollowing(!m_state->axis.isFollowing()); }

void ChartStack::copyValues() { QGuiApplication::clipboard()->setText(toClipboardText(readout())); }

}  // namespace inflight::ui
