// Timeouts and recoveries that were for nothing, and how they are found out: F-RTO (RFC 5682),
// Eifel (RFC 3522) and duplicate reports (RFC 3708). And paced sending.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

tcp::Config config_with(bool forward_rto, bool timestamps = false) {
  tcp::Config config = script_config();
  config.forward_rto = forward_rto;
  config.timestamps = timestamps;
  config.initial_window = 10;
  return config;
}

// Ten segments in flight, more written, and the retransmission timer has expired.
Script timed_out(const QString& options) {
  Script script = Script::established(config_with(true), 65535, options);
  script.write(40'000);
  script.out();
  const QString again = script.out_during(310ms);
  Q_ASSERT(again.endsWith(". 1:1001(1000) ack 1"));
  script.events();
  return script;
}

}  // namespace

class SpuriousTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 5682 §2.1: the first ACK advances, two new segments go out, the second ACK advances too:
  // all was on its way. Without SACK.
  void forward_rto_finds_a_late_flight() {
    Script script = timed_out("");
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.out(), QString(". 10001:11001(1000) ack 1; . 11001:12001(1000) ack 1"));
    script.in(". 1:1(0) ack 2001");
    QVERIFY2(script.events().contains("undone"), "spurious");
    QCOMPARE(script.connection().snapshot().counters.retransmits, 1);
    QVERIFY(script.cwnd() >= 10'000);
    QVERIFY(!script.connection().snapshot().congestion.ssthresh);
    QVERIFY(!script.out().contains("2001:3001"));
  }

  // With SACK one ACK is enough: something was acknowledged that was sent once.
  void forward_rto_with_sack() {
    Script script = timed_out("sackOK");
    script.in(". 1:1(0) ack 2001");
    QCOMPARE(script.events(), QString("undone"));
    QVERIFY(script.cwnd() >= 10'000);
  }

  void a_true_timeout_is_repaired_data() {
    QTest::addColumn<QString>("options");
    QTest::addColumn<QString>("second");
    QTest::newRow("duplicate") << QString() << QString(". 1:1(0) ack 1001");
    QTest::newRow("sack") << QString("sackOK") << QString(". 1:1(0) ack 1001 <sack 10001:11001>");
  }
  void a_true_timeout_is_repaired() {
    QFETCH(QString, options);
    QFETCH(QString, second);
    Script script = timed_out(options);
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.out(), QString(". 10001:11001(1000) ack 1; . 11001:12001(1000) ack 1"));
    script.in(second);
    QVERIFY(!script.events().contains("undone"));
    script.in(". 1:1(0) ack 1001");
    QVERIFY2(script.out_during(400ms).contains(". 1001:2001(1000) ack 1"), "sent again");
  }

  // Nothing new to send: RFC 5682 does not apply, everything is sent again.
  void no_new_data() {
    Script script = Script::established(config_with(true), 65535, "");
    script.write(10'000);
    script.out();
    script.out_during(310ms);
    script.in(". 1:1(0) ack 1001");
    QVERIFY(script.out().startsWith(". 1001:2001(1000) ack 1"));
  }

  // RFC 3522: the ACK carries the timestamp of the original.
  void timestamps_tell_data() {
    QTest::addColumn<int>("sent_at");
    QTest::addColumn<bool>("undone");
    QTest::newRow("of the original") << 0 << true;
    QTest::newRow("of the copy") << 50 << false;
  }
  void timestamps_tell() {
    QFETCH(int, sent_at);
    QFETCH(bool, undone);
    Script script = Script::established(config_with(false, true), 65535, "sackOK,TS val 1 ecr 0");
    script.write(20'000);
    script.out();
    const std::uint32_t first = script.last_header().options.timestamps->value;
    const auto in = [&](const QString& text, const QString& sack, std::uint32_t echo) {
      script.in(QString("%1 <%2TS val 2 ecr %3>").arg(text, sack).arg(echo));
    };
    script.wait(50ms);
    in(". 1:1(0) ack 1", "sack 989:3953,", first);
    QVERIFY(script.out().contains(". 1:989(988) ack 1"));
    script.events();
    script.wait(10ms);
    in(". 1:1(0) ack 3953", "", first + static_cast<std::uint32_t>(sent_at));
    QCOMPARE(script.events().contains("undone"), undone);
    QCOMPARE(script.connection().snapshot().congestion.ssthresh.has_value(), !undone);
  }

  // RFC 3708: each copy was reported as a duplicate, so no segment was lost.
  void duplicate_reports_tell() {
    Script script = Script::established(config_with(false), 65535, "sackOK");
    script.write(20'000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    QVERIFY(script.out().contains(". 1:1001(1000) ack 1"));
    // It was only late; later its copy arrives.
    script.in(". 1:1(0) ack 4001");
    script.in(". 1:1(0) ack 10001");
    QVERIFY(script.connection().snapshot().congestion.ssthresh.has_value());
    script.out();
    script.events();
    script.in(". 1:1(0) ack 10001 <sack 1:1001>");
    QCOMPARE(script.events(), QString("undone"));
    QVERIFY(!script.connection().snapshot().congestion.ssthresh.has_value());
    QCOMPARE(script.connection().snapshot().counters.spurious_recoveries, 1);
  }

  // Off means off.
  void undo_can_be_off() {
    tcp::Config config = config_with(false);
    config.undo = false;
    Script script = Script::established(config, 65535, "sackOK");
    script.write(20'000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    script.out();
    script.in(". 1:1(0) ack 10001");
    script.in(". 1:1(0) ack 10001 <sack 1:1001>");
    QVERIFY(!script.events().contains("undone"));
  }

  // A peer that drops what it had SACKed (RFC 2018 §8) costs a timeout, not the connection.
  void a_peer_that_reneges() {
    Script script = Script::established(config_with(false), 65535, "sackOK");
    script.write(4000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    script.out();
    script.in(". 1:1(0) ack 1001");
    QVERIFY2(script.out_during(1s).contains(". 1001:2001(1000) ack 1"), "sent again");
    script.in(". 1:1(0) ack 4001");
    QVERIFY(script.connection().snapshot().bytes_in_flight == ByteCount{0});
  }

  // Twice the window per round trip in slow start: ten segments of 1,000 bytes over 100 ms leave
  // 5 ms apart, two at once to begin with.
  void paced_segments_leave_one_by_one() {
    tcp::Config config = script_config();
    config.pacing = true;
    Script script = Script::established(config);
    script.write(10'000);
    QStringList times;
    for (const QString& segment : script.out_during(100ms).split("; "))
      times << segment.section(' ', 0, 0);
    QCOMPARE(times.mid(0, 3), QStringList({"+0.000", "+0.000", "+0.000"}));
    QCOMPARE(times.size(), 10);
    QCOMPARE(times.mid(3),
             QStringList({"+0.005", "+0.010", "+0.015", "+0.020", "+0.025", "+0.030", "+0.035"}));
    QCOMPARE(script.limit(), QString("no-data"));
  }

  void bbr_paces_by_itself() {
    tcp::Config config = script_config();
    config.congestion = congestion::Algorithm::Bbr;
    Script script = Script::established(config);
    script.write(10'000);
    QVERIFY(script.out().count("(1000)") < 10);
    QCOMPARE(script.limit(), QString("pacing"));
    QVERIFY(script.connection().snapshot().congestion.bbr.has_value());
  }
};

namespace {
const inflight::testing::Register<SpuriousTest> registered;
}
#include "spurious_test.moc"
