// Data in both directions as segment scripts: segment sizes, PSH, Nagle, delayed ACKs, idle
// restart, sequence numbers that wrap.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

class TransferTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 9293 MUST-61: PSH on the last segment of what was written.
  void a_write_is_cut_into_segments() {
    Script script = Script::established(script_config());
    QCOMPARE(script.write(2500), 2500);
    QCOMPARE(script.out(),
             QString(". 1:1001(1000) ack 1; . 1001:2001(1000) ack 1; P. 2001:2501(500) ack 1"));
    QCOMPARE(script.limit(), QString("no-data"));
    script.in(". 1:1(0) ack 2501");
    QCOMPARE(script.out(), QString());
    QCOMPARE(script.limit(), QString("nothing"));
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  void the_initial_window_is_ten_segments() {
    Script script = Script::established(script_config());
    script.write(20'000);
    QCOMPARE(script.out().count(';'), 9);
    QCOMPARE(script.limit(), QString("congestion"));
    // Slow start: two for each ACK of one (RFC 5681 §3.1).
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.out(), QString(". 10001:11001(1000) ack 1; . 11001:12001(1000) ack 1"));
    QCOMPARE(script.cwnd(), 11'000);
  }

  void a_blocked_writer_does_not_push() {
    tcp::Config config = script_config();
    config.send_buffer = ByteCount{1500};
    Script script = Script::established(config);
    QCOMPARE(script.write(4000), 1500);
    QVERIFY(script.connection().writer_blocked());
    // The rest waits for what will fill its segment.
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    QCOMPARE(script.limit(), QString("no-data"));
    script.in(". 1:1(0) ack 1001");
    QVERIFY(!script.connection().writer_blocked());
    QCOMPARE(script.out(), QString("P. 1001:1501(500) ack 1"));
  }

  // RFC 9293 §3.7.4.
  void nagle_holds_a_small_segment_while_data_is_out() {
    tcp::Config config = script_config();
    config.nagle = tcp::Nagle::Plain;
    Script script = Script::established(config);
    script.write(100);
    QCOMPARE(script.out(), QString("P. 1:101(100) ack 1"));
    script.write(100);
    QCOMPARE(script.out(), QString());
    QCOMPARE(script.limit(), QString("nagle"));
    script.in(". 1:1(0) ack 101");
    QCOMPARE(script.out(), QString("P. 101:201(100) ack 1"));
    // A FIN waits for nothing.
    script.write(100);
    script.connection().close();
    QCOMPARE(script.out(), QString("FP. 201:301(100) ack 1"));
  }

  void received_data_is_acknowledged_with_delay() {
    Script script = Script::established(script_config());
    script.in("P. 1:1001(1000) ack 1");
    QCOMPARE(script.out_during(100ms), QString("+0.040 . 1:1(0) ack 1001"));
    script.in(". 1001:2001(1000) ack 1");
    script.in(". 2001:3001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 3001"));
    QCOMPARE(script.read(), 3000);
  }

  void data_carries_the_ack() {
    Script script = Script::established(script_config());
    script.in("P. 1:501(500) ack 1");
    script.write(300);
    QCOMPARE(script.out(), QString("P. 1:301(300) ack 501"));
    QCOMPARE(script.out_during(100ms), QString());
  }

  // RFC 2018 §4: what is missing must be told although data flows the other way all the time.
  void sack_blocks_are_sent_although_data_flows() {
    Script script = Script::established(script_config());
    script.write(500);
    script.in(". 1001:2001(1000) ack 1");
    QCOMPARE(script.out(), QString("P. 1:501(500) ack 1; . 501:501(0) ack 1 <sack 1001:2001>"));
    script.in(". 1:1001(1000) ack 501");
    script.write(500);
    QCOMPARE(script.out(), QString("P. 501:1001(500) ack 2001"));
  }

  void three_blocks_beside_timestamps() {
    tcp::Config config = script_config();
    config.timestamps = true;
    Script script = Script::established(config, 65535, "sackOK,TS val 5 ecr 0");
    for (const int at : {1001, 3001, 5001, 7001})
      script.in(QString(". %1:%2(1000) ack 1 <TS val 6 ecr 1>").arg(at).arg(at + 1000));
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1 <sack 7001:8001 5001:6001 3001:4001>"));
  }

  // RFC 5681 §4.1: after an RTO of silence, no more than the initial window at once.
  void idle_restart() {
    for (const bool restart : {true, false}) {
      tcp::Config config = script_config();
      config.idle_restart = restart;
      Script script = Script::established(config);
      script.write(60'000);
      script.out();
      for (int ack = 1001; ack <= 60'001; ack += 1000) {
        script.wait(1ms);
        script.in(QString(". 1:1(0) ack %1").arg(ack));
        script.out();
      }
      QVERIFY(script.cwnd() > 40'000);
      script.wait(2s);
      script.write(40'000);
      QCOMPARE(script.out().count(';') + 1, restart ? 10 : 40);
    }
  }

  // RFC 9293 §3.4: numbers wrap, in both directions.
  void numbers_wrap() {
    Script script = Script::connecting(script_config(), 0xfffff000);
    script.out();
    script.wait(100ms);
    script.in("S. 0:0(0) ack 1 <mss 1000,sackOK>");
    script.out();
    script.write(8000);
    QCOMPARE(script.out().count(';'), 7);
    // The fifth segment lies across the edge: 4096 is where the number is 0.
    script.in(". 1:1(0) ack 1 <sack 1001:2001 4001:5001 6001:7001>");
    QVERIFY(script.out().startsWith(". 1:1001(1000) ack 1"));
    script.in(". 1:1(0) ack 8001");
    QVERIFY(script.connection().snapshot().bytes_in_flight == ByteCount{0});
    QVERIFY(script.connection().snapshot().counters.bytes_acked == ByteCount{8000});
  }

  void a_segment_of_the_peer_may_be_cut_differently_the_second_time() {
    Script script = Script::established(script_config());
    script.in(". 1:801(800) ack 1");
    script.in(". 401:1201(800) ack 1");
    script.in(". 1:1601(1600) ack 1");
    QCOMPARE(script.read(), 1600);
  }

  // RFC 9293 SHLD-31, and the duplicate below is answered at once (RFC 2883).
  void out_of_order_data_is_kept() {
    Script script = Script::established(script_config());
    script.in(". 1001:2001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1 <sack 1001:2001>"));
    QCOMPARE(script.read(), 0);
    script.in(". 1:1001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2001"));
    script.in(". 1:1001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2001 <sack 1:1001>"));
    QCOMPARE(script.read(), 2000);
  }

  void an_initial_window_of_a_setting() {
    tcp::Config config = script_config();
    config.initial_window = 3;
    Script script = Script::established(config);
    script.write(20'000);
    QCOMPARE(script.out().count(';') + 1, 3);
  }
};

namespace {
const inflight::testing::Register<TransferTest> registered;
}
#include "transfer_test.moc"
