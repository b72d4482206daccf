// What a peer, or somebody else, might send: resets and SYNs with other numbers (RFC 5961), ACKs
// that cannot be, old duplicates (PAWS, RFC 7323 §5), random segments.
#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

Script with_timestamps() {
  tcp::Config config = script_config();
  config.timestamps = true;
  Script script = Script::established(config, 65535, "sackOK,TS val 1000 ecr 0");
  return script;
}

}  // namespace

class TrustTest : public QObject {
  Q_OBJECT

 private slots:
  void resets_data() {
    QTest::addColumn<QString>("reset");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<QString>("state");
    QTest::newRow("exact") << "R 101:101(0)" << "" << "CLOSED";
    QTest::newRow("exact, with ACK") << "R. 101:101(0) ack 1" << "" << "CLOSED";
    QTest::newRow("in the window") << "R 102:102(0)" << ". 1:1(0) ack 101" << "ESTABLISHED";
    QTest::newRow("far in the window")
        << "R 4000000:4000000(0)" << ". 1:1(0) ack 101" << "ESTABLISHED";
    QTest::newRow("just before") << "R 100:100(0)" << "" << "ESTABLISHED";
    QTest::newRow("behind the window") << "R 9000000:9000000(0)" << "" << "ESTABLISHED";
  }
  // RFC 5961 §3.2.
  void resets() {
    QFETCH(QString, reset);
    QFETCH(QString, answer);
    QFETCH(QString, state);
    Script script = Script::established(script_config(), 65535, "sackOK,wscale 7");
    script.in(". 1:101(100) ack 1");
    script.out_during(100ms);
    script.in(reset);
    QCOMPARE(script.out(), answer);
    QCOMPARE(script.state(), state);
  }

