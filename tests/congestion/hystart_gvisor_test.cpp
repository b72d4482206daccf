// HyStart in gVisor's form; the train rows and the first two delay rows are the situations of that
// project's own tests.
#include "congestion/hystart_gvisor.h"

#include <QTest>

#include "congestion/rounds.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::HystartGvisor;
using congestion::SlowStartExit;

class HystartGvisorTest : public QObject {
  Q_OBJECT

 private slots:
  void delay_data();
  void delay();
  void ack_train_data();
  void ack_train();
  void first_round_has_no_train();
};

void HystartGvisorTest::delay_data() {
  QTest::addColumn<QString>("rounds");
  QTest::addColumn<QString>("expected");
  QTest::newRow("the eighth sample") << "4 | 8*8" << "hystart_delay@1:7";
  QTest::newRow("a lower eighth") << "4 | 8*7 7" << "";
  QTest::newRow("seven samples") << "4 | 8*7" << "";
  QTest::newRow("an eighth, not strictly") << "60*10 | 67.5*8" << "hystart_delay@1:7";
  QTest::newRow("below the threshold") << "60*10 | 67.499*8" << "";
  QTest::newRow("at most 16 ms") << "200*10 | 216*8" << "hystart_delay@1:7";
  QTest::newRow("slow drift") << "60*10 | 63*10 | 66*10 | 69*10 | 72*10 | 75*10" << "";
  QTest::newRow("nothing to compare with") << "60*5 90*20" << "";
}

void HystartGvisorTest::delay() {
  QFETCH(QString, rounds);
  HystartGvisor rule;
  const QString events = run_rounds(parse_rounds(rounds), [&](const auto& ack, Instant now) {
    return name(rule.on_ack(ack, now));
  });
  QTEST(events, "expected");
}

// A first round with one sample of 4 ms; the next begins at 4 ms with a sample of 5 ms.
void HystartGvisorTest::ack_train_data() {
  QTest::addColumn<QList<int>>("arrivals_ms");
  QTest::addColumn<int>("exit_ms");
  QTest::newRow("above half of the RTT") << QList<int>{5, 6, 7} << 7;
  QTest::newRow("not at half of the RTT") << QList<int>{5, 6} << -1;
  QTest::newRow("a gap of 3 ms") << QList<int>{7, 8, 9, 10} << -1;
  QTest::newRow("a gap of 2 ms") << QList<int>{6, 7, 8, 9} << -1;
  // The same ACKs would be a train if their burst of processing were taken for their arrival.
  QTest::newRow("3 ms apart, processed together") << QList<int>{7, 10, 13, 16, 19} << -1;
}

void HystartGvisorTest::ack_train() {
  QFETCH(QList<int>, arrivals_ms);
  HystartGvisor rule;
  AckMaker acks;
  QCOMPARE(rule.on_ack(acks.first_of_round(4ms), Instant{0ms}), SlowStartExit::None);
  QCOMPARE(rule.on_ack(acks.first_of_round(5ms), Instant{4ms}), SlowStartExit::None);
  int exit = -1;
  for (const int ms : arrivals_ms) {
    const auto answer = rule.on_ack(acks.next(5ms), Instant{ms * 1ms});
    if (answer == SlowStartExit::HystartAckTrain && exit < 0) exit = ms;
  }
  QTEST(exit, "exit_ms");
}

void HystartGvisorTest::first_round_has_no_train() {
  HystartGvisor rule;
  AckMaker acks;
  rule.on_ack(acks.first_of_round(60ms), Instant{});
  for (int ms = 1; ms < 200; ++ms) {
    QCOMPARE(rule.on_ack(acks.next(60ms), Instant{ms * 1ms}), SlowStartExit::None);
  }
}

namespace {
const Register<HystartGvisorTest> registered;
}
}  // namespace inflight::testing

#include "hystart_gvisor_test.moc"
