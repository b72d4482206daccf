// HyStart in Linux's form: examples worked out from tcp_cubic's rules.
#include "congestion/hystart_linux.h"

#include <QTest>

#include "congestion/rounds.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::HystartLinux;
using congestion::SlowStartExit;

class HystartLinuxTest : public QObject {
  Q_OBJECT

 private slots:
  void delay_data();
  void delay();
  void ack_train_data();
  void ack_train();
  void train_is_of_one_round();
  void aggregation_term_falls_with_the_rate();
  void low_window_and_avoidance_are_let_alone();
  void first_second_after_recovery_is_ignored();
  void fires_once_until_a_timeout();
};

namespace {

// 60 ms of minimum RTT and a round that began at `start`.
HystartLinux armed(AckMaker& acks, Instant start) {
  HystartLinux rule;
  rule.on_ack(acks.first_of_round(60ms), start - 60ms);
  rule.on_ack(acks.first_of_round(60ms), start);
  return rule;
}

// ACKs every millisecond after `start`; after how many milliseconds slow start ended, -1 if never.
template <class Change>
int train_exit(HystartLinux& rule, AckMaker& acks, Instant start, Change change) {
  for (int ms = 1; ms <= 70; ++ms) {
    auto ack = acks.next(60ms);
    ack.pacing_rate = 1e6;
    change(ack);
    if (rule.on_ack(ack, start + ms * 1ms) == SlowStartExit::HystartAckTrain) return ms;
  }
  return -1;
}

}  // namespace

void HystartLinuxTest::delay_data() {
  QTest::addColumn<QString>("rounds");
  QTest::addColumn<QString>("expected");
  QTest::newRow("eight samples only") << "60*10 | 68 69 70 70 71 72 73 74" << "";
  QTest::newRow("the ninth") << "60*10 | 68 69 70 70 71 72 73 74 75" << "hystart_delay@1:8";
  QTest::newRow("not at the threshold") << "60*10 | 67.5*9" << "";
  QTest::newRow("above the threshold") << "60*10 | 67.501*9" << "hystart_delay@1:8";
  QTest::newRow("slow drift") << "60*10 | 63*10 | 66*10 | 69*10 | 72*10" << "hystart_delay@3:8";
  QTest::newRow("at least 4 ms") << "10*10 | 14*10 | 14.001*9" << "hystart_delay@2:8";
  QTest::newRow("at most 16 ms") << "200*10 | 216*10 | 216.001*9" << "hystart_delay@2:8";
  QTest::newRow("one low sample saves the round") << "60*10 | 80*5 61 80*10" << "";
}

void HystartLinuxTest::delay() {
  QFETCH(QString, rounds);
  HystartLinux rule;
  const QString events = run_rounds(parse_rounds(rounds), [&](const auto& ack, Instant now) {
    return name(rule.on_ack(ack, now));
  });
  QTEST(events, "expected");
}

void HystartLinuxTest::ack_train_data() {
  QTest::addColumn<bool>("paced");
  QTest::addColumn<int>("expected_ms");
  QTest::newRow("unpaced: above 30.5 ms") << false << 31;
  QTest::newRow("paced: above 61 ms") << true << 62;
}

void HystartLinuxTest::ack_train() {
  QFETCH(bool, paced);
  AckMaker acks;
  const Instant start{10s};
  HystartLinux rule = armed(acks, start);
  const int exit = train_exit(rule, acks, start, [&](auto& ack) { ack.paced = paced; });
  QTEST(exit, "expected_ms");
}

