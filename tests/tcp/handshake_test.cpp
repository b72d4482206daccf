// The handshake as segment scripts: options agreed and not, both roles, simultaneous open, losses.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

tcp::Config all_options() {
  tcp::Config config = script_config();
  config.timestamps = true;
  return config;
}

}  // namespace

class HandshakeTest : public QObject {
  Q_OBJECT

 private slots:
  void active_open() {
    Script script = Script::connecting(script_config());
    QCOMPARE(script.state(), QString("SYN-SENT"));
    QCOMPARE(script.limit(), QString("handshake"));
    QCOMPARE(script.out(), QString("S 0:0(0) <mss 1000,sackOK,wscale 8>"));
    QCOMPARE(script.last_window(), 65535);
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK,wscale 7>");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    QCOMPARE(script.events(), QString("connected"));
    // Now scaled: all of the buffer.
    QCOMPARE(script.last_window(), 4 * 1024 * 1024);
  }

  void passive_open() {
    Script script =
        Script::accepting(script_config(), "S 0:0(0) win 8000 <mss 1000,sackOK,wscale 3>");
    QCOMPARE(script.state(), QString("SYN-RECEIVED"));
    QCOMPARE(script.out(), QString("S. 0:0(0) ack 1 <mss 1000,sackOK,wscale 8>"));
    QCOMPARE(script.last_window(), 65535);
    QCOMPARE(script.events(), QString());
    script.in(". 1:1(0) ack 1 win 1000");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.events(), QString("connected"));
    QVERIFY(script.connection().snapshot().send_window == ByteCount{8000});
    QCOMPARE(script.out(), QString());
  }

  // RFC 7323 §2.3: the SYN's own window is never scaled, and what it did not offer was not
  // promised.
  void the_syn_promises_no_more_than_its_window() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000,sackOK,wscale 3>");
    script.out();
    QVERIFY(script.connection().snapshot().receive_window == ByteCount{65535});
  }

  void options_data() {
    QTest::addColumn<bool>("own");
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QString>("answer");
    QTest::newRow("all") << true << "mss 900,sackOK,TS val 7 ecr 0,wscale 2"
                         << "mss 1000,sackOK,TS,wscale 8";
    QTest::newRow("peer has none") << true << "mss 900" << "mss 1000";
    QTest::newRow("only SACK") << true << "mss 900,sackOK" << "mss 1000,sackOK";
    QTest::newRow("only timestamps") << true << "mss 900,TS val 7 ecr 0" << "mss 1000,TS";
    QTest::newRow("only scaling") << true << "mss 900,wscale 0" << "mss 1000,wscale 8";
    QTest::newRow("we have none") << false << "mss 900,sackOK,TS val 7 ecr 0,wscale 2"
                                  << "mss 1000";
  }
  // What one side does not offer the other does not use.
  void options() {
    QFETCH(bool, own);
    QFETCH(QString, peer);
    QFETCH(QString, answer);
    tcp::Config config = all_options();
    if (!own) config.sack = config.timestamps = config.window_scaling = false;
    Script script = Script::accepting(config, "S 0:0(0) <" + peer + ">");
    QCOMPARE(script.out(), "S. 0:0(0) ack 1 <" + answer + ">");
    script.in(QString(". 1:1(0) ack 1 win 100") +
              (answer.contains("TS") ? " <TS val 8 ecr 1>" : ""));
    const bool scaled = answer.contains("wscale");
    const int shift = scaled ? (peer.contains("wscale 2") ? 2 : 0) : 0;
    QCOMPARE(script.connection().snapshot().send_window.value(), 100 << shift);
    // Options are taken out of each segment's size.
    QCOMPARE(script.connection().snapshot().mss.value(), answer.contains("TS") ? 888 : 900);
  }

  // RFC 9293 MUST-15: without the option, 536.
  void a_peer_without_mss() {
    Script script = Script::connecting(script_config());
    script.out();
    script.in("S. 0:0(0) ack 1 <sackOK>");
    QVERIFY(script.connection().snapshot().mss == ByteCount{536});
  }

  // RFC 9293 §3.8.3 and MUST-23: with backoff, for at least three minutes; the last wait is cut at
  // 120 s.
  void the_syn_is_sent_again_and_given_up() {
    Script script = Script::connecting(script_config());
    const QString syn = "S 0:0(0) <mss 1000,sackOK,wscale 8>";
    QStringList expected;
    for (const char* at : {"0", "1", "3", "7", "15", "31", "63", "127"})
      expected << QString("+%1.000 %2").arg(at, syn);
    QCOMPARE(script.out_during(246s), expected.join("; "));
    QCOMPARE(script.state(), QString("SYN-SENT"));
    QCOMPARE(script.out_during(100s), QString());
    QCOMPARE(script.state(), QString("CLOSED"));
    QVERIFY(script.events().endsWith("reset"));
  }

  // RFC 6298 §5.7: data begins with a timeout of 3 s; RFC 6928: a SYN lost once costs no window.
  void a_syn_lost_once() {
    Script script = Script::connecting(script_config());
    script.out_during(1100ms);
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    QVERIFY(script.connection().snapshot().rto == 3s);
    QCOMPARE(script.cwnd(), 10'000);
  }

  void a_syn_lost_twice_begins_with_one_segment() {
    Script script = Script::connecting(script_config());
    script.out_during(3100ms);
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    QCOMPARE(script.cwnd(), 1000);
    QVERIFY(script.connection().snapshot().rto == 3s);
  }

  void a_syn_ack_lost_twice_begins_with_one_segment() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000,sackOK>");
    const QString syn_ack = "S. 0:0(0) ack 1 <mss 1000,sackOK>";
    QCOMPARE(script.out_during(3100ms),
             "+0.000 " + syn_ack + "; +1.000 " + syn_ack + "; +3.000 " + syn_ack);
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.cwnd(), 1000);
    QVERIFY(script.connection().snapshot().rto == 3s);
  }

  void a_repeated_syn_is_answered_again() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000,sackOK>");
    script.out();
    script.in("S 0:0(0) <mss 1000,sackOK>");
    QCOMPARE(script.out(), QString("S. 0:0(0) ack 1 <mss 1000,sackOK>"));
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
  }

  // Karn: which of two SYN-ACKs is acknowledged nobody can tell.
  void a_repeated_syn_ack_gives_no_sample() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000,sackOK>");
    script.out();
    script.wait(900ms);
    script.in("S 0:0(0) <mss 1000,sackOK>");
    script.out();
    script.wait(50ms);
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.connection().snapshot().rtt_samples, 0);
    QVERIFY(script.connection().snapshot().rto == 1s);
  }

  // The final ACK was lost: data brings it.
  void data_completes_a_passive_open() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000,sackOK>");
    script.out();
    script.in("P. 1:101(100) ack 1");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.read(), 100);
  }

  // RFC 9293 §3.5, figure 7, MUST-10.
  void simultaneous_open() {
    Script script = Script::connecting(script_config());
    script.out();
    script.in("S 0:0(0) <mss 1000,sackOK>");
    QCOMPARE(script.state(), QString("SYN-RECEIVED"));
    QCOMPARE(script.out(), QString("S. 0:0(0) ack 1 <mss 1000,sackOK>"));
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.events(), QString("connected"));
    QCOMPARE(script.out(), QString());
    script.write(500);
    QCOMPARE(script.out(), QString("P. 1:501(500) ack 1"));
  }

  // RFC 9293 §3.10.7.3: an ACK for what was not sent is answered by a RST.
  void a_wrong_ack_in_syn_sent() {
    Script script = Script::connecting(script_config());
    script.out();
    script.in("S. 0:0(0) ack 77");
    QCOMPARE(script.out(), QString("R 77:77(0)"));
    QCOMPARE(script.state(), QString("SYN-SENT"));
    script.in("R. 0:0(0) ack 77");
    QCOMPARE(script.state(), QString("SYN-SENT"));
  }

  void a_wrong_ack_in_syn_received() {
    Script script = Script::accepting(script_config(), "S 0:0(0) <mss 1000>");
    script.out();
    script.in(". 1:1(0) ack 77");
    QCOMPARE(script.out(), QString("R 77:77(0)"));
    QCOMPARE(script.state(), QString("SYN-RECEIVED"));
  }

  void refused() {
    Script script = Script::connecting(script_config());
    script.out();
    script.in("R. 0:0(0) ack 1");
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.events(), QString("reset"));
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  void a_syn_ack_may_carry_data() {
    Script script = Script::connecting(script_config());
    script.out();
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    script.in("P. 1:301(300) ack 1");
    QCOMPARE(script.read(), 300);
  }

  void data_written_before_goes_out_on_establishment() {
    Script script = Script::connecting(script_config());
    QCOMPARE(script.write(1500), 1500);
    QCOMPARE(script.out(), QString("S 0:0(0) <mss 1000,sackOK,wscale 8>"));
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1; P. 1001:1501(500) ack 1"));
  }

  void written_and_closed_before_it_opened() {
    Script script = Script::connecting(script_config());
    script.write(500);
    script.connection().close();
    QCOMPARE(script.out(), QString("S 0:0(0) <mss 1000,sackOK,wscale 8>"));
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    QCOMPARE(script.out(), QString("FP. 1:501(500) ack 1"));
    QCOMPARE(script.state(), QString("FIN-WAIT-1"));
  }

  void closed_before_it_opened() {
    Script script = Script::connecting(script_config());
    script.out();
    script.connection().close();
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.out_during(100s), QString());
  }
};

namespace {
const inflight::testing::Register<HandshakeTest> registered;
}
#include "handshake_test.moc"
