// ui/charts/time_axis: limits, zoom, pan, history, follow; and the layout of the stack.
#include "ui/charts/time_axis.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "ui/charts/stack_layout.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

Instant at(double seconds) { return Instant{from_seconds(seconds)}; }
TimeRange range(double begin, double end) { return {at(begin), at(end)}; }
TimeAxis axisOver(double seconds) {
  TimeAxis axis;
  axis.setLimits(range(0, seconds));
  return axis;
}

}  // namespace

class TimeAxisTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void startsWithEverythingAndFollows() {
    const TimeAxis axis = axisOver(10);
    QVERIFY(axis.showsEverything());
    QVERIFY(axis.isFollowing());
    QVERIFY(!axis.canUndo());
  }

  void zoomKeepsThePointUnderThePointer() {
    TimeAxis axis = axisOver(10);
    axis.zoomAt(at(2), 0.5);
    QCOMPARE(axis.visible(), range(1, 6));
    axis.zoomAt(at(2), 2);
    QCOMPARE(axis.visible(), range(0, 10));
  }

  void cannotZoomPastTheData() {
    TimeAxis axis = axisOver(10);
    axis.zoomAt(at(9), 0.1);
    axis.zoomAt(at(9), 50);
    QCOMPARE(axis.visible(), range(0, 10));
    for (int i = 0; i < 200; ++i) axis.zoomAt(at(3), 0.5);
    QCOMPARE(axis.visible().span(), TimeAxis::kLeastSpan);
    axis.show(range(-5, 50));
    QCOMPARE(axis.visible(), range(0, 10));
  }

  void panStopsAtTheLimits() {
    TimeAxis axis = axisOver(10);
    axis.show(range(4, 6));
    axis.panBy(3s);
    QCOMPARE(axis.visible(), range(7, 9));
    axis.panBy(Duration::max() / 2);
    QCOMPARE(axis.visible(), range(8, 10));
    axis.panBy(-100s);
    QCOMPARE(axis.visible(), range(0, 2));
  }

  void undoAndRedoGoBackStepByStep() {
    TimeAxis axis = axisOver(10);
    axis.show(range(2, 6));
    axis.show(range(3, 4));
    QVERIFY(axis.undo());
    QCOMPARE(axis.visible(), range(2, 6));
    QVERIFY(axis.undo());
    QCOMPARE(axis.visible(), range(0, 10));
    QVERIFY(!axis.undo());
    QVERIFY(axis.redo());
    QVERIFY(axis.redo());
    QCOMPARE(axis.visible(), range(3, 4));
    QVERIFY(!axis.redo());
    axis.undo();
    axis.show(range(1, 2));
    QVERIFY(!axis.canRedo());
  }

  void aGestureIsOneStep() {
    TimeAxis axis = axisOver(10);
    axis.zoomAt(at(5), 0.8);
    for (int i = 0; i < 10; ++i) axis.zoomAt(at(5), 0.8, TimeAxis::Gesture::Continue);
    QVERIFY(axis.undo());
    QVERIFY(axis.showsEverything());
    QVERIFY(!axis.canUndo());
  }

  void changingNothingIsNoStep() {
    TimeAxis axis = axisOver(10);
    axis.showAll();
    axis.panBy(1s);
    QVERIFY(!axis.canUndo());
  }

  void followsWithItsSpan() {
    TimeAxis axis = axisOver(10);
    axis.show(range(6, 10));
    QVERIFY(axis.isFollowing());
    axis.setLimits(range(0, 12));
    QCOMPARE(axis.visible(), range(8, 12));
  }

  void everythingGrowsWhileFollowing() {
    TimeAxis axis = axisOver(10);
    axis.setLimits(range(0, 12));
    QVERIFY(axis.showsEverything());
  }

  void lookingBackStopsFollowing() {
    TimeAxis axis = axisOver(10);
    axis.show(range(2, 4));
    QVERIFY(!axis.isFollowing());
    axis.setLimits(range(0, 16));
    QCOMPARE(axis.visible(), range(2, 4));
    QCOMPARE(axis.behind(), Duration{12s});
    axis.setFollowing(true);
    QCOMPARE(axis.visible(), range(14, 16));
    QCOMPARE(axis.behind(), Duration{});
  }

  void historySurvivesShrunkenLimits() {
    TimeAxis axis = axisOver(100);
    axis.show(range(80, 90));
    axis.show(range(1, 2));
    axis.setLimits(range(0, 10));
    QVERIFY(axis.undo());
    QCOMPARE(axis.visible(), range(0, 10));
  }

  void staysWithinItsLimitsWhateverIsDone() {
    Random random(7);
    TimeAxis axis = axisOver(10);
    for (int i = 0; i < 20000; ++i) {
      const Instant time = at(random.uniform() * 30 - 10);
      switch (random.below(7)) {
        case 0:
          axis.zoomAt(time, 0.1 + random.uniform() * 3);
          break;
        case 1:
          axis.panBy(time - Instant{});
          break;
        case 2:
          axis.show({time, at(random.uniform() * 20)});
          break;
        case 3:
          axis.undo();
          break;
        case 4:
          axis.redo();
          break;
        case 5:
          axis.setLimits(range(0, 1 + random.uniform() * 20));
          break;
        default:
          axis.setFollowing(random.chance(0.5));
      }
      QVERIFY(axis.visible().begin >= axis.limits().begin);
      QVERIFY(axis.visible().end <= axis.limits().end);
      QVERIFY(axis.visible().span() > Duration{});
    }
  }

  void layoutAlignsAllPlots() {
    const StackLayout layout = layOutStack({981, 757}, {2, 2.4, 1.3, 0}, {17, 46}, true);
    QCOMPARE(layout.panels.size(), std::size_t{4});
    QVERIFY(layout.panels[3].plot.isNull());
    double bottom = 0;
    for (const PanelPlace& place : layout.panels) {
      if (place.plot.isNull()) continue;
      QCOMPARE(place.plot.left(), layout.left());
      QCOMPARE(place.plot.right(), layout.right());
      QCOMPARE(place.plot.left(), std::floor(place.plot.left()));
      QCOMPARE(place.plot.top(), std::floor(place.plot.top()));
      QVERIFY(place.title.top() >= bottom);
      bottom = place.plot.bottom();
    }
    QVERIFY(layout.events.top() >= bottom);
    QVERIFY(layout.overview.bottom() <= 757);
    QCOMPARE(layout.overview.left(), layout.left());
  }

  void layoutOfATinyWindowHasNoNegativeSizes() {
    const StackLayout layout = layOutStack({10, 10}, {1, 1}, {17, 46}, false);
    for (const PanelPlace& place : layout.panels) QVERIFY(place.plot.isValid());
  }
};

namespace {
const inflight::testing::Register<TimeAxisTest> registered;
}
#include "time_axis_test.moc"
