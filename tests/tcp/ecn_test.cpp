// Explicit Congestion Notification end to end (RFC 3168 §6.1): what the handshake agrees on, what a
// receiver echoes, what a sender does about it and on which segments it allows marks.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

tcp::Config ecn_config() {
  tcp::Config config = script_config();
  config.ecn = true;
  return config;
}

Script agreed(const tcp::Config& config = ecn_config()) {
  Script script = Script::connecting(config);
  script.out();
  script.wait(100ms);
  script.in("SE. 0:0(0) ack 1 win 65535 <mss 1000,sackOK>");
  script.out();
  script.events();
  return script;
}

std::int64_t reductions(Script& script) {
  return script.connection().snapshot().counters.mark_reductions;
}

}  // namespace

class EcnTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 3168 §6.1.1: ECE and CWR in the SYN; an answer counts with ECE alone.
  void active_negotiation_data() {
    QTest::addColumn<QString>("answer");
    QTest::addColumn<bool>("agreed");
    QTest::newRow("accepted") << "SE." << true;
    QTest::newRow("declined") << "S." << false;
    QTest::newRow("flags reflected") << "SEW." << false;
    QTest::newRow("CWR alone") << "SW." << false;
  }
  void active_negotiation() {
    QFETCH(QString, answer);
    QFETCH(bool, agreed);
    Script script = Script::connecting(ecn_config());
    QVERIFY(script.out().startsWith("SEW 0:0(0)"));
    script.in(answer + " 0:0(0) ack 1 <mss 1000,sackOK>");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    QCOMPARE(script.connection().snapshot().ecn, agreed);
    script.write(1000);
    QCOMPARE(script.out(), QString(agreed ? "[ect0] " : "") + "P. 1:1001(1000) ack 1");
  }

  void passive_negotiation_data() {
    QTest::addColumn<bool>("wanted");
    QTest::addColumn<QString>("syn");
    QTest::addColumn<QString>("answer");
    QTest::newRow("both") << true << "SEW" << "SE.";
    QTest::newRow("not offered") << true << "S" << "S.";
    QTest::newRow("half an offer") << true << "SE" << "S.";
    QTest::newRow("not wanted here") << false << "SEW" << "S.";
  }
  void passive_negotiation() {
    QFETCH(bool, wanted);
    QFETCH(QString, syn);
    QFETCH(QString, answer);
    tcp::Config config = ecn_config();
    config.ecn = wanted;
    Script script = Script::accepting(config, syn + " 0:0(0) <mss 1000>");
    const QString sent = script.out();
    QVERIFY2(sent.startsWith(answer + " 0:0(0) ack 1"), qPrintable(sent));
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.connection().snapshot().ecn, answer == "SE.");
  }

  // RFC 3168 §6.1.1.1: there are paths that drop a SYN for its flags.
  void an_unanswered_offer_is_not_repeated() {
    Script script = Script::connecting(ecn_config());
    QVERIFY(script.out().startsWith("SEW"));
    QVERIFY(script.out_during(1s).startsWith("+1.000 S 0:0(0)"));
    // The answer to the first one, late: it is not taken.
    script.in("SE. 0:0(0) ack 1 <mss 1000>");
    QVERIFY(!script.connection().snapshot().ecn);
  }

  // RFC 3168 §6.1.3: ECE on every ACK until CWR comes.
  void marks_are_echoed_until_cwr() {
    Script script = agreed();
    script.in("[ect0] . 1:1001(1000) ack 1");
    QCOMPARE(script.out(), QString());
    script.in("[ce] . 1001:2001(1000) ack 1");
    QCOMPARE(script.out(), QString("E. 1:1(0) ack 2001"));
    script.in("[ect0] . 2001:3001(1000) ack 1");
    QCOMPARE(script.out_during(40ms), QString("+0.040 E. 1:1(0) ack 3001"));
    script.write(500);
    QCOMPARE(script.out(), QString("[ect0] PE. 1:501(500) ack 3001"));
    script.in("[ect0] W. 3001:4001(1000) ack 501");
    QCOMPARE(script.out_during(40ms), QString("+0.040 . 501:501(0) ack 4001"));
    // CWR answers the marks before it, not its own.
    script.in("[ce] W. 4001:5001(1000) ack 501");
    QCOMPARE(script.out(), QString("E. 501:501(0) ack 5001"));
    QCOMPARE(script.connection().snapshot().counters.marked_segments_received, 2);
  }

  // A mark on what is outside the window, or where ECN was not agreed, says nothing.
  void marks_that_do_not_count() {
    Script script = agreed();
    script.in("[ce] . 200001:201001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    Script without = Script::established(script_config());
    without.in("[ce] . 1:1001(1000) ack 1");
    QCOMPARE(without.out_during(40ms), QString("+0.040 . 1:1(0) ack 1001"));
  }

  // RFC 3168 §6.1.2: one reduction for each window, and CWR on the next new data.
  void an_echo_reduces_the_window_once() {
    Script script = agreed();
    script.write(40'000);
    QCOMPARE(script.out().count("[ect0] "), 10);
    script.in("E. 1:1(0) ack 1001");
    QCOMPARE(script.cwnd(), 5000);
    QCOMPARE(script.events(), QString("marked slow-start-ended"));
    QCOMPARE(script.connection().snapshot().congestion.exit, congestion::SlowStartExit::Mark);
    for (int acked = 2001; acked <= 5001; acked += 1000) {
      script.in(QString("E. 1:1(0) ack %1").arg(acked));
      QCOMPARE(script.out(), QString());
    }
    script.in("E. 1:1(0) ack 6001");
    QCOMPARE(script.out(), QString("[ect0] W. 10001:11001(1000) ack 1"));
    script.in("E. 1:1(0) ack 7001");
    QCOMPARE(script.out(), QString("[ect0] . 11001:12001(1000) ack 1"));
    // Up to the ACK of the segment with CWR the echo is old.
    script.in("E. 1:1(0) ack 10001");
    QCOMPARE(script.cwnd(), 5000);
    QCOMPARE(reductions(script), 1);
    script.out();
    script.in("E. 1:1(0) ack 11001");
    QCOMPARE(reductions(script), 2);
    QCOMPARE(script.cwnd(), 2500);
  }

  // RFC 9937 in place of a pause.
  void the_flight_comes_down_evenly() {
    tcp::Config config = ecn_config();
    config.rate_reduction = true;
    Script script = agreed(config);
    script.write(40'000);
    script.out();
    QString sent;
    for (int acked = 1001; acked <= 8001; acked += 1000) {
      script.in(QString("E. 1:1(0) ack %1").arg(acked));
      sent += script.out().isEmpty() ? '0' : '1';
    }
    QCOMPARE(sent, QString("10101010"));
  }

  // Once the flight is acknowledged, the window grows again.
  void growth_resumes() {
    Script script = agreed();
    script.write(100'000);
    script.out();
    script.in("E. 1:1(0) ack 10001");
    QCOMPARE(script.cwnd(), 5000);
    for (int acked = 10001; acked <= 40001; acked += 5000) {
      script.out();
      script.in(QString(". 1:1(0) ack %1").arg(acked));
    }
    QVERIFY(script.cwnd() > 7000);
  }

  // RFC 3168 §6.1.5: retransmissions and pure ACKs must not be marked.
  void retransmissions_are_not_ect() {
    Script script = agreed();
    script.write(2000);
    QCOMPARE(script.out(), QString("[ect0] . 1:1001(1000) ack 1; [ect0] P. 1001:2001(1000) ack 1"));
    QCOMPARE(script.out_during(300ms), QString("+0.300 . 1:1001(1000) ack 1"));
    script.connection().close();
    QCOMPARE(script.out(), QString());
    script.in(". 1:1(0) ack 2001");
    QCOMPARE(script.out(), QString("F. 2001:2001(0) ack 1"));
  }

  void window_probes_are_not_ect() {
    Script script = agreed();
    script.in(". 1:1(0) ack 1 win 0");
    script.write(1000);
    QCOMPARE(script.out_during(300ms), QString("+0.300 . 1:2(1) ack 1"));
  }

  // RFC 3168 §6.1.2: a window in which a mark was answered has been answered for; and the other way
  // round.
  void a_loss_in_a_marked_window_reduces_no_further() {
    Script script = agreed();
    script.write(40'000);
    script.out();
    script.in("E. 1:1(0) ack 1001");
    QCOMPARE(script.cwnd(), 5000);
    script.in("E. 1:1(0) ack 1001 <sack 2001:5001>");
    QCOMPARE(script.out(), QString(". 1001:2001(1000) ack 1"));
    QCOMPARE(script.cwnd(), 5000);
    QCOMPARE(script.connection().snapshot().counters.fast_recoveries, 1);
    script.in("E. 1:1(0) ack 10001");
    QCOMPARE(reductions(script), 1);
  }

  void a_mark_in_a_recovery_reduces_no_further() {
    Script script = agreed();
    script.write(40'000);
    script.out();
    script.in("E. 1:1(0) ack 1 <sack 1001:4001>");
    QCOMPARE(script.events(), QString("recovery slow-start-ended"));
    QCOMPARE(script.cwnd(), 5000);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    // The window fell: CWR, whatever made it fall.
    script.in("E. 1:1(0) ack 1 <sack 1001:10001>");
    QVERIFY(script.out().startsWith("[ect0] W. 10001:11001"));
    script.in("E. 1:1(0) ack 10001");
    QCOMPARE(reductions(script), 0);
  }

  // BBR v1 goes by its model; the peer hears that its echo has come all the same.
  void bbr_keeps_its_window() {
    tcp::Config config = ecn_config();
    config.congestion = congestion::Algorithm::Bbr;
    Script script = agreed(config);
    script.write(100'000);
    script.out_during(50ms);
    const std::int64_t before = script.cwnd();
    script.in("E. 1:1(0) ack 1001");
    QVERIFY(script.cwnd() >= before);
    QCOMPARE(reductions(script), 0);
    QVERIFY(!script.events().contains("marked"));
    QVERIFY(script.out_during(50ms).contains("[ect0] W. "));
  }
};

namespace {
const inflight::testing::Register<EcnTest> registered;
}
#include "ecn_test.moc"
