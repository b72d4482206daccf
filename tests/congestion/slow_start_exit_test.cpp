// The HyStarts at work in a controller: when they may act, what the window does then, and how they
// are exchanged while running. The rules themselves are tested one by one beside this.
#include <QTest>

#include "congestion/ack_clock.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::Config;
using congestion::HystartKind;
using congestion::Phase;
using congestion::SlowStartExit;

class SlowStartExitTest : public QObject {
  Q_OBJECT

 private slots:
  void exit_sets_the_threshold_to_the_window();
  void conservative_growth();
  void conservative_slow_start_ends_with_a_loss();
  void later_slow_starts_data();
  void later_slow_starts();
  void exchanged_in_the_initial_slow_start();
  void not_exchanged_after_it();
};

namespace {

AckClock make_clock(HystartKind kind, std::int64_t segments = 100) {
  Config config = AckClock::config(Algorithm::Cubic, segments);
  config.hystart = kind;
  return AckClock(config, 60ms);
}

// A round of ten ACKs, 3 ms apart, for a window in all.
void delayed_round(AckClock& clock, Duration rtt) {
  clock.sample = rtt;
  const std::int64_t bytes = clock.controller->window().value() / 10;
  for (int i = 0; i < 10; ++i) {
    clock.wait(3ms);
    clock.ack(bytes);
  }
  clock.wait(rtt - 30ms);
}

}  // namespace

void SlowStartExitTest::exit_sets_the_threshold_to_the_window() {
  for (const auto kind : {HystartKind::Linux, HystartKind::Gvisor}) {
    AckClock clock = make_clock(kind);
    delayed_round(clock, 60ms);
    QCOMPARE(clock.cwnd(), 200.0);
    delayed_round(clock, 75ms);
    const auto status = clock.controller->status();
    QCOMPARE(status.exit, SlowStartExit::HystartDelay);
    QCOMPARE(status.phase, Phase::CongestionAvoidance);
    // Seven (gVisor) or eight (Linux) ACKs of 20 segments came before the one that ended it.
    const double exit_cwnd = kind == HystartKind::Linux ? 360 : 340;
    QCOMPARE(status.exit_cwnd, ByteCount(std::int64_t(exit_cwnd * 1000)));
    QCOMPARE(clock.ssthresh(), exit_cwnd);
    // RFC 9438 §4.10: CUBIC goes on from the plateau.
    QCOMPARE(status.k_seconds, 0.0);
    QCOMPARE(status.w_max, exit_cwnd * 1000);
    QVERIFY(clock.cwnd() >= exit_cwnd && clock.cwnd() < exit_cwnd + 1);
  }
}

// RFC 9406: 400 segments when CSS begins, everything acknowledged, never resumed.
void SlowStartExitTest::conservative_growth() {
  AckClock clock = make_clock(HystartKind::PlusPlus, 400);
  clock.event.paced = true;
  clock.event.cwnd_limited = false;
  delayed_round(clock, 60ms);
  clock.event.cwnd_limited = true;
  clock.sample = 70ms;
  // The first eight ACKs of this round are tiny, so that CSS begins with (almost) all of it.
  for (int i = 0; i < 8; ++i) clock.ack(1);
  QCOMPARE(clock.controller->status().phase, Phase::ConservativeSlowStart);
  QCOMPARE(clock.whole_segments(), 400);
  clock.ack(399'992);
  QCOMPARE(clock.whole_segments(), 500);
  for (const int expected : {625, 781, 976, 1220}) {
    delayed_round(clock, 70ms);
    QCOMPARE(clock.whole_segments(), expected);
    QCOMPARE(clock.controller->status().phase, Phase::ConservativeSlowStart);
  }
  clock.ack();
  QCOMPARE(clock.controller->status().phase, Phase::CongestionAvoidance);
  QCOMPARE(clock.controller->status().exit, SlowStartExit::HystartCss);
  QCOMPARE(std::int64_t(clock.ssthresh()), 1220);
}

void SlowStartExitTest::conservative_slow_start_ends_with_a_loss() {
  AckClock clock = make_clock(HystartKind::PlusPlus);
  delayed_round(clock, 60ms);
  delayed_round(clock, 75ms);
  QCOMPARE(clock.controller->status().phase, Phase::ConservativeSlowStart);
  clock.lose();
  QCOMPARE(clock.controller->status().exit, SlowStartExit::Loss);
  QCOMPARE(clock.controller->status().phase, Phase::CongestionAvoidance);
}

void SlowStartExitTest::later_slow_starts_data() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<bool>("acts");
  QTest::newRow("Linux: any") << int(HystartKind::Linux) << true;
  QTest::newRow("gVisor: the first only") << int(HystartKind::Gvisor) << false;
  QTest::newRow("HyStart++: the first only") << int(HystartKind::PlusPlus) << false;
}

void SlowStartExitTest::later_slow_starts() {
  QFETCH(int, kind);
  AckClock clock = make_clock(HystartKind(kind), 400);
  clock.time_out(2000);
  const double ssthresh = clock.ssthresh();
  clock.ack(2'000'000);  // what was in flight at the timeout
  for (int i = 0; i < 100; ++i) clock.ack();
  delayed_round(clock, 60ms);
  for (int i = 0; i < 4; ++i) delayed_round(clock, 75ms);
  const auto status = clock.controller->status();
  QTEST(clock.ssthresh() < ssthresh, "acts");
  QVERIFY(status.phase != Phase::ConservativeSlowStart);
  // What is told is how the first one ended.
  QCOMPARE(status.exit, SlowStartExit::Loss);
}

void SlowStartExitTest::exchanged_in_the_initial_slow_start() {
  AckClock clock = make_clock(HystartKind::Off);
  delayed_round(clock, 60ms);
  delayed_round(clock, 75ms);
  QCOMPARE(clock.controller->status().phase, Phase::SlowStart);
  clock.controller->set_hystart(HystartKind::Gvisor);
  delayed_round(clock, 75ms);
  delayed_round(clock, 90ms);
  QCOMPARE(clock.controller->status().exit, SlowStartExit::HystartDelay);

  clock = make_clock(HystartKind::PlusPlus);
  delayed_round(clock, 60ms);
  delayed_round(clock, 75ms);
  QCOMPARE(clock.controller->status().phase, Phase::ConservativeSlowStart);
  clock.controller->set_hystart(HystartKind::Off);
  QCOMPARE(clock.controller->status().phase, Phase::SlowStart);
  for (int i = 0; i < 8; ++i) delayed_round(clock, 75ms);
  QCOMPARE(clock.controller->status().phase, Phase::SlowStart);
}

void SlowStartExitTest::not_exchanged_after_it() {
  AckClock clock = make_clock(HystartKind::Off);
  clock.lose();
  clock.controller->set_hystart(HystartKind::Linux);
  clock.time_out(2000);
  const double ssthresh = clock.ssthresh();
  clock.ack(2'000'000);  // what was in flight at the timeout
  for (int i = 0; i < 100; ++i) clock.ack();
  delayed_round(clock, 60ms);
  delayed_round(clock, 80ms);
  QCOMPARE(clock.ssthresh(), ssthresh);
}

namespace {
const Register<SlowStartExitTest> registered;
}
}  // namespace inflight::testing

#include "slow_start_exit_test.moc"