void HystartLinuxTest::train_is_of_one_round() {
  const Instant start{10s};
  // A gap of 2001 us ends the train for the round, one of 2000 us does not.
  for (const Duration gap : {Duration{2000us}, Duration{2001us}}) {
    AckMaker acks;
    HystartLinux rule = armed(acks, start);
    rule.on_ack(acks.next(60ms), start + gap);
    auto later = [&](auto&) {};
    const int exit = train_exit(rule, acks, start + gap, later);
    QCOMPARE(exit, gap == 2000us ? 29 : -1);
  }
  // The next round has its own.
  AckMaker acks;
  HystartLinux rule = armed(acks, start);
  rule.on_ack(acks.next(60ms), start + 5ms);
  rule.on_ack(acks.first_of_round(60ms), start + 60ms);
  QCOMPARE(train_exit(rule, acks, start + 60ms, [](auto&) {}), 31);
}

void HystartLinuxTest::aggregation_term_falls_with_the_rate() {
  const auto exit_at_rate = [](double bytes_per_second) {
    AckMaker acks;
    HystartLinux rule = armed(acks, Instant{10s});
    return train_exit(rule, acks, Instant{10s},
                      [&](auto& ack) { ack.pacing_rate = bytes_per_second; });
  };
  QCOMPARE(exit_at_rate(0), 31);              // no rate, no term: above 30 ms
  QCOMPARE(exit_at_rate(4 * 65536e3), 31);    // exactly 1 ms
  QCOMPARE(exit_at_rate(400 * 65536e3), 31);  // 10 us: above 30.005 ms
  AckMaker acks;
  HystartLinux rule = armed(acks, Instant{10s});
  // 30.25 ms after the round's start tells the last two apart.
  for (int i = 1; i <= 30; ++i) rule.on_ack(acks.next(60ms), Instant{10s} + i * 1ms);
  auto fast = acks.next(60ms);
  fast.pacing_rate = 400 * 65536e3;
  auto slow = fast;
  slow.pacing_rate = 4 * 65536e3;
  QCOMPARE(rule.on_ack(slow, Instant{10s} + 30250us), SlowStartExit::None);
  QCOMPARE(rule.on_ack(fast, Instant{10s} + 30250us), SlowStartExit::HystartAckTrain);
}

void HystartLinuxTest::low_window_and_avoidance_are_let_alone() {
  const auto exit_with = [](auto change) {
    AckMaker acks;
    HystartLinux rule = armed(acks, Instant{10s});
    return train_exit(rule, acks, Instant{10s}, change);
  };
  QCOMPARE(exit_with([](auto& ack) { ack.cwnd_segments = 15.99; }), -1);
  QCOMPARE(exit_with([](auto& ack) { ack.cwnd_segments = 16; }), 31);
  QCOMPARE(exit_with([](auto& ack) { ack.slow_start = false; }), -1);
  QCOMPARE(exit_with([](auto& ack) { ack.rtt.reset(); }), -1);
}

void HystartLinuxTest::first_second_after_recovery_is_ignored() {
  const auto event_after = [](Duration since_recovery) {
    HystartLinux rule;
    return run_rounds(parse_rounds("60*10 | 80*9"), [&](auto ack, Instant now) {
      ack.avoidance_since = now - since_recovery;
      return name(rule.on_ack(ack, now));
    });
  };
  QCOMPARE(event_after(999ms), "");
  QCOMPARE(event_after(1s), "hystart_delay@1:8");
}

void HystartLinuxTest::fires_once_until_a_timeout() {
  HystartLinux rule;
  const Rounds rounds = parse_rounds("60*10 | 80*9 | 60*10 | 80*9");
  const auto act = [&](const auto& ack, Instant now) { return name(rule.on_ack(ack, now)); };
  QCOMPARE(run_rounds(rounds, act), "hystart_delay@1:8");
  rule.on_timeout(StreamOffset{0}, Instant{1s});
  QCOMPARE(run_rounds(rounds, act), "hystart_delay@1:8");
  // The minimum RTT is forgotten as well: 90 ms is not much above 85.
  rule.on_timeout(StreamOffset{0}, Instant{2s});
  QCOMPARE(run_rounds(parse_rounds("85*10 | 90*10"), act), "");
}

namespace {
const Register<HystartLinuxTest> registered;
}
}  // namespace inflight::testing

#include "hystart_linux_test.moc"
