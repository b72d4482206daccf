// Undoing a reduction that was for nothing (RFC 4015, RFC 9438 §4.9), the smaller reduction after a
// mark (RFC 9438 §4.6), and windows that were not used (RFC 7661).
#include <QTest>

#include "congestion/ack_clock.h"
#include "congestion/window_validation.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::WindowValidation;

class SpuriousLossTest : public QObject {
  Q_OBJECT

 private slots:
  void window_comes_back_data();
  void window_comes_back();
  void cubic_goes_on_where_it_was();
  void a_larger_window_stays();
  void only_once();
  void a_mark_may_leave_one_segment();
  void validated_while_half_is_used();
  void unused_window_is_kept_but_not_trusted();
  void after_five_minutes_half_is_given_up();
};

namespace {

AckClock grown(Algorithm algorithm) {
  AckClock clock(AckClock::config(algorithm, 100));
  clock.lose();
  for (int i = 0; i < 5; ++i) clock.round();
  return clock;
}

congestion::Config validating() {
  auto config = AckClock::config(Algorithm::NewReno, 10);
  config.window_validation = true;
  return config;
}

// A window of 160 segments, all used, in slow start.
AckClock validated_at_160() {
  AckClock clock(validating());
  for (int i = 0; i < 4; ++i) clock.round();
  return clock;
}

// An RTT in which one segment is sent and acknowledged.
void trickle(AckClock& clock, int rounds) {
  clock.event.cwnd_limited = false;
  for (int i = 0; i < rounds; ++i) {
    clock.wait(100ms);
    clock.ack();
  }
  clock.event.cwnd_limited = true;
}

}  // namespace

void SpuriousLossTest::window_comes_back_data() {
  QTest::addColumn<Algorithm>("algorithm");
  QTest::addColumn<bool>("timeout");
  QTest::newRow("newreno recovery") << Algorithm::NewReno << false;
  QTest::newRow("newreno timeout") << Algorithm::NewReno << true;
  QTest::newRow("cubic recovery") << Algorithm::Cubic << false;
  QTest::newRow("cubic timeout") << Algorithm::Cubic << true;
}

void SpuriousLossTest::window_comes_back() {
  QFETCH(Algorithm, algorithm);
  QFETCH(bool, timeout);
  AckClock clock = grown(algorithm);
  const double cwnd = clock.cwnd();
  const double ssthresh = clock.ssthresh();
  timeout ? clock.time_out(cwnd) : clock.lose(cwnd, 10ms);
  QVERIFY(clock.cwnd() < cwnd);
  clock.controller->on_spurious_loss(clock.now());
  QCOMPARE(clock.cwnd(), cwnd);
  QCOMPARE(clock.ssthresh(), ssthresh);
}

void SpuriousLossTest::cubic_goes_on_where_it_was() {
  AckClock undisturbed = grown(Algorithm::Cubic);
  AckClock disturbed = grown(Algorithm::Cubic);
  disturbed.lose(disturbed.cwnd(), 50ms);
  disturbed.controller->on_spurious_loss(disturbed.now());
  undisturbed.round();
  disturbed.round();
  QVERIFY(std::abs(disturbed.cwnd() - undisturbed.cwnd()) < 0.5);
}

void SpuriousLossTest::a_larger_window_stays() {
  AckClock clock = grown(Algorithm::NewReno);
  clock.lose();
  for (int i = 0; i < 200; ++i) clock.round();
  const double cwnd = clock.cwnd();
  clock.controller->on_spurious_loss(clock.now());
  QCOMPARE(clock.cwnd(), cwnd);
}

void SpuriousLossTest::only_once() {
  AckClock clock = grown(Algorithm::NewReno);
  clock.lose();
  clock.controller->on_spurious_loss(clock.now());
  const double cwnd = clock.cwnd();
  clock.controller->on_spurious_loss(clock.now());
  QCOMPARE(clock.cwnd(), cwnd);
}

void SpuriousLossTest::a_mark_may_leave_one_segment() {
  AckClock clock(AckClock::config(Algorithm::Cubic, 2));
  const ByteCount flight{AckClock::kMss};
  clock.controller->on_congestion({.in_flight = flight, .marked = true}, clock.now());
  QCOMPARE(clock.cwnd(), 1.0);
  QCOMPARE(clock.ssthresh(), 2.0);
}

void SpuriousLossTest::validated_while_half_is_used() {
  WindowValidation validation;
  QVERIFY(validation.validated(100e3));
  Instant now{};
  for (int i = 0; i < 40; ++i) validation.on_ack(ByteCount{10000}, 100ms, 100e3, now += 20ms);
  // Five or six ACKs an RTT.
  QVERIFY(validation.pipe_ack() && *validation.pipe_ack() >= ByteCount{50000});
  QVERIFY(validation.validated(100e3));
  for (int i = 0; i < 40; ++i) validation.on_ack(ByteCount{1000}, 100ms, 100e3, now += 100ms);
  QVERIFY(!validation.validated(100e3));
  QVERIFY(!validation.take_expiry(100e3, now));
  validation.reset(now);
  QVERIFY(validation.validated(100e3));
}

void SpuriousLossTest::unused_window_is_kept_but_not_trusted() {
  AckClock clock = validated_at_160();
  QCOMPARE(clock.cwnd(), 160.0);
  trickle(clock, 30);
  clock.controller->on_idle_restart(1, clock.now());
  QCOMPARE(clock.cwnd(), 160.0);
  // RFC 7661 §4.4.1: one segment was used in an RTT, six are in flight when one is lost.
  clock.lose(6, 100ms);
  QCOMPARE(clock.cwnd(), 3.0);
}

void SpuriousLossTest::after_five_minutes_half_is_given_up() {
  AckClock clock = validated_at_160();
  trickle(clock, 3040);
  QCOMPARE(clock.cwnd(), 80.0);
  QCOMPARE(clock.ssthresh(), 120.0);
}

}  // namespace inflight::testing

namespace {
const inflight::testing::Register<inflight::testing::SpuriousLossTest> registered;
}
#include "spurious_loss_test.moc"
