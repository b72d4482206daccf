// What every loss-based controller does alike, mostly with Reno, whose figures are the simplest:
// slow start, thresholds, timeouts, idle restarts, what the sender does not use, inheritance.
#include "congestion/loss_based.h"

#include <QTest>

#include "congestion/ack_clock.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::Config;
using congestion::HystartKind;
using congestion::Phase;
using congestion::SlowStartExit;

class LossBasedTest : public QObject {
  Q_OBJECT

 private slots:
  void starts_with_the_initial_window();
  void slow_start_doubles();
  void byte_counting_data();
  void byte_counting();
  void slow_start_stops_at_the_threshold();
  void reno_adds_one_segment_per_window();
  void fractions_are_kept();
  void threshold_after_loss_data();
  void threshold_after_loss();
  void loss_never_raises_the_window();
  void a_mark_reduces_as_a_loss_does();
  void a_mark_may_leave_one_segment();
  void a_mark_is_never_undone();
  void recovery_holds_the_window();
  void timeout_data();
  void timeout();
  void repeated_timeout_keeps_the_threshold();
  void slow_start_after_a_timeout_counts_one_segment();
  void window_not_used_does_not_grow();
  void idle_restart();
  void larger_segments_raise_a_small_window();
  void inherits_window_threshold_and_exit();
  void inherits_an_open_slow_start();
  void names();
};

void LossBasedTest::starts_with_the_initial_window() {
  const AckClock clock(AckClock::config(Algorithm::NewReno));
  const auto status = clock.controller->status();
  QCOMPARE(clock.controller->window(), ByteCount{10'000});
  QCOMPARE(status.phase, Phase::SlowStart);
  QVERIFY(!status.ssthresh);
  QCOMPARE(status.exit, SlowStartExit::None);
  QVERIFY(!clock.controller->pacing_rate());
}

void LossBasedTest::slow_start_doubles() {
  AckClock clock(AckClock::config(Algorithm::NewReno));
  for (const int expected : {20, 40, 80, 160}) {
    clock.round();
    QCOMPARE(clock.cwnd(), double(expected));
  }
}

void LossBasedTest::byte_counting_data() {
  QTest::addColumn<int>("limit");
  QTest::addColumn<int>("hystart");
  QTest::addColumn<bool>("paced");
  QTest::addColumn<int>("acked");
  QTest::addColumn<double>("growth");
  const int off = int(HystartKind::Off);
  const int plus_plus = int(HystartKind::PlusPlus);
  QTest::newRow("no limit") << 0 << off << false << 20'000 << 20.0;
  QTest::newRow("L = 1") << 1 << off << false << 20'000 << 1.0;
  QTest::newRow("L = 2") << 2 << off << false << 20'000 << 2.0;
  QTest::newRow("less than L") << 2 << off << false << 1'500 << 1.5;
  QTest::newRow("less than a segment") << 0 << off << false << 100 << 0.1;
  QTest::newRow("HyStart++ unpaced") << 0 << plus_plus << false << 20'000 << 8.0;
  QTest::newRow("HyStart++ paced") << 0 << plus_plus << true << 20'000 << 20.0;
  QTest::newRow("HyStart++ below a smaller L") << 2 << plus_plus << false << 20'000 << 2.0;
}

void LossBasedTest::byte_counting() {
  QFETCH(int, limit);
  QFETCH(int, hystart);
  QFETCH(bool, paced);
  QFETCH(int, acked);
  Config config = AckClock::config(Algorithm::NewReno, 30);
  config.slow_start_limit = limit;
  config.hystart = HystartKind(hystart);
  AckClock clock(config);
  clock.event.paced = paced;
  clock.ack(acked);
  QTEST(clock.cwnd() - 30, "growth");
}

void LossBasedTest::slow_start_stops_at_the_threshold() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 40));
  clock.time_out(20);  // ssthresh 10
  for (int i = 0; i < 8; ++i) clock.ack();
  QCOMPARE(clock.cwnd(), 9.0);
  clock.ack(500);
  // Half of this ACK reaches the threshold, the rest counts in congestion avoidance.
  clock.ack(1000);
  QCOMPARE(clock.controller->status().phase, Phase::CongestionAvoidance);
  QCOMPARE(clock.cwnd(), 10.0 + 0.5 / 10.0);
}

