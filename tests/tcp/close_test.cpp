// Closing in every order (RFC 9293 §3.6, §3.10.4, §3.10.7.4), half-open directions, TIME-WAIT,
// aborts.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

class CloseTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 9293 §3.6, figure 12, from the side that closes first.
  void active_close() {
    Script script = Script::established(script_config());
    script.connection().close();
    QCOMPARE(script.out(), QString("F. 1:1(0) ack 1"));
    QCOMPARE(script.state(), QString("FIN-WAIT-1"));
    script.in(". 1:1(0) ack 2");
    QCOMPARE(script.state(), QString("FIN-WAIT-2"));
    script.in("F. 1:1(0) ack 2");
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    QCOMPARE(script.out(), QString(". 2:2(0) ack 2"));
    QCOMPARE(script.events(), QString("peer-closed closed"));
    QCOMPARE(script.out_during(59s), QString());
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    script.out_during(2s);
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  void passive_close() {
    Script script = Script::established(script_config());
    script.in("F. 1:1(0) ack 1");
    QCOMPARE(script.state(), QString("CLOSE-WAIT"));
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2"));
    QVERIFY(script.connection().read_to_end());
    script.connection().close();
    QCOMPARE(script.out(), QString("F. 1:1(0) ack 2"));
    QCOMPARE(script.state(), QString("LAST-ACK"));
    script.in(". 2:2(0) ack 2");
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.events(), QString("peer-closed closed"));
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  // RFC 9293 §3.6, figure 13.
  void simultaneous_close() {
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    script.in("F. 1:1(0) ack 1");
    QCOMPARE(script.state(), QString("CLOSING"));
    QCOMPARE(script.out(), QString(". 2:2(0) ack 2"));
    script.in(". 2:2(0) ack 2");
    QCOMPARE(script.state(), QString("TIME-WAIT"));
  }

  void the_fin_acknowledges_ours() {
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    script.in("F. 1:1(0) ack 2");
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    QCOMPARE(script.out(), QString(". 2:2(0) ack 2"));
  }

  void a_fin_follows_the_data() {
    Script script = Script::established(script_config());
    script.write(1500);
    script.connection().close();
    QCOMPARE(script.write(1), 0);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1; FP. 1001:1501(500) ack 1"));
    script.in(". 1:1(0) ack 1501");
    QCOMPARE(script.state(), QString("FIN-WAIT-1"));
    script.in(". 1:1(0) ack 1502");
    QCOMPARE(script.state(), QString("FIN-WAIT-2"));
  }

  // We closed, the peer goes on: RFC 9293 §3.6, case 1.
  void half_close_of_ours() {
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    script.in(". 1:1(0) ack 2");
    for (int at = 1; at <= 2001; at += 1000)
      script.in(QString(". %1:%2(1000) ack 2").arg(at).arg(at + 1000));
    QCOMPARE(script.read(), 3000);
    QCOMPARE(script.out(), QString(". 2:2(0) ack 3001"));
    QCOMPARE(script.state(), QString("FIN-WAIT-2"));
    QVERIFY(!script.connection().read_to_end());
  }

  // The peer closed, we go on.
  void half_close_of_theirs() {
    Script script = Script::established(script_config());
    script.in("F. 1:1(0) ack 1");
    script.write(1500);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 2; P. 1001:1501(500) ack 2"));
    script.in(". 2:2(0) ack 1501");
    QCOMPARE(script.state(), QString("CLOSE-WAIT"));
    script.connection().close();
    QCOMPARE(script.out(), QString("F. 1501:1501(0) ack 2"));
  }

  void the_fin_is_sent_again_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("state");
    QTest::newRow("FIN-WAIT-1") << "" << "FIN-WAIT-1";
    QTest::newRow("CLOSING") << "F. 1:1(0) ack 1" << "CLOSING";
  }
  void the_fin_is_sent_again() {
    QFETCH(QString, before);
    QFETCH(QString, state);
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    if (!before.isEmpty()) script.in(before);
    script.out();
    QCOMPARE(script.state(), state);
    const QString again = script.out_during(1s);
    QCOMPARE(again.count("F. 1:1(0)"), 2);
    QCOMPARE(script.state(), state);
  }

  void the_fin_of_last_ack_is_sent_again() {
    Script script = Script::established(script_config());
    script.in("F. 1:1(0) ack 1");
    script.connection().close();
    script.out();
    QCOMPARE(script.out_during(500ms), QString("+0.300 F. 1:1(0) ack 2"));
    script.in(". 2:2(0) ack 2");
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  // RFC 9293 §3.10.7.4, eighth: the peer did not get our ACK; the two MSL begin anew.
  void time_wait_answers_a_repeated_fin() {
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    script.in("F. 1:1(0) ack 2");
    script.out();
    script.wait(50s);
    script.in("F. 1:1(0) ack 2");
    QCOMPARE(script.out(), QString(". 2:2(0) ack 2"));
    script.out_during(55s);
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    script.out_during(6s);
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  // RFC 1337: an old RST must not end TIME-WAIT early.
  void time_wait_ignores_a_reset() {
    Script script = Script::established(script_config());
    script.connection().close();
    script.out();
    script.in("F. 1:1(0) ack 2");
    script.out();
    script.events();
    script.in("R 2:2(0)");
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    QCOMPARE(script.events(), QString());
  }

  void a_fin_out_of_order() {
    Script script = Script::established(script_config());
    script.in("FP. 1001:1501(500) ack 1");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1 <sack 1001:1501>"));
    script.in(". 1:1001(1000) ack 1");
    QCOMPARE(script.state(), QString("CLOSE-WAIT"));
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1502"));
    QCOMPARE(script.read(), 1500);
    QVERIFY(script.connection().read_to_end());
  }

  void close_while_the_handshake_goes_on() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000>");
    script.out();
    script.connection().close();
    QCOMPARE(script.out(), QString());
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.out(), QString("F. 1:1(0) ack 1"));
    QCOMPARE(script.state(), QString("FIN-WAIT-1"));
  }

  // A closed window holds the FIN back too; the probe is the FIN.
  void a_fin_into_a_closed_window() {
    Script script = Script::established(script_config(), 1000);
    script.write(1000);
    script.out();
    script.in(". 1:1(0) ack 1001 win 0");
    script.connection().close();
    const QString sent = script.out_during(500ms);
    QVERIFY2(sent.contains("F. 1001:1001(0) ack 1"), qPrintable(sent));
    script.in(". 1:1(0) ack 1002 win 0");
    QCOMPARE(script.state(), QString("FIN-WAIT-2"));
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  void abort_sends_a_reset() {
    Script script = Script::established(script_config());
    script.write(5000);
    script.out();
    script.in("P. 1:101(100) ack 1");
    script.connection().abort();
    QCOMPARE(script.out(), QString("R. 5001:5001(0) ack 101"));
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.out_during(100s), QString());
    script.in(". 101:101(0) ack 1001");
    QCOMPARE(script.out(), QString());
  }

  // Why it is over, for whoever has to tell a person.
  void the_end_has_a_reason() {
    Script refused = Script::connecting(script_config());
    refused.out();
    QCOMPARE(refused.end_reason(), QString("none"));
    refused.in("R. 0:0(0) ack 1");
    QCOMPARE(refused.end_reason(), QString("refused"));

    Script reset = Script::established(script_config());
    reset.in("R 1:1(0)");
    reset.connection().abort();
    QCOMPARE(reset.end_reason(), QString("reset by peer"));

    Script aborted = Script::established(script_config());
    aborted.connection().abort();
    QCOMPARE(aborted.end_reason(), QString("aborted"));

    Script silent = Script::connecting(script_config());
    silent.out_during(600s);
    QCOMPARE(silent.end_reason(), QString("timed out"));
    QCOMPARE(silent.connection().snapshot().end_reason, tcp::EndReason::TimedOut);

    Script finished = Script::established(script_config());
    finished.connection().close();
    finished.out();
    finished.in("F. 1:1(0) ack 2");
    QCOMPARE(finished.end_reason(), QString("finished"));
  }

  void data_is_still_read_after_a_reset_of_the_peer() {
    Script script = Script::established(script_config());
    script.in("P. 1:101(100) ack 1");
    script.in("R 101:101(0)");
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.events(), QString("reset"));
    QCOMPARE(script.read(), 100);
  }
};

namespace {
const inflight::testing::Register<CloseTest> registered;
}
#include "close_test.moc"
