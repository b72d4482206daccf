// CUBIC against figures computed from the equations of RFC 9438 §4. Windows in segments.
#include "congestion/cubic.h"

#include <QTest>
#include <cmath>

#include "congestion/ack_clock.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::Cubic;
using congestion::CubicCurve;
using congestion::StageEntry;
using congestion::Status;

class CubicTest : public QObject {
  Q_OBJECT

 private slots:
  void curve_data();
  void curve();
  void first_ack_after_a_loss();
  void window_follows_the_curve();
  void fast_convergence();
  void no_fast_convergence_above_the_old_maximum();
  void plateau_after_slow_start_without_loss();
  void plateau_after_a_timeout();
  void growth_is_at_most_half_a_window_per_window();
  void never_slower_than_reno();
  void time_without_data_is_not_credited_data();
  void time_without_data_is_not_credited();
  void recovery_is_not_part_of_the_stage();
  void another_segment_size_begins_a_stage();
};

namespace {

bool near(double value, double expected, double tolerance) {
  if (std::abs(value - expected) <= tolerance) return true;
  qWarning("%.6f, expected %.6f", value, expected);
  return false;
}

// A window of 100 segments lost at 100: cwnd 70, recovery over.
AckClock after_loss_at_100(Duration rtt = 100ms) {
  AckClock clock(AckClock::config(Algorithm::Cubic, 100), rtt);
  clock.lose();
  return clock;
}

double k_seconds(const AckClock& clock) {
  return clock.controller->status().k_seconds.value_or(-1);
}
double w_max(const AckClock& clock) {
  return clock.controller->status().w_max.value_or(-1) / AckClock::kMss;
}

}  // namespace

void CubicTest::curve_data() {
  QTest::addColumn<double>("seconds");
  QTest::addColumn<double>("segments");
  const std::initializer_list<std::pair<double, double>> points{
      {0, 70.000},  {0.5, 79.456}, {1, 86.681},  {2, 95.640},  {4, 99.996},
      {5, 100.192}, {6, 102.267},  {8, 121.653}, {10, 177.354}};
  for (const auto& [seconds, segments] : points) {
    QTest::addRow("%.1f s", seconds) << seconds << segments;
  }
}

void CubicTest::curve() {
  QFETCH(double, seconds);
  QFETCH(double, segments);
  const CubicCurve curve(70'000, 100'000, 1000);
  QVERIFY(near(curve.k_seconds(), 4.21716, 0.5e-5));
  QVERIFY(near(curve.at(seconds) / 1000, segments, 0.5e-3));
  QVERIFY(near(curve.at(curve.k_seconds()) / 1000, 100, 1e-9));
}

