// Settings that change while a connection runs: buffers, congestion algorithm, slow-start exit,
// timeout floor, delayed ACK.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

class ReconfigureTest : public QObject {
  Q_OBJECT

 private slots:
  void a_new_algorithm_inherits_window_and_threshold() {
    tcp::Config config = script_config();
    config.initial_window = 20;
    Script script = Script::established(config);
    script.write(40'000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    script.out();
    script.in(". 1:1(0) ack 20001");
    script.out();
    const auto before = script.connection().snapshot();
    QCOMPARE(*before.congestion.ssthresh, 10'000.0);
    config.congestion = congestion::Algorithm::Cubic;
    script.connection().reconfigure(config);
    const auto after = script.connection().snapshot();
    QCOMPARE(after.congestion.cwnd, before.congestion.cwnd);
    QCOMPARE(*after.congestion.ssthresh, 10'000.0);
    QVERIFY(after.congestion.exit == congestion::SlowStartExit::Loss);
    QVERIFY(after.smoothed_rtt == before.smoothed_rtt && after.rto == before.rto);
    QVERIFY(after.congestion.w_max.has_value());
  }

  // In mid-recovery nothing is forgotten.
  void a_new_algorithm_during_recovery() {
    tcp::Config config = script_config();
    config.initial_window = 20;
    Script script = Script::established(config);
    script.write(20'000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    config.congestion = congestion::Algorithm::Cubic;
    script.connection().reconfigure(config);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    QVERIFY(script.connection().snapshot().in_recovery);
    script.in(". 1:1(0) ack 20001");
    QVERIFY(!script.connection().snapshot().in_recovery);
    QCOMPARE(script.cwnd(), 10'000);
  }

  void a_larger_send_buffer_takes_more_at_once() {
    tcp::Config config = script_config();
    config.send_buffer = ByteCount{2000};
    Script script = Script::established(config);
    QCOMPARE(script.write(5000), 2000);
    config.send_buffer = ByteCount{4000};
    script.connection().reconfigure(config);
    QCOMPARE(script.write(5000), 2000);
    config.send_buffer = ByteCount{1000};
    script.connection().reconfigure(config);
    QCOMPARE(script.write(1), 0);
    script.out();
    script.in(". 1:1(0) ack 3501");
    QCOMPARE(script.write(5000), 500);
  }

  // RFC 9293 SHLD-14, as the peer sees it: acknowledgment plus window never falls.
  void a_smaller_receive_buffer_keeps_the_edge() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{60'000};
    config.window_scaling = false;
    Script script = Script::established(config);
    QCOMPARE(script.last_window(), 60'000);
    config.receive_buffer = ByteCount{10'000};
    script.connection().reconfigure(config);
    for (int at = 1; at <= 40'001; at += 1000) {
      script.in(QString(". %1:%2(1000) ack 1").arg(at).arg(at + 1000));
      script.read();
      script.out_during(50ms);
      QCOMPARE(at + 1000 + script.last_window(), std::max(60'001, at + 1000 + 10'000));
    }
  }

  void a_larger_receive_buffer_is_told() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{10'000};
    Script script = Script::established(config, 65535, "sackOK,wscale 2");
    // In units of 256.
    QCOMPARE(script.last_window(), 9984);
    config.receive_buffer = ByteCount{1'000'000};
    script.connection().reconfigure(config);
    script.in(". 1:1001(1000) ack 1");
    script.read();
    script.out_during(50ms);
    QVERIFY(script.last_window() > 999'000 && script.last_window() <= 1'000'000);
  }

  // The scale was agreed in the handshake: what it cannot express is not offered.
  void a_buffer_beyond_the_scale() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{10'000};
    Script script = Script::established(config, 65535, "sackOK,wscale 2");
    config.receive_buffer = ByteCount{100'000'000};
    script.connection().reconfigure(config);
    script.in(". 1:1001(1000) ack 1");
    script.out_during(50ms);
    QCOMPARE(script.last_window(), 65535 << 8);
  }

  void delayed_ack_off_and_on() {
    tcp::Config config = script_config();
    Script script = Script::established(config);
    config.delayed_ack = false;
    script.connection().reconfigure(config);
    script.in(". 1:1001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1001"));
    config.delayed_ack = true;
    script.connection().reconfigure(config);
    script.in(". 1001:2001(1000) ack 1");
    QCOMPARE(script.out_during(100ms), QString("+0.040 . 1:1(0) ack 2001"));
  }

  void the_timeout_floor() {
    tcp::Config config = script_config();
    Script script = Script::established(config);
    QVERIFY(script.connection().snapshot().rto == 300ms);
    config.min_rto = 2s;
    script.connection().reconfigure(config);
    QVERIFY(script.connection().snapshot().rto == 2s);
  }

  // HyStart++ switched on in slow start ends it when the delay grows (FACTS 1.4, P4).
  void hystart_while_in_slow_start() {
    tcp::Config config = script_config();
    Script script = Script::established(config);
    config.hystart = congestion::HystartKind::Gvisor;
    script.connection().reconfigure(config);
    int acked = 1;
    Duration delay = 10ms;
    for (int round = 0; round < 6; ++round) {
      script.write(40'000);
      const int segments = static_cast<int>(script.out().count(';')) + 1;
      script.wait(delay);
      for (int i = 0; i < segments; ++i) {
        script.wait(1ms);
        acked += 1000;
        script.in(QString(". 1:1(0) ack %1").arg(acked));
      }
      delay += 20ms;
    }
    const auto exit = script.connection().snapshot().congestion.exit;
    QVERIFY(exit == congestion::SlowStartExit::HystartDelay ||
            exit == congestion::SlowStartExit::HystartAckTrain);
    QVERIFY(script.events().contains("slow-start-ended"));
  }
};

namespace {
const inflight::testing::Register<ReconfigureTest> registered;
}
#include "reconfigure_test.moc"
