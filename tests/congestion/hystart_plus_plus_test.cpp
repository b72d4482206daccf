// HyStart++ against RFC 9406 §4.2-4.3 and examples worked out from it.
#include "congestion/hystart_plus_plus.h"

#include <QTest>

#include "congestion/rounds.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::HystartPlusPlus;

class HystartPlusPlusTest : public QObject {
  Q_OBJECT

 private slots:
  void phases_data();
  void phases();
  void acks_without_sample_do_not_count();
};

void HystartPlusPlusTest::phases_data() {
  QTest::addColumn<QString>("rounds");
  QTest::addColumn<QString>("expected");
  const QString p1 = "60*10 | 60.2*20 | 68 69 70 70 71 72 73 74 75";
  QTest::newRow("threshold is an eighth") << p1 << "css@2:7";
  QTest::newRow("five conservative rounds")
      << p1 + " | 76*9 | 77*9 | 78*9 | 79*9 | 80" << "css@2:7 hystart_css@7:0";
  QTest::newRow("four are not enough") << p1 + " | 76*9 | 77*9 | 78*9 | 79*9" << "css@2:7";
  QTest::newRow("just above") << "60*10 | 68 69 70 70 71 72 67.6 74" << "css@1:7";
  QTest::newRow("exactly at the threshold") << "60*10 | 67.5*8" << "css@1:7";
  QTest::newRow("just below") << "60*10 | 68 69 70 70 71 72 67.4 74" << "";
  QTest::newRow("at least 4 ms") << "10*10 | 14 15 15 16 16 17 17 17" << "css@1:7";
  QTest::newRow("less than 4 ms") << "10*10 | 13.9 15*9" << "";
  QTest::newRow("at most 16 ms") << "200*10 | 216*8" << "css@1:7";
  QTest::newRow("less than 16 ms") << "200*10 | 215.9*8" << "";
  QTest::newRow("slow drift") << "60*10 | 63*10 | 66*10 | 69*10 | 72*10 | 75*10" << "";
  QTest::newRow("seven samples") << "60*10 | 80*7" << "";
  QTest::newRow("jitter: resumes") << "60*10 | 68*9 | 70*9 | 66*7 69 69" << "css@1:7 resume@3:7";
  QTest::newRow("armed after resuming")
      << "60*10 | 68*9 | 60*8 | 70*8 | 71*8 | 71*8 | 71*8 | 71*8 | 71"
      << "css@1:7 resume@2:7 css@3:7 hystart_css@8:0";
  QTest::newRow("baseline is kept") << "60*10 | 68*9 | 70*9 | 68*9" << "css@1:7";
}

void HystartPlusPlusTest::phases() {
  QFETCH(QString, rounds);
  QFETCH(QString, expected);
  HystartPlusPlus rule;
  const QString events = run_rounds(parse_rounds(rounds), [&](const auto& ack, Instant now) {
    const bool before = rule.conservative();
    const QString exit = name(rule.on_ack(ack, now));
    if (!exit.isEmpty()) return exit;
    if (before == rule.conservative()) return QString();
    return QString(rule.conservative() ? "css" : "resume");
  });
  QCOMPARE(events, expected);
  QCOMPARE(rule.growth_divisor(), rule.conservative() ? 4.0 : 1.0);
}

void HystartPlusPlusTest::acks_without_sample_do_not_count() {
  HystartPlusPlus rule;
  AckMaker acks;
  rule.on_ack(acks.first_of_round(60ms), Instant{});
  for (int i = 0; i < 9; ++i) rule.on_ack(acks.next(60ms), Instant{});
  rule.on_ack(acks.first_of_round(80ms), Instant{});
  auto silent = acks.next(80ms);
  silent.rtt.reset();
  for (int i = 0; i < 20; ++i) rule.on_ack(silent, Instant{});
  QVERIFY(!rule.conservative());
  for (int i = 0; i < 7; ++i) rule.on_ack(acks.next(80ms), Instant{});
  QVERIFY(rule.conservative());
}

namespace {
const Register<HystartPlusPlusTest> registered;
}
}  // namespace inflight::testing

#include "hystart_plus_plus_test.moc"