void CubicTest::first_ack_after_a_loss() {
  AckClock clock = after_loss_at_100();
  QCOMPARE(clock.cwnd(), 70.0);
  QCOMPARE(w_max(clock), 100.0);
  QVERIFY(near(k_seconds(clock), 4.21716, 0.5e-5));
  clock.ack();
  // At t = 0 the curve is at 70 and below W_est = 70.0076: the Reno-friendly region.
  QVERIFY(near(clock.cwnd() - 70, 0.007563, 0.5e-6));

  // The curve alone, its plateau far away: target 72.0839, as W_cubic(t) is ahead of W_est.
  Cubic cubic;
  cubic.on_congestion(100'000);
  cubic.begin_stage(StageEntry::AfterCongestion, 70'000, 1000, Instant{});
  const auto grown = cubic.grow({70'000, 1000, 1000, 99ms}, Instant{1ms});
  QVERIFY(near(grown / 1000 - 70, 0.029770, 0.5e-6));
}

void CubicTest::window_follows_the_curve() {
  // At this RTT W_est stays below the curve.
  AckClock clock = after_loss_at_100(200ms);
  const Instant start = clock.now();
  const CubicCurve curve(70'000, 100'000, 1000);
  while (clock.now() < start + 10s) {
    clock.round();
    // Each ACK aims at where the curve is an RTT later: after a round the window is there, less
    // what the exponential approach leaves.
    const double t = to_seconds(clock.now() - start);
    QVERIFY(near(clock.cwnd(), curve.at(t) / 1000, 0.02 * clock.cwnd()));
  }
}

void CubicTest::fast_convergence() {
  AckClock clock = after_loss_at_100();
  while (clock.cwnd() < 80) clock.ack();
  // Bring it to exactly 80 for the figures.
  Cubic cubic;
  cubic.on_congestion(100'000);
  cubic.on_congestion(80'000);
  cubic.begin_stage(StageEntry::AfterCongestion, 56'000, 1000, Instant{});
  Status status;
  cubic.describe(status);
  QCOMPARE(status.w_max, 68'000.0);
  QVERIFY(near(*status.k_seconds, 3.10723, 0.5e-5));

  clock.lose(80, 100ms);
  QCOMPARE(clock.cwnd(), 56.0);
  QVERIFY(near(w_max(clock), 68, 0.05));
  QVERIFY(near(k_seconds(clock), 3.10723, 0.01));
}

void CubicTest::no_fast_convergence_above_the_old_maximum() {
  Cubic cubic;
  cubic.on_congestion(100'000);
  Status status;
  cubic.on_congestion(100'000);
  cubic.describe(status);
  QCOMPARE(status.w_max, 100'000.0);
  cubic.on_congestion(120'000);
  cubic.describe(status);
  QCOMPARE(status.w_max, 120'000.0);
}

// RFC 9438 §4.10. Exit at 500 with 60 ms: 500.4, 503.2, 550 after 1, 2, 5 s.
void CubicTest::plateau_after_slow_start_without_loss() {
  const CubicCurve curve(500, 500, 1);
  QVERIFY(near(curve.at(1), 500.4, 1e-9));
  QVERIFY(near(curve.at(2), 503.2, 1e-9));
  QVERIFY(near(curve.at(5), 550, 1e-9));
  // W_est starts at cwnd_prior, so its alpha is 1, and here it is ahead: a segment per RTT.
  Cubic cubic;
  cubic.begin_stage(StageEntry::AfterSlowStart, 500'000, 1000, Instant{});
  const double grown = cubic.grow({500'000, 500'000, 1000, 60ms}, Instant{60ms});
  QCOMPARE(grown, 501'000.0);
}

void CubicTest::plateau_after_a_timeout() {
  AckClock clock(AckClock::config(Algorithm::Cubic, 200));
  clock.lose(100.0 / 0.7, 100ms);
  QVERIFY(near(clock.cwnd(), 100, 0.01));
  clock.time_out(100);
  QVERIFY(!clock.controller->status().w_max);
  while (clock.cwnd() < clock.ssthresh()) clock.ack();
  QCOMPARE(clock.ssthresh(), 70.0);
  QCOMPARE(w_max(clock), 70.0);
  QCOMPARE(k_seconds(clock), 0.0);
  // W_est's alpha stays 0.53 until the window is back at 100, where it fell from.
  const double before = clock.cwnd();
  clock.ack(70'000);
  QVERIFY(near(clock.cwnd() - before, 0.5294, 0.001));

  // A loss on the way back is not judged by the maximum of before the timeout.
  clock.lose(100, 100ms);
  clock.time_out(70);
  for (int i = 0; i < 19; ++i) clock.ack();
  clock.lose(20, 100ms);
  QCOMPARE(w_max(clock), 20.0);
}

void CubicTest::growth_is_at_most_half_a_window_per_window() {
  Cubic cubic;
  cubic.begin_stage(StageEntry::AfterSlowStart, 10'000, 1000, Instant{});
  QCOMPARE(cubic.grow({10'000, 10'000, 1000, 100ms}, Instant{60s}), 15'000.0);
  QCOMPARE(cubic.grow({15'000, 1'000, 1000, 100ms}, Instant{60s}), 15'500.0);
}

// At 1 ms of RTT the curve hardly moves in a window's time: CUBIC is as fast as Reno's estimate.
void CubicTest::never_slower_than_reno() {
  AckClock clock = after_loss_at_100(1ms);
  double rounds = 0;
  while (clock.cwnd() < 100) {
    clock.round();
    ++rounds;
  }
  QVERIFY(near(rounds, 30 / 0.529412, 2));
  // A window ahead of W_est does not fall back to it.
  Cubic cubic;
  cubic.begin_stage(StageEntry::AfterSlowStart, 10'000, 1000, Instant{});
  QCOMPARE(cubic.grow({15'000, 1000, 1000, 1ms}, Instant{}), 15'000.0);

  const double reached = clock.cwnd();
  for (int i = 0; i < 20; ++i) clock.round();
  QVERIFY(near(clock.cwnd() - reached, 20, 0.5));
}

// Ten seconds without data in three forms, told once or twice: the window then is that of a
// connection that never paused.
void CubicTest::time_without_data_is_not_credited_data() {
  QTest::addColumn<bool>("told");
  QTest::addColumn<bool>("acks");
  QTest::newRow("nothing sent") << true << false;
  QTest::newRow("less than the window sent") << false << true;
  QTest::newRow("both say so") << true << true;
}

void CubicTest::time_without_data_is_not_credited() {
  QFETCH(bool, told);
  QFETCH(bool, acks);
  AckClock busy = after_loss_at_100();
  AckClock paused = after_loss_at_100();
  for (int i = 0; i < 5; ++i) busy.round(), paused.round();
  paused.event.cwnd_limited = false;
  for (int i = 0; i < 100; ++i) {
    paused.wait(100ms);
    if (acks) paused.ack();
  }
  paused.event.cwnd_limited = true;
  QCOMPARE(paused.cwnd(), busy.cwnd());
  if (told) paused.controller->on_application_limited(10s, paused.now());
  for (int i = 0; i < 5; ++i) busy.round(), paused.round();
  QVERIFY(near(paused.cwnd(), busy.cwnd(), 1e-6));

  // A part of a pause is a part of it: the rest counts.
  busy.wait(1s);
  paused.wait(2s);
  paused.controller->on_application_limited(1s, paused.now());
  busy.round(), paused.round();
  QVERIFY(near(paused.cwnd(), busy.cwnd(), 1e-6));
}

void CubicTest::recovery_is_not_part_of_the_stage() {
  AckClock quick(AckClock::config(Algorithm::Cubic, 100));
  AckClock slow(AckClock::config(Algorithm::Cubic, 100));
  quick.lose(100, 100ms);
  slow.lose(100, 2s);
  quick.round();
  slow.round();
  QCOMPARE(slow.cwnd(), quick.cwnd());
}

void CubicTest::another_segment_size_begins_a_stage() {
  AckClock clock = after_loss_at_100();
  for (int i = 0; i < 10; ++i) clock.round();
  const double before = clock.cwnd();
  clock.controller->on_mss(ByteCount{500});
  clock.ack(500);
  QVERIFY(near(clock.cwnd(), before, 0.1));
  QCOMPARE(w_max(clock), 100.0);
  QVERIFY(near(k_seconds(clock), std::cbrt((100 - before) * 2 / 0.4), 1e-6));
  // Beyond the old maximum it begins on a plateau.
  while (clock.cwnd() < 110) clock.round();
  const double beyond = clock.cwnd();
  clock.controller->on_mss(ByteCount{1000});
  clock.ack();
  QCOMPARE(w_max(clock), beyond);
  QCOMPARE(k_seconds(clock), 0.0);
}

namespace {
const Register<CubicTest> registered;
}
}  // namespace inflight::testing

#include "cubic_test.moc"
