// The column of charts: panels under one another with one time axis, one crosshair and one zoom;
// the lane of events, the strip of limits and the overview of the whole run below. Owns the frame
// timer and the state that its parts read; the runs belong to whoever hands them in. It draws into
// a picture that is kept while nothing changes, so that the crosshair moves at the cost of two
// lines.
#pragma once

#include <QElapsedTimer>
#include <QGraphicsView>
#include <QImage>
#include <QPixmap>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "ui/charts/readout.h"
#include "ui/charts/stack_layout.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

class ChartPanel;
class EventIndex;
class EventLane;
class LimitBand;
class OverviewStrip;
class StackNavigation;
class TimeRuler;

class ChartStack : public QGraphicsView {
  Q_OBJECT

 public:
  explicit ChartStack(QWidget* parent = nullptr);
  ~ChartStack() override;

  // Up to six; the first is the main run. Shows everything anew if the main run is another one,
  // unless it is the `same` one in a newer state.
  static constexpr std::size_t kMostViews = 6;
  void setTraces(std::vector<TraceView> views, bool same = false);
  // A trace has grown: drawn with the next frame. Cheap; call it for each batch.
  void tracesChanged();
  // While running, the end of the time axis goes ahead of the data in round steps, so that the
  // picture stands still most of the time. `expected`: the run's length if it is known.
  void setRunning(bool running, std::optional<Duration> expected = std::nullopt);

  void setTheme(const Theme& theme);
  // Said dimly beside a legend that leaves room for it; empty: nothing.
  void setLegendHint(const QString& text);
  // Shown in place of lines while there are no traces: how to get some.
  void setEmptyText(const QString& text);
  void setUnits(UnitStyle units);
  // Of the means of throughput; nothing: that of the main run, max(minimum RTT / 2, 20 ms), or one
  // round trip where half of it would be some pixels only.
  void setRateWidth(std::optional<Duration> width);
  void setPanelVisible(PanelId id, bool visible);
  bool isPanelVisible(PanelId id) const;
  void setLineVisible(PanelId panel, trace::SeriesId series, bool visible);
  bool isLineVisible(PanelId panel, trace::SeriesId series) const;

  const ChartState& state() const { return *m_state; }
  TimeRange visibleRange() const { return m_state->axis.visible(); }
  TimeRange limits() const { return m_state->axis.limits(); }
  // The moment in the middle of the plots, zoomed in if it was out of sight; the crosshair on it.
  void showMoment(Instant time);
  void showRange(TimeRange range);
  // Pins the crosshair, as if the pointer were there; nothing: off.
  void setCrosshair(std::optional<Instant> time);
  std::optional<Instant> crosshair() const { return m_crosshair; }
  Readout readout() const;
  // What the tooltip says at a point of the viewport; empty where there is none.
  QString hintAt(const QPoint& at) const;

  // Everything at another size, into any paint device; vector devices keep text as text.
  void renderTo(QPainter& painter, QSize size);
  QImage renderImage(QSize size, double scale = 1);

  // Where the plots begin and end, for what stands aligned under them.
  int plotLeft() const { return qRound(m_layout.left()); }
  int plotRight() const { return qRound(m_layout.right()); }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 public Q_SLOTS:
  void zoomIn();
  void zoomOut();
  void panLeft();
  void panRight();
  void showAll();
  void undoZoom();
  void redoZoom();
  void setFollowing(bool following);
  void toggleFollowing();
  // The values at the crosshair, or at the end of what is visible, as tab-separated text.
  void copyValues();

 Q_SIGNALS:
  void rangeChanged(inflight::ui::TimeRange range);
  void followingChanged(bool following);
  // Under the pointer, at most once per move; without a pointer once per frame that changed.
  void readoutChanged(const inflight::ui::Readout& readout);
  // A marker, a stretch of the strip or a point was clicked.
  void momentActivated(inflight::Instant time);
  // A person clicked a legend, so that they need no hint any more.
  void legendClicked();
  void lineVisibilityChanged(inflight::ui::PanelId panel, inflight::trace::SeriesId series,
                             bool visible);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void leaveEvent(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  friend class StackNavigation;

  void makeParts();
  void layOut(QSize size);
  // Value axes and rulers from the data in sight; before the scene is drawn.
  void updateScales();
  void takeData();
  void drawScene(QPainter& painter, QSize size);
  void frame();
  void invalidate();
  // Of what lies over the picture, that which is in this part.
  void paintOverlay(QPainter& painter, const QRegion& part);
  void paintCrosshair(QPainter& painter) const;
  void paintRuns(QPainter& painter) const;
  void paintSwatch(QPainter& painter, QPointF at, const TraceView& view, bool main) const;
  void paintBadge(QPainter& painter) const;
  void paintEmpty(QPainter& painter) const;
  void paintLegendHint(QPainter& painter) const;
  void hoverLegend(QPointF at);
  QRegion crosshairRegion(std::optional<Instant> time) const;
  // `pointer`: where in the viewport, if a pointer moved it.
  void moveCrosshair(std::optional<Instant> time, std::optional<QPointF> pointer = {});
  QRegion sampleRegion() const;
  void axisChanged(bool wasFollowing);
  TimeRange dataLimits() const;
  Duration rateWidth() const;
  ChartPanel* panel(PanelId id) const;

  std::unique_ptr<ChartState> m_state;
  std::unique_ptr<EventIndex> m_index;
  std::vector<std::unique_ptr<ChartPanel>> m_panels;
  EventLane* m_events = nullptr;
  LimitBand* m_limits = nullptr;
  TimeRuler* m_ruler = nullptr;
  OverviewStrip* m_overview = nullptr;
  std::unique_ptr<StackNavigation> m_navigation;
  StackLayout m_layout;

  QString m_emptyText;
  QString m_legendHint;
  std::optional<Duration> m_chosenRateWidth;
  // Of the main run.
  Duration m_ownRateWidth = 20ms;
  Duration m_roundTrip{};
  bool m_running = false;
  std::optional<Duration> m_expected;
  std::optional<Instant> m_crosshair;
  std::optional<QPointF> m_pointer;
  // What the overlay shows.
  Readout m_readout;

  QTimer m_frameTimer{this};
  bool m_dataDirty = true;
  bool m_pictureDirty = true;
  // The overview of a growing run is looked at anew only now and then.
  bool m_overviewDirty = true;
  QElapsedTimer m_overviewAge;
  QPixmap m_picture;
};

}  // namespace inflight::ui
