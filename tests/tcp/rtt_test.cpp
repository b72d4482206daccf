// RttEstimator: the vector of FACTS 2.5, the floor and the ceiling, back-off and its end, and the
// gains of RFC 7323 appendix G.
#include "tcp/rtt.h"

#include <QTest>

#include "support/registry.h"

using namespace inflight;
using tcp::RttEstimator;

class RttTest : public QObject {
  Q_OBJECT

 private slots:
  void begins_with_the_initial_timeout() {
    const RttEstimator rtt(1s, 200ms, 120s);
    QVERIFY(rtt.rto() == 1s);
    QVERIFY(!rtt.smoothed() && !rtt.minimum());
    QCOMPARE(rtt.samples(), 0);
  }

  void smooths_as_rfc_6298_says() {
    RttEstimator rtt(1s, 1ms, 120s);
    rtt.on_sample(100ms, 1);
    QVERIFY(*rtt.smoothed() == 100ms);
    QVERIFY(rtt.rto() == 300ms);
    rtt.on_sample(140ms, 1);
    QVERIFY(*rtt.smoothed() == 105ms);
    QVERIFY(rtt.rto() == 295ms);
    QVERIFY(*rtt.minimum() == 100ms);
    QVERIFY(rtt.last() == 140ms);
    QCOMPARE(rtt.samples(), 2);
  }

  void keeps_floor_and_ceiling() {
    RttEstimator rtt(1s, 200ms, 60s);
    for (int i = 0; i < 100; ++i) rtt.on_sample(10ms, 1);
    QVERIFY(rtt.rto() == 200ms);
    rtt.set_min_rto(1s);
    QVERIFY(rtt.rto() == 1s);
    for (int i = 0; i < 10; ++i) rtt.back_off();
    QVERIFY(rtt.rto() == 60s);
    for (int i = 0; i < 100; ++i) rtt.back_off();
    QVERIFY(rtt.rto() == 60s);
  }

  // A variance of almost nothing must not make the timer fire at the next late ACK.
  void granularity_keeps_a_distance() {
    RttEstimator rtt(1s, 1ms, 60s);
    for (int i = 0; i < 200; ++i) rtt.on_sample(100ms, 1);
    QVERIFY(rtt.rto() >= 101ms && rtt.rto() < 102ms);
  }

  // RFC 6298 §5.5 to §5.7 and Karn: only a fresh measurement ends the back-off.
  void doubles_until_a_new_sample() {
    RttEstimator rtt(1s, 200ms, 120s);
    rtt.on_sample(100ms, 1);
    QVERIFY(rtt.rto() == 300ms);
    rtt.back_off();
    QVERIFY(rtt.rto() == 600ms);
    rtt.back_off();
    QVERIFY(rtt.rto() == 1200ms);
    rtt.on_sample(100ms, 1);
    QCOMPARE(rtt.back_offs(), 0);
    QVERIFY(rtt.rto() < 300ms);
  }

  // With 20 segments in flight and an ACK for each second one, ten samples weigh as much as one.
  void many_samples_a_round_keep_a_memory_of_rounds() {
    RttEstimator one(1s, 1ms, 120s);
    RttEstimator many(1s, 1ms, 120s);
    one.on_sample(100ms, 1);
    many.on_sample(100ms, 20);
    one.on_sample(180ms, 1);
    for (int i = 0; i < 10; ++i) many.on_sample(180ms, 20);
    QVERIFY(*one.smoothed() == 110ms);
    QVERIFY(*many.smoothed() > 109ms && *many.smoothed() < 110ms);
  }
};

namespace {
const inflight::testing::Register<RttTest> registered;
}
#include "rtt_test.moc"