  // RFC 5961 §4.2.
  void a_syn_is_challenged() {
    Script script = Script::established(script_config());
    for (const char* syn : {"S 1:1(0)", "S 5000:5000(0)", "S. 1:1(0) ack 1"}) {
      script.in(syn);
      QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    }
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.connection().snapshot().counters.challenge_acks, 3);
  }

  // RFC 5961 §7: ten in five seconds.
  void challenges_are_throttled() {
    Script script = Script::established(script_config());
    int answers = 0;
    for (int i = 0; i < 30; ++i) {
      script.in("R 5000:5000(0)");
      answers += script.out().isEmpty() ? 0 : 1;
    }
    QCOMPARE(answers, 10);
    script.wait(5s);
    script.in("R 5000:5000(0)");
    QVERIFY(!script.out().isEmpty());
  }

  // RFC 5961 §5: SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT.
  void acks_that_cannot_be() {
    Script script = Script::established(script_config(), 3000);
    for (int i = 0; i < 10; ++i) {
      script.write(1000);
      script.out();
      script.in(QString(". 1:1(0) ack %1 win 3000").arg(1001 + i * 1000));
    }
    script.in("P. 1:101(100) ack 10002");
    QCOMPARE(script.out(), QString(". 10001:10001(0) ack 1"));
    QCOMPARE(script.read(), 0);
    script.in("P. 1:101(100) ack 7000");
    QCOMPARE(script.out(), QString(". 10001:10001(0) ack 1"));
    QCOMPARE(script.read(), 0);
    script.in("P. 1:101(100) ack 7001");
    QCOMPARE(script.read(), 100);
  }

  void a_segment_without_ack_is_dropped() {
    Script script = Script::established(script_config());
    script.in("P 1:101(100)");
    QCOMPARE(script.out_during(1s), QString());
    QCOMPARE(script.read(), 0);
  }

  // RFC 9293 §3.10.7.4, first check.
  void out_of_the_window_is_answered() {
    Script script = Script::established(script_config());
    script.in(". 100:200(100) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1 <sack 100:200>"));
    script.in(". 9000000:9000100(100) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1 <sack 100:200>"));
    QVERIFY(script.connection().snapshot().out_of_order == ByteCount{100});
  }

  // RFC 7323 §5.3: an older timestamp is an old duplicate; the number alone would have let it in.
  void paws() {
    Script script = with_timestamps();
    script.in(". 1:101(100) ack 1 <TS val 2000 ecr 1>");
    script.out_during(100ms);
    QCOMPARE(script.last_header().options.timestamps->echo_reply, 2000U);
    script.in(". 101:201(100) ack 1 <TS val 1999 ecr 1>");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 101"));
    QCOMPARE(script.read(), 100);
    script.in(". 101:201(100) ack 1 <TS val 2000 ecr 1>");
    QCOMPARE(script.read(), 100);
    // Not for a RST.
    script.in("R 201:201(0) <TS val 1 ecr 0>");
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  // While our window is closed as well.
  void a_forged_syn_does_not_set_the_window() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{4096};
    Script script = Script::established(config);
    script.in(". 1:4097(4096) ack 1");
    script.out_during(100ms);
    QCOMPARE(script.last_window(), 0);
    script.in("S. 4097:4097(0) ack 1 win 9");
    QCOMPARE(script.connection().snapshot().send_window, ByteCount{65535});
  }

  // A peer that has filled our window acknowledges from its end, or, after a probe, from the byte
  // behind it (RFC 9293 §3.10.7.4: valid ACKs are taken though nothing else is).
  void acks_from_the_windows_end_count() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{4096};
    Script script = Script::established(config);
    script.write(3000);
    script.out();
    script.in(". 4097:4097(0) ack 1001");
    QCOMPARE(script.connection().snapshot().counters.bytes_acked, ByteCount{1000});
    script.in(". 4098:4098(0) ack 2001");
    QCOMPARE(script.connection().snapshot().counters.bytes_acked, ByteCount{2000});
  }

  // RFC 7323 §4.3: a timestamp counts only when its segment was acceptable, or one guess by a
  // stranger would shut the peer out.
  void a_forged_timestamp_is_not_remembered_data() {
    QTest::addColumn<QString>("forged");
    QTest::newRow("old number") << ". 1:101(100) ack 1 <TS val 900000 ecr 1>";
    QTest::newRow("behind the window") << ". 9000000:9000100(100) ack 1 <TS val 900000 ecr 1>";
    QTest::newRow("ACK of the future") << ". 101:201(100) ack 5000 <TS val 900000 ecr 1>";
  }
  void a_forged_timestamp_is_not_remembered() {
    QFETCH(QString, forged);
    Script script = with_timestamps();
    script.in(". 1:101(100) ack 1 <TS val 2000 ecr 1>");
    QCOMPARE(script.read(), 100);
    script.out_during(100ms);
    script.in(forged);
    script.in(". 101:201(100) ack 1 <TS val 2001 ecr 1>");
    QCOMPARE(script.read(), 100);
  }

  // RFC 7323 §5.5: after 24 days of silence the peer's clock may have wrapped.
  void paws_forgets_after_24_days() {
    Script script = with_timestamps();
    script.wait(24h * 24 + 1h);
    script.in(". 1:101(100) ack 1 <TS val 999 ecr 1>");
    QCOMPARE(script.read(), 100);
    script.in(". 101:201(100) ack 1 <TS val 998 ecr 1>");
    QCOMPARE(script.read(), 0);
  }

  // RFC 7323 §3.2: agreed is agreed.
  void a_segment_without_the_agreed_timestamps_is_dropped() {
    Script script = with_timestamps();
    script.in(". 1:101(100) ack 1");
    QCOMPARE(script.read(), 0);
  }

  // RFC 7323 §4.3: of a delayed ACK's segments the first one's value is echoed.
  void the_earliest_unacknowledged_timestamp_is_echoed() {
    Script script = with_timestamps();
    script.in(". 1:101(100) ack 1 <TS val 1100 ecr 1>");
    script.in(". 101:201(100) ack 1 <TS val 1200 ecr 1>");
    script.out_during(100ms);
    QCOMPARE(script.last_header().options.timestamps->echo_reply, 1100U);
    // A segment beyond a hole does not count.
    script.in(". 1001:1101(100) ack 1 <TS val 1300 ecr 1>");
    script.out();
    QCOMPARE(script.last_header().options.timestamps->echo_reply, 1100U);
  }

  // Anything may come, in any state: the invariants hold (Script checks them) and nothing spins.
  void random_segments() {
    for (const std::uint64_t seed : inflight::testing::seeds(200)) {
      Random random(seed);
      tcp::Config config = script_config();
      config.receive_buffer = ByteCount{8000};
      Script script = Script::established(config, static_cast<int>(random.below(20'000)));
      for (int step = 0; step < 100; ++step) {
        if (random.chance(0.3)) script.write(static_cast<int>(random.below(5000)));
        if (random.chance(0.02)) script.connection().close();
        script.in(random_segment(random));
        script.read(static_cast<int>(random.below(2000)));
        if (random.chance(0.5)) script.out();
        if (random.chance(0.2))
          script.out_during(Duration{static_cast<std::int64_t>(random.below(3'000'000'000))});
      }
      script.out_during(2h);
    }
  }

 private:
  static QString random_segment(Random& random) {
    const auto number = [&](std::uint64_t bound) { return static_cast<int>(random.below(bound)); };
    const int begin = number(20'000);
    const int size = random.chance(0.5) ? number(1500) : 0;
    QString flags;
    if (random.chance(0.02)) flags += 'S';
    if (random.chance(0.03)) flags += 'F';
    if (random.chance(0.01)) flags += 'R';
    flags += '.';
    QString text = QString("%1 %2:%3(%4) ack %5 win %6")
                       .arg(flags)
                       .arg(begin)
                       .arg(begin + size)
                       .arg(size)
                       .arg(number(30'000))
                       .arg(random.chance(0.3) ? 0 : number(30'000));
    if (random.chance(0.5)) {
      const int left = number(30'000);
      text += QString(" <sack %1:%2 %3:%4>")
                  .arg(left)
                  .arg(left + number(5000))
                  .arg(number(9000))
                  .arg(number(9000));
    }
    return text;
  }
};

namespace {
const inflight::testing::Register<TrustTest> registered;
}
#include "trust_test.moc"