void LossBasedTest::reno_adds_one_segment_per_window() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 40));
  clock.lose(40, 100ms);
  QCOMPARE(clock.cwnd(), 20.0);
  clock.ack(20'000);
  QCOMPARE(clock.cwnd(), 21.0);
  clock.round();
  QVERIFY(clock.cwnd() > 21.9 && clock.cwnd() <= 22);
  // Not more than a segment for one ACK, whatever it covers.
  const double before = clock.cwnd();
  clock.ack(500'000);
  QCOMPARE(clock.cwnd(), before + 1);
}

void LossBasedTest::fractions_are_kept() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 20));
  clock.lose(20, 100ms);
  clock.ack(7);  // 0.7 bytes
  QCOMPARE(clock.controller->window(), ByteCount{10'000});
  clock.ack(7);
  QCOMPARE(clock.controller->window(), ByteCount{10'001});
}

void LossBasedTest::threshold_after_loss_data() {
  QTest::addColumn<int>("algorithm");
  QTest::addColumn<double>("flight");
  QTest::addColumn<double>("expected");
  const int reno = int(Algorithm::NewReno);
  const int cubic = int(Algorithm::Cubic);
  QTest::newRow("Reno: half") << reno << 20.0 << 10.0;
  QTest::newRow("Reno: of the flight, not of cwnd") << reno << 8.0 << 4.0;
  QTest::newRow("Reno: at least two segments") << reno << 3.0 << 2.0;
  QTest::newRow("CUBIC: 0.7") << cubic << 20.0 << 14.0;
  QTest::newRow("CUBIC: of the flight, not of cwnd") << cubic << 10.0 << 7.0;
  QTest::newRow("CUBIC: at least two segments") << cubic << 2.0 << 2.0;
}

void LossBasedTest::threshold_after_loss() {
  QFETCH(int, algorithm);
  QFETCH(double, flight);
  QFETCH(double, expected);
  AckClock clock(AckClock::config(Algorithm(algorithm), 20));
  clock.wait(3s);
  clock.lose(flight, 100ms);
  QCOMPARE(clock.cwnd(), expected);
  QCOMPARE(clock.ssthresh(), expected);
  const auto status = clock.controller->status();
  QCOMPARE(status.exit, SlowStartExit::Loss);
  QCOMPARE(status.exit_time, Instant{3s});
  QCOMPARE(status.exit_cwnd, ByteCount{20'000});
}

void LossBasedTest::loss_never_raises_the_window() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 40));
  clock.time_out(40);
  for (int i = 0; i < 4; ++i) clock.ack();
  QCOMPARE(clock.cwnd(), 5.0);
  clock.lose(30, 100ms);  // of the flight before the timeout
  QCOMPARE(clock.cwnd(), 5.0);
  QCOMPARE(clock.ssthresh(), 15.0);
}

// RFC 3168 §6.1.2, RFC 9438 §4.6: the same share; slow start ends.
void LossBasedTest::a_mark_reduces_as_a_loss_does() {
  for (const auto algorithm : {Algorithm::NewReno, Algorithm::Cubic}) {
    AckClock marked(AckClock::config(algorithm, 40));
    AckClock lost(AckClock::config(algorithm, 40));
    marked.mark(40);
    lost.lose();
    QCOMPARE(marked.cwnd(), lost.cwnd());
    QCOMPARE(marked.ssthresh(), lost.ssthresh());
    QCOMPARE(marked.controller->status().exit, SlowStartExit::Mark);
    QCOMPARE(lost.controller->status().exit, SlowStartExit::Loss);
    QCOMPARE(marked.controller->status().w_max, lost.controller->status().w_max);
  }
}

// RFC 9438 §4.6: two segments after a loss, one after a mark; ssthresh stays at two.
void LossBasedTest::a_mark_may_leave_one_segment() {
  AckClock marked(AckClock::config(Algorithm::Cubic, 4));
  for (int i = 0; i < 6; ++i) marked.mark(marked.cwnd());
  QCOMPARE(marked.cwnd(), 1.0);
  QCOMPARE(marked.ssthresh(), 2.0);
  AckClock lost(AckClock::config(Algorithm::Cubic, 4));
  for (int i = 0; i < 6; ++i) lost.lose(lost.cwnd(), 0ms);
  QCOMPARE(lost.cwnd(), 2.0);
}

// A recovery that was for nothing gives back its own reduction, not that of a mark after it.
void LossBasedTest::a_mark_is_never_undone() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 40));
  clock.lose();
  QCOMPARE(clock.cwnd(), 20.0);
  clock.mark(20);
  QCOMPARE(clock.cwnd(), 10.0);
  clock.controller->on_spurious_loss(clock.now());
  QCOMPARE(clock.cwnd(), 10.0);
}

