// The line from wall time to run time, in virtual wall time.
#include "ui/bridge/pacer.h"

#include <QTest>

#include "support/registry.h"

using inflight::Duration;
using inflight::Instant;
using inflight::ui::Pacer;
using inflight::ui::Speed;
using inflight::ui::WallTime;
using namespace std::chrono_literals;

class PacerTest : public QObject {
  Q_OBJECT

 private slots:
  void position_follows_the_wall_clock_at_each_speed_data() {
    QTest::addColumn<int>("speed");
    QTest::addColumn<qint64>("expected_ms");
    QTest::newRow("quarter") << static_cast<int>(Speed::Quarter) << qint64{500};
    QTest::newRow("real time") << static_cast<int>(Speed::Normal) << qint64{2000};
    QTest::newRow("fourfold") << static_cast<int>(Speed::Fourfold) << qint64{8000};
  }

  void position_follows_the_wall_clock_at_each_speed() {
    QFETCH(int, speed);
    QFETCH(qint64, expected_ms);
    const Instant position = drive(static_cast<Speed>(speed), 2s, 1ms);
    const auto off = std::chrono::abs(position - Instant{std::chrono::milliseconds{expected_ms}});
    QVERIFY2(off < 20ms, qPrintable(QString::number(inflight::to_seconds(position))));
  }

  void max_always_has_somewhere_to_go() {
    Pacer pacer(Speed::Max, Instant{}, WallTime{});
    QVERIFY(pacer.target(Instant{}, WallTime{}) > Instant{});
    QVERIFY(pacer.target(Instant{5s}, WallTime{}) > Instant{5s});
  }

  void a_pause_costs_nothing_afterwards() {
    Pacer pacer(Speed::Normal, Instant{}, WallTime{});
    pacer.setPaused(true, Instant{}, WallTime{});
    QCOMPARE(pacer.target(Instant{}, WallTime{10s}), Instant{});
    pacer.setPaused(false, Instant{}, WallTime{10s});
    QVERIFY(pacer.target(Instant{}, WallTime{10s + 1ms}) <= Instant{1ms});
  }

  void a_late_run_is_not_hurried() {
    Pacer pacer(Speed::Normal, Instant{}, WallTime{});
    // Let slices grow, so that only the line can hold it back.
    for (int i = 0; i < 20; ++i) pacer.stretchTook(1s, 1us);
    const Instant target = pacer.target(Instant{}, WallTime{60s});
    QVERIFY(target <= Instant{10ms});
  }

  void slices_shrink_when_they_take_long() {
    Pacer pacer(Speed::Max, Instant{}, WallTime{});
    const Instant before = pacer.target(Instant{}, WallTime{});
    pacer.stretchTook(before - Instant{}, 100ms);
    QVERIFY(pacer.target(Instant{}, WallTime{}) < before);
  }

  void slices_grow_when_they_are_quick_but_stay_bounded() {
    Pacer pacer(Speed::Max, Instant{}, WallTime{});
    for (int i = 0; i < 40; ++i) {
      pacer.stretchTook(pacer.target(Instant{}, WallTime{}) - Instant{}, 1us);
    }
    const auto slice = pacer.target(Instant{}, WallTime{}) - Instant{};
    QVERIFY(slice > 100ms);
    QVERIFY(slice <= 250ms);
  }

  void the_delay_ends_when_the_run_is_due() {
    Pacer pacer(Speed::Quarter, Instant{}, WallTime{});
    // 5 ms ahead at a quarter of real time: 20 ms to wait.
    QCOMPARE(pacer.delay(Instant{5ms}, WallTime{}), std::chrono::nanoseconds{20ms});
  }

 private:
  // A machine that needs no time: wall time passes only while waiting.
  static Instant drive(Speed speed, Duration wall, Duration tick) {
    Pacer pacer(speed, Instant{}, WallTime{});
    Instant position{};
    for (Duration at{}; at <= wall; at += tick) {
      for (Instant next; (next = pacer.target(position, WallTime{at})) > position;) {
        pacer.stretchTook(next - position, 0ns);
        position = next;
      }
    }
    return position;
  }
};

namespace {
const inflight::testing::Register<PacerTest> registered;
}
#include "pacer_test.moc"
