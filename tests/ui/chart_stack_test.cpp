// ui/charts/chart_stack: pointer, keys and legend on the viewport, live growth, and what is drawn.
#include "ui/charts/chart_stack.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <set>

#include "support/demo_trace.h"
#include "support/registry.h"
#include "trace/derived.h"
#include "ui/charts/chart_panel.h"
#include "ui/charts/event_text.h"

using namespace inflight;
using namespace inflight::ui;
using trace::SeriesId;

namespace {

constexpr QSize kSize{900, 680};

// A shown stack with the made-up run, and where things are in it.
struct Shown {
  std::shared_ptr<trace::Trace> run = testing::makeOvershootTrace();
  ChartStack stack;

  explicit Shown(bool empty = false) {
    stack.resize(kSize);
    if (!empty) stack.setTraces({{run, "coder-2.10", Qt::blue}});
    stack.show();
    QTest::qWait(1);
    stack.viewport()->repaint();
  }
  QWidget* viewport() { return stack.viewport(); }
  QPoint middle() { return {480, 120}; }
  void wheel(QPoint at, int units, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QWheelEvent event(at, viewport()->mapToGlobal(at), {}, {0, units}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(viewport(), &event);
  }
  void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
            Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::mousePress(viewport(), button, modifiers, from);
    for (int i = 1; i <= 4; ++i) sendMove(from + (to - from) * i / 4, button, modifiers);
    QTest::mouseRelease(viewport(), button, modifiers, to);
  }
  void sendMove(QPoint at, Qt::MouseButtons buttons = Qt::NoButton,
                Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QMouseEvent event(QEvent::MouseMove, QPointF(at), viewport()->mapToGlobal(QPointF(at)),
                      Qt::NoButton, buttons, modifiers);
    QCoreApplication::sendEvent(viewport(), &event);
  }
  int xOf(Instant time) {
    const PlotMapping mapping{QRectF(stack.plotLeft(), 0, stack.plotRight() - stack.plotLeft(), 1),
                              stack.visibleRange(), 0, 1};
    return qRound(mapping.x(time));
  }
  double seconds(Instant time) { return to_seconds(time); }
  double span() { return to_seconds(stack.visibleRange().span()); }
};

// Pixels of exactly this colour.
int count(const QImage& image, const QColor& colour) {
  int found = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) found += image.pixelColor(x, y) == colour ? 1 : 0;
  }
  return found;
}

// Pixels in which two pictures of a size differ.
int differing(const QImage& a, const QImage& b) {
  int found = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) found += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
  }
  return found;
}

}  // namespace

class ChartStackTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void wheelZoomsAtThePointerAndRightClickGoesBack() {
    Shown shown;
    shown.sendMove(shown.middle());
    const Instant fixed = *shown.stack.crosshair();
    shown.wheel(shown.middle(), 240);
    QVERIFY(shown.span() < 4.5);
    shown.sendMove(shown.middle() + QPoint(1, 0));
    shown.sendMove(shown.middle());
    QVERIFY(std::abs(to_seconds(*shown.stack.crosshair() - fixed)) < 0.01);
    QTest::mouseClick(shown.viewport(), Qt::RightButton, {}, shown.middle());
    QCOMPARE(shown.span(), 6.0);
    shown.wheel(shown.middle(), -2400);
    QCOMPARE(shown.span(), 6.0);
  }

  void shiftWheelPansAndControlWheelZoomsValues() {
    Shown shown;
    shown.stack.showRange({Instant{2s}, Instant{3s}});
    shown.wheel(shown.middle(), -120, Qt::ShiftModifier);
    QCOMPARE(shown.span(), 1.0);
    QVERIFY(shown.stack.visibleRange().begin > Instant{2s});
    const QImage before = shown.stack.renderImage(kSize);
    shown.wheel(shown.middle(), 240, Qt::ControlModifier);
    QCOMPARE(shown.span(), 1.0);
    QVERIFY(shown.stack.renderImage(kSize) != before);
  }

  void dragBoxZoomsAndMiddleDragPans() {
    Shown shown;
    shown.drag({300, 120}, {500, 180});
    const double zoomed = shown.span();
    QVERIFY(zoomed > 0.5 && zoomed < 3);
    const Instant begin = shown.stack.visibleRange().begin;
    shown.drag({500, 120}, {300, 120}, Qt::MiddleButton);
    QVERIFY(std::abs(shown.span() - zoomed) < 1e-6);
    QVERIFY(shown.stack.visibleRange().begin > begin);
    // The whole drag is one step back.
    shown.stack.undoZoom();
    QCOMPARE(shown.stack.visibleRange().begin, begin);
  }

  void keysMove() {
    Shown shown;
    shown.stack.showRange({Instant{2s}, Instant{4s}});
    const auto key = [&](Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
      QTest::keyClick(&shown.stack, code, modifiers);
      return to_seconds(shown.stack.visibleRange().begin);
    };
    QVERIFY(std::abs(key(Qt::Key_Right) - 2.2) < 1e-6);
    QVERIFY(std::abs(key(Qt::Key_Left) - 2.0) < 1e-6);
    const double pixel = key(Qt::Key_Right, Qt::ShiftModifier) - 2.0;
    QVERIFY(pixel > 0 && pixel < 0.01);
    key(Qt::Key_Left, Qt::AltModifier);
    key(Qt::Key_Plus);
    QVERIFY(shown.span() < 2);
    QCOMPARE(key(Qt::Key_0), 0.0);
    QCOMPARE(shown.span(), 6.0);
    key(Qt::Key_Left, Qt::AltModifier);
    QVERIFY(shown.span() < 2);
    key(Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(shown.span(), 6.0);
    key(Qt::Key_X);
    QVERIFY(shown.span() < 6);
    key(Qt::Key_Home);
    QCOMPARE(shown.span(), 6.0);
  }

  void overviewBrushChoosesTheRange() {
    Shown shown;
    const int y = kSize.height() - 30;
    shown.drag({200, y}, {400, y});
    const double chosen = shown.span();
    QVERIFY(chosen > 1 && chosen < 2.5);
    const Instant begin = shown.stack.visibleRange().begin;
    shown.drag({300, y}, {400, y});
    QVERIFY(shown.stack.visibleRange().begin > begin);
    QVERIFY(std::abs(shown.span() - chosen) < 1e-6);
  }

  // QTBUG-118669: a press where no item is crashed QChartView.
  void pressesAnywhereDoNotCrash() {
    for (const bool empty : {true, false}) {
      Shown shown(empty);
      for (const auto button : {Qt::LeftButton, Qt::RightButton, Qt::MiddleButton}) {
        for (int x = -5; x < kSize.width() + 10; x += 97) {
          for (int y = -5; y < kSize.height() + 10; y += 61) {
            shown.sendMove({x, y});
            QTest::mouseClick(shown.viewport(), button, {}, {x, y});
            QTest::mouseDClick(shown.viewport(), button, {}, {x, y});
            shown.wheel({x, y}, 120);
          }
        }
      }
      shown.viewport()->repaint();
    }
  }

  void crosshairReadsTheValuesOfTheTrace() {
    Shown shown;
    QSignalSpy spy(&shown.stack, &ChartStack::readoutChanged);
    shown.sendMove({480, 300});
    QCOMPARE(spy.size(), 1);
    const auto readout = spy.last().first().value<Readout>();
    QVERIFY(readout.pointed);
    for (const ReadoutValue& entry : readout.values) {
      if (trace::info(entry.series).kind == trace::SeriesKind::Counter) continue;
      QCOMPARE(entry.value, shown.run->series(entry.series).value_at(readout.time));
    }
    QVERIFY(readout.values.size() >= 9);
    shown.stack.copyValues();
    QVERIFY(QGuiApplication::clipboard()->text().contains("cwnd [bytes]"));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(shown.viewport(), &leave);
    QVERIFY(!shown.stack.crosshair());
  }

  void zoomedInTheNearestMeasurementIsReadOut() {
    Shown shown;
    QSignalSpy spy(&shown.stack, &ChartStack::readoutChanged);
    const auto sampleAt = [&](QPoint at) {
      shown.sendMove(at);
      return spy.last().first().value<Readout>().sample;
    };
    // 3000 measurements on 800 pixels: the picture shows ranges, none by itself.
    for (int y = 30; y < 500; y += 10) QVERIFY(!sampleAt({480, y}));
    shown.stack.showRange({Instant{4s}, Instant{4100ms}});
    shown.viewport()->repaint();
    std::set<SeriesId> found;
    for (int y = 30; y < 500; y += 5) {
      const auto sample = sampleAt({480, y});
      if (!sample) continue;
      found.insert(sample->series);
      const auto& series = shown.run->series(sample->series);
      const trace::Sample real = series[series.lower_bound(sample->time)];
      QCOMPARE(real.time, sample->time);
      QCOMPARE(real.value, sample->value);
      QVERIFY(abs(sample->time - *shown.stack.crosshair()) <= 1ms);
      if (sample->series == SeriesId::RttSample) {
        QCOMPARE(sample->unit, trace::Unit::Seconds);
      }
    }
    QVERIFY(found.contains(SeriesId::RttSample));
    QVERIFY(found.contains(SeriesId::ReceiveWindow));
    shown.stack.setCrosshair(Instant{4050ms});
    QVERIFY(!shown.stack.readout().sample);
  }

  void legendClickHidesALine() {
    Shown shown;
    QSignalSpy spy(&shown.stack, &ChartStack::lineVisibilityChanged);
    // Entries stand in the title line of each panel, from the right.
    for (int x = kSize.width() - 40; x > 200 && spy.isEmpty(); x -= 20) {
      QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, {x, 20});
    }
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy.first()[2].toBool(), false);
    const auto series = spy.first()[1].value<SeriesId>();
    QVERIFY(!shown.stack.isLineVisible(PanelId::Throughput, series));
    shown.stack.setLineVisible(PanelId::Throughput, series, true);
    QCOMPARE(spy.size(), 2);
  }

  void aLegendEntryUnderThePointerLooksLikeAButton() {
    Shown shown;
    const QImage before = shown.viewport()->grab().toImage();
    QPoint entry{kSize.width() - 60, 20};
    shown.sendMove(entry);
    QCOMPARE(shown.viewport()->cursor().shape(), Qt::PointingHandCursor);
    shown.stack.setCrosshair({});
    const QRect around(entry - QPoint(30, 12), QSize(60, 24));
    QVERIFY(differing(before.copy(around), shown.viewport()->grab(around).toImage()) > 200);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(shown.viewport(), &leave);
    QCOMPARE(shown.viewport()->grab().toImage(), before);
  }

  void theHintBesideALegendIsOnTheScreenOnly() {
    Shown shown;
    const QImage screen = shown.viewport()->grab().toImage();
    const QImage picture = shown.stack.renderImage(kSize);
    QSignalSpy clicked(&shown.stack, &ChartStack::legendClicked);
    shown.stack.setLegendHint("click a name");
    QVERIFY(differing(screen, shown.viewport()->grab().toImage()) > 50);
    QCOMPARE(shown.stack.renderImage(kSize), picture);
    QTest::mouseClick(shown.viewport(), Qt::LeftButton, {}, {kSize.width() - 60, 20});
    QCOMPARE(clicked.size(), 1);
  }

  void hiddenLinesAreNotDrawn() {
    Shown shown;
    const QImage with = shown.stack.renderImage(kSize);
    shown.stack.setLineVisible(PanelId::Windows, SeriesId::ReceiveWindow, false);
    QVERIFY(differing(with, shown.stack.renderImage(kSize)) > 400);
    shown.stack.setLineVisible(PanelId::Windows, SeriesId::ReceiveWindow, true);
    QCOMPARE(shown.stack.renderImage(kSize), with);
  }

  // The rate inside the tunnel lies just below the wire rate: drawn only when it is asked for.
  void theInnerRateIsInTheLegendAndNotDrawnAtFirst() {
    Shown shown;
    QVERIFY(!shown.stack.isLineVisible(PanelId::Throughput, SeriesId::InnerBytes));
    const auto readout = shown.stack.readout();
    QVERIFY(std::ranges::any_of(readout.values, [](const ReadoutValue& value) {
      return value.series == SeriesId::InnerBytes && value.value > 0;
    }));
    const QImage without = shown.stack.renderImage(kSize);
    shown.stack.setLineVisible(PanelId::Throughput, SeriesId::InnerBytes, true);
    QVERIFY(differing(without, shown.stack.renderImage(kSize)) > 100);
  }

  // A bound far above the measurements must not flatten them.
  void aHugeReceiveWindowDoesNotStretchTheAxis() {
    Shown shown;
    auto run = std::make_shared<trace::Trace>();
    for (int i = 0; i <= 100; ++i) {
      run->series(SeriesId::BytesInFlight).append(Instant{i * 10ms}, 1e6);
      run->series(SeriesId::ReceiveWindow).append(Instant{i * 10ms}, 64e6);
    }
    run->extend(Instant{1s});
    shown.stack.setTraces({{run, "run", Qt::blue}});
    const QImage image = shown.stack.renderImage(kSize);
    const QColor blue = Theme::light().series(SeriesId::BytesInFlight);
    // The line lies in the upper part of its panel: far from the floor.
    QVERIFY(count(image, blue) > 400);
  }

  void plotAreasLineUpAtAnyScale() {
    Shown shown;
    for (const double scale : {1.0, 1.5, 2.0}) {
      for (const Theme& theme : {Theme::light(), Theme::night()}) {
        shown.stack.setTheme(theme);
        const QImage image = shown.stack.renderImage(kSize, scale);
        QCOMPARE(image.size(), kSize * scale);
        // In each panel the plot begins at the same device pixel, to a pixel.
        const int left = qRound(shown.stack.plotLeft() * scale);
        for (const int panel : {0, 1, 2}) {
          const int top = image.height() * panel / 5;
          bool begins = false;
          for (int y = top; y < top + image.height() / 5; ++y) {
            // On the plot's very edge the grid has a line.
            begins |= image.pixelColor(left + 3, y) == theme.panel &&
                      image.pixelColor(left - 2, y) == theme.window;
          }
          QVERIFY2(begins, qPrintable(QStringLiteral("panel %1 at %2").arg(panel).arg(scale)));
        }
      }
    }
  }

  void followsARunThatGrows() {
    auto run = std::make_shared<trace::Trace>();
    ChartStack stack;
    stack.resize(kSize);
    stack.show();
    stack.setTraces({{run, "live", Qt::blue}});
    stack.setRunning(true);
    const auto grow = [&](int from, int to) {
      for (int i = from; i < to; ++i) {
        run->series(SeriesId::BytesInFlight).append(Instant{i * 10ms}, i);
        run->extend(Instant{i * 10ms});
      }
      stack.tracesChanged();
      QTRY_VERIFY(!stack.findChild<QTimer*>("frameTimer")->isActive());
    };
    grow(0, 150);
    // The axis goes ahead in round steps.
    QVERIFY(stack.limits().end >= run->end());
    QVERIFY(stack.limits().end <= run->end() + 1s);
    stack.showRange({Instant{500ms}, Instant{1s}});
    QVERIFY(!stack.state().axis.isFollowing());
    grow(150, 400);
    QCOMPARE(stack.visibleRange().end, Instant{1s});
    stack.toggleFollowing();
    QVERIFY(stack.state().axis.isFollowing());
    grow(400, 500);
    QCOMPARE(stack.visibleRange().end, run->end());
    stack.showAll();
    stack.setRunning(false);
    QCOMPARE(stack.limits().end, run->end());
  }

  void frameTimerRestsWithoutNews() {
    Shown shown;
    auto* timer = shown.stack.findChild<QTimer*>("frameTimer");
    QVERIFY(timer != nullptr);
    shown.stack.tracesChanged();
    QVERIFY(timer->isActive());
    QTRY_VERIFY_WITH_TIMEOUT(!timer->isActive(), 500);
    shown.stack.hide();
    shown.stack.tracesChanged();
    QVERIFY(!timer->isActive());
  }

  void sixRunsAtMost() {
    Shown shown;
    std::vector<TraceView> views(9, {shown.run, "run", Qt::red});
    shown.stack.setTraces(views);
    QCOMPARE(shown.stack.state().views.size(), ChartStack::kMostViews);
    QVERIFY(count(shown.stack.renderImage(kSize), QColor(Qt::red)) > 100);
    shown.stack.setTraces({});
    QVERIFY(!shown.stack.renderImage(kSize).isNull());
  }

  // Bursts of half a round trip are drawn where there is room for them.
  void meansAreOfAWholeRoundTripWhereHalfOfOneIsTooNarrow() {
    Shown shown;
    const Duration whole = shown.stack.state().rateWidth;
    const Duration typical = *trace::typical_rtt(*shown.run);
    QVERIFY(typical > 76ms);
    QVERIFY(std::chrono::abs(whole - typical) < 3ms);
    shown.stack.showRange({Instant{1s}, Instant{2s}});
    shown.viewport()->repaint();
    QCOMPARE(shown.stack.state().rateWidth, Duration{38ms});
    shown.stack.setRateWidth(200ms);
    shown.viewport()->repaint();
    QCOMPARE(shown.stack.state().rateWidth, Duration{200ms});
  }

  void withoutARunThereIsASentenceAndNoAxis() {
    Shown empty(true);
    const QImage bare = empty.stack.renderImage(kSize);
    empty.stack.setEmptyText("The lines of a run appear here");
    const QImage told = empty.stack.renderImage(kSize);
    QVERIFY(bare != told);
    // Left of the plots stand the names of the strips only.
    const QRect gutter(0, 30, 40, 300);
    QCOMPARE(count(bare.copy(gutter), Theme::light().window), gutter.width() * gutter.height());
  }

  void theCrosshairTakesBackWhatItDrew() {
    Shown shown;
    const QImage before = shown.stack.viewport()->grab().toImage();
    shown.sendMove(shown.middle());
    shown.sendMove(shown.middle() + QPoint(90, 0));
    QCoreApplication::processEvents();
    QVERIFY(shown.stack.viewport()->grab().toImage() != before);
    shown.stack.setCrosshair({});
    QCoreApplication::processEvents();
    QCOMPARE(shown.stack.viewport()->grab().toImage(), before);
  }

  void changesReadLikeTheSettingsTheyAre_data() {
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("text");
    QTest::newRow("size") << "receiver.receive_buffer 6MiB -> 512KiB"
                          << QStringLiteral("receive buffer 6\u00a0MiB → 512\u00a0KiB");
    QTest::newRow("rate") << "path.rate 222Mbit -> 50Mbit"
                          << QStringLiteral("path rate 222\u00a0Mbit → 50\u00a0Mbit");
    QTest::newRow("word") << "outbound_queue.policy drop -> backpressure"
                          << QStringLiteral("outbound queue policy drop → backpressure");
  }

  void changesReadLikeTheSettingsTheyAre() {
    QFETCH(QString, detail);
    QFETCH(QString, text);
    trace::Event event{Instant{1s}, trace::EventKind::SettingChanged};
    event.detail = detail.toStdString();
    QCOMPARE(flagText(event, {}), text);
  }

  void marksSayWhyInEachPanelAndInTheLane_data() {
    QTest::addColumn<qint64>("atMs");
    QTest::addColumn<QString>("says");
    QTest::addColumn<int>("places");
    QTest::newRow("lost") << qint64{820} << "packets lost: the path's queue was full" << 4;
    QTest::newRow("resent") << qint64{1200} << "packets sent again: selective acknowledgements"
                            << 4;
  }

  void marksSayWhyInEachPanelAndInTheLane() {
    QFETCH(const qint64, atMs);
    QFETCH(const QString, says);
    Shown shown;
    const int x = shown.xOf(Instant{std::chrono::milliseconds{atMs}});
    int places = 0;
    bool before = false;
    for (int y = 0; y < kSize.height(); y += 3) {
      const bool here = shown.stack.hintAt({x, y}).contains(says);
      places += here && !before ? 1 : 0;
      before = here;
    }
    QTEST(places, "places");
  }

  void aTimeoutSaysSoAnywhereOnItsLine() {
    Shown shown;
    const int x = shown.xOf(Instant{1380ms});
    for (const int y : {60, 120, 300}) {
      QVERIFY(shown.stack.hintAt({x, y}).contains("Retransmission timeout"));
    }
  }

  void aGroupOfMarksNamesEachCause() {
    using enum trace::EventCause;
    trace::Trace run;
    for (const auto cause : {DuplicateAcks, Sack, Sack, Sack}) {
      run.events.push_back({.kind = trace::EventKind::Retransmit, .cause = cause});
    }
    EventIndex index;
    index.update(&run);
    QCOMPARE(describe(index, index.of(trace::EventKind::Retransmit), {}),
             QStringLiteral("3 packets sent again: selective acknowledgements passed it\n"
                            "Sent again: three duplicate acknowledgements"));
    QVERIFY(describe(index, {}, {}).isEmpty());
  }

  void aMomentIsShownInTheMiddle() {
    Shown shown;
    shown.stack.showMoment(Instant{1380ms});
    QVERIFY(shown.span() < 1);
    QCOMPARE(shown.stack.crosshair(), std::optional(Instant{1380ms}));
    const TimeRange visible = shown.stack.visibleRange();
    QVERIFY(std::abs(to_seconds(visible.begin + visible.span() / 2) - 1.38) < 0.01);
  }
};

namespace {
const inflight::testing::Register<ChartStackTest> registered;
}
#include "chart_stack_test.moc"