void LossBasedTest::recovery_holds_the_window() {
  for (const Algorithm algorithm : {Algorithm::NewReno, Algorithm::Cubic}) {
    AckClock clock(AckClock::config(algorithm, 100));
    clock.controller->on_congestion({.in_flight = ByteCount{100'000}}, clock.now());
    const double held = clock.cwnd();
    clock.event.in_recovery = true;
    for (int i = 0; i < 200; ++i) clock.ack();
    QCOMPARE(clock.cwnd(), held);
    clock.controller->on_recovery_end(clock.now());
    clock.event.in_recovery = false;
    clock.ack();
    QVERIFY(clock.cwnd() > held);
  }
}

void LossBasedTest::timeout_data() {
  QTest::addColumn<int>("algorithm");
  QTest::addColumn<double>("flight");
  QTest::addColumn<double>("ssthresh");
  QTest::newRow("Reno") << int(Algorithm::NewReno) << 30.0 << 15.0;
  QTest::newRow("Reno, small") << int(Algorithm::NewReno) << 1.0 << 2.0;
  QTest::newRow("CUBIC") << int(Algorithm::Cubic) << 30.0 << 21.0;
  QTest::newRow("CUBIC, small") << int(Algorithm::Cubic) << 1.0 << 2.0;
}

void LossBasedTest::timeout() {
  QFETCH(int, algorithm);
  QFETCH(double, flight);
  AckClock clock(AckClock::config(Algorithm(algorithm), 40));
  clock.time_out(flight);
  QCOMPARE(clock.cwnd(), 1.0);
  QTEST(clock.ssthresh(), "ssthresh");
  QCOMPARE(clock.controller->status().exit, SlowStartExit::Loss);
  QCOMPARE(clock.controller->status().phase, Phase::SlowStart);
}

void LossBasedTest::repeated_timeout_keeps_the_threshold() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 40));
  clock.time_out(40);
  clock.time_out(1, true);
  QCOMPARE(clock.ssthresh(), 20.0);
  QCOMPARE(clock.cwnd(), 1.0);
  clock.time_out(10, false);
  QCOMPARE(clock.ssthresh(), 5.0);
}

void LossBasedTest::slow_start_after_a_timeout_counts_one_segment() {
  AckClock clock(AckClock::config(Algorithm::NewReno, 10));
  clock.time_out(40);
  clock.ack(15'000);
  QCOMPARE(clock.cwnd(), 2.0);
  // A later slow start, after an idle time, counts as configured.
  while (clock.cwnd() < 20) clock.ack();
  clock.ack();
  clock.controller->on_idle_restart(1, clock.now());
  clock.ack(5'000);
  QCOMPARE(clock.cwnd(), 15.0);
}

void LossBasedTest::window_not_used_does_not_grow() {
  for (const Algorithm algorithm : {Algorithm::NewReno, Algorithm::Cubic}) {
    AckClock clock(AckClock::config(algorithm, 40));
    clock.event.cwnd_limited = false;
    clock.round();
    QCOMPARE(clock.cwnd(), 40.0);
    clock.lose();
    const double reduced = clock.cwnd();
    for (int i = 0; i < 50; ++i) clock.round();
    QCOMPARE(clock.cwnd(), reduced);
  }
}

void LossBasedTest::idle_restart() {
  AckClock clock(AckClock::config(Algorithm::NewReno));
  for (int i = 0; i < 3; ++i) clock.round();
  clock.lose(80, 100ms);
  clock.wait(5s);
  clock.controller->on_idle_restart(1, clock.now());
  QCOMPARE(clock.cwnd(), 10.0);
  QCOMPARE(clock.ssthresh(), 40.0);
  QCOMPARE(clock.controller->status().phase, Phase::SlowStart);
  clock.round();
  QCOMPARE(clock.cwnd(), 20.0);
  // A window below the restart window stays.
  clock.lose(8, 100ms);
  clock.controller->on_idle_restart(1, clock.now());
  QCOMPARE(clock.cwnd(), 4.0);
  QCOMPARE(clock.controller->status().phase, Phase::CongestionAvoidance);
}

void LossBasedTest::larger_segments_raise_a_small_window() {
  AckClock clock(AckClock::config(Algorithm::NewReno));
  clock.time_out(10);
  clock.controller->on_mss(ByteCount{1400});
  QCOMPARE(clock.controller->window(), ByteCount{1400});
  clock.controller->on_mss(ByteCount{500});
  QCOMPARE(clock.controller->window(), ByteCount{1400});
  clock.time_out(1);
  QCOMPARE(clock.controller->window(), ByteCount{500});
  QCOMPARE(clock.ssthresh(), 1.0);  // two of the new segments
}

void LossBasedTest::inherits_window_threshold_and_exit() {
  AckClock old(AckClock::config(Algorithm::NewReno, 100));
  old.wait(2s);
  old.lose();
  old.round();
  const auto before = old.controller->status();
  AckClock clock(AckClock::config(Algorithm::Cubic));
  Config config = AckClock::config(Algorithm::Cubic);
  config.hystart = HystartKind::PlusPlus;
  clock.controller = make_controller(config, before);
  const auto status = clock.controller->status();
  QCOMPARE(status.cwnd, before.cwnd);
  QCOMPARE(status.ssthresh, before.ssthresh);
  QCOMPARE(status.phase, Phase::CongestionAvoidance);
  QCOMPARE(status.exit, SlowStartExit::Loss);
  QCOMPARE(status.exit_time, before.exit_time);
  QCOMPARE(status.exit_cwnd, ByteCount{100'000});
  // CUBIC begins on a plateau here, whatever happened before.
  clock.ack();
  QCOMPARE(clock.controller->status().k_seconds, 0.0);
  QCOMPARE(clock.controller->status().w_max, before.cwnd);
  clock.lose(50, 100ms);
  QCOMPARE(clock.controller->status().exit_cwnd, ByteCount{100'000});
}

void LossBasedTest::inherits_an_open_slow_start() {
  AckClock clock(AckClock::config(Algorithm::Cubic));
  clock.round();
  clock.controller =
      make_controller(AckClock::config(Algorithm::NewReno), clock.controller->status());
  QCOMPARE(clock.cwnd(), 20.0);
  QVERIFY(!clock.controller->status().ssthresh);
  clock.round();
  QCOMPARE(clock.cwnd(), 40.0);
}

void LossBasedTest::names() {
  QCOMPARE(to_string(Algorithm::NewReno), std::string_view("newreno"));
  QCOMPARE(to_string(Algorithm::Cubic), std::string_view("cubic"));
  QCOMPARE(to_string(HystartKind::Off), std::string_view("off"));
  QCOMPARE(to_string(HystartKind::Linux), std::string_view("linux"));
  QCOMPARE(to_string(HystartKind::Gvisor), std::string_view("gvisor"));
  QCOMPARE(to_string(HystartKind::PlusPlus), std::string_view("plusplus"));
  QCOMPARE(to_string(SlowStartExit::None), std::string_view("none"));
  QCOMPARE(to_string(SlowStartExit::HystartDelay), std::string_view("hystart_delay"));
  QCOMPARE(to_string(SlowStartExit::HystartAckTrain), std::string_view("hystart_ack_train"));
  QCOMPARE(to_string(SlowStartExit::HystartCss), std::string_view("hystart_css"));
  QCOMPARE(to_string(SlowStartExit::Loss), std::string_view("loss"));
}

namespace {
const Register<LossBasedTest> registered;
}
}  // namespace inflight::testing

#include "loss_based_test.moc"
