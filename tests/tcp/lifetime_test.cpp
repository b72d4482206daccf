// How long a connection lives without an answer or an application: keep-alive, user timeout, R1 and
// R2, FIN-WAIT-2, and what is done to data that nobody will read.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

tcp::Config keep_alive_config() {
  tcp::Config config = script_config();
  config.keep_alive = true;
  config.keep_alive_idle = 60s;
  config.keep_alive_interval = 10s;
  config.keep_alive_probes = 3;
  return config;
}

}  // namespace

class LifetimeTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 9293 MUST-25.
  void keep_alive_is_off_by_default() {
    Script script = Script::established(script_config());
    QCOMPARE(script.out_during(24h * 30), QString());
    QCOMPARE(script.state(), QString("ESTABLISHED"));
  }

  // RFC 9293 SHLD-12: empty, one below the next number; an answer begins the silence anew.
  void keep_alive_probes_an_idle_peer() {
    Script script = Script::established(keep_alive_config());
    QCOMPARE(script.out_during(61s), QString("+60.000 . 0:0(0) ack 1"));
    script.in(". 1:1(0) ack 1");
    QCOMPARE(script.out_during(59s), QString());
    QCOMPARE(script.out_during(2s), QString("+1.000 . 0:0(0) ack 1"));
    QCOMPARE(script.connection().snapshot().counters.keep_alive_probes, 2);
  }

  // RFC 9293 MUST-29: some may be lost.
  void keep_alive_gives_up_after_several() {
    Script script = Script::established(keep_alive_config());
    QCOMPARE(script.out_during(120s), QString("+60.000 . 0:0(0) ack 1; +70.000 . 0:0(0) ack 1; "
                                              "+80.000 . 0:0(0) ack 1; +90.000 R. 1:1(0) ack 1"));
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.end_reason(), QString("keep-alive"));
    QCOMPARE(script.events(), QString("reset"));
  }

  // RFC 9293 MUST-26: what is outstanding is asked after by the retransmission timer.
  void keep_alive_waits_for_outstanding_data() {
    Script script = Script::established(keep_alive_config());
    script.write(1000);
    script.out();
    QVERIFY(!script.out_during(100s).contains(". 1000:1000(0)"));
    QCOMPARE(script.connection().snapshot().counters.keep_alive_probes, 0);
  }

  // A peer's keep-alive: outside the window and empty, answered.
  void a_keep_alive_of_the_peer_is_answered() {
    Script script = Script::established(script_config());
    script.in(". 0:0(0) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
  }

  // Two ends that disagree would answer each other for ever.
  void answers_to_empty_segments_are_rationed() {
    Script script = Script::established(script_config());
    for (int i = 0; i < 10; ++i) {
      script.in(". 70001:70001(0) ack 1");
      QCOMPARE(script.out(), QString(i == 0 ? ". 1:1(0) ack 1" : ""));
    }
    script.wait(500ms);
    script.in(". 70001:70001(0) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    // Data outside is answered each time: its sender waits for that.
    script.in(". 70001:70101(100) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
    script.in(". 70001:70101(100) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 1"));
  }

  // R2 in time: neither earlier nor later, whatever the retransmissions' own times.
  void user_timeout() {
    tcp::Config config = script_config();
    config.user_timeout = 5s;
    Script script = Script::established(config);
    script.wait(1h);
    script.write(1000);
    script.out();
    QVERIFY(!script.out_during(4999ms).contains("R"));
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    QCOMPARE(script.out_during(1ms), QString("+0.001 R. 1001:1001(0) ack 1"));
    QCOMPARE(script.end_reason(), QString("user timeout"));
  }

  // Each sign of progress begins it anew.
  void user_timeout_counts_from_the_last_progress() {
    tcp::Config config = script_config();
    config.user_timeout = 5s;
    Script script = Script::established(config);
    script.write(2000);
    script.out();
    script.out_during(4s);
    script.in(". 1:1(0) ack 1001");
    script.out_during(4s);
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    script.out_during(2s);
    QCOMPARE(script.end_reason(), QString("user timeout"));
  }

  // With a closed window: as long as probes are answered, never (RFC 9293 MUST-37).
  void user_timeout_and_a_closed_window() {
    tcp::Config config = script_config();
    config.user_timeout = 5s;
    Script script = Script::established(config);
    script.in(". 1:1(0) ack 1 win 0");
    script.write(1000);
    for (int i = 0; i < 10; ++i) {
      script.out_during(4s);
      script.in(". 1:1(0) ack 1 win 0");
      QCOMPARE(script.state(), QString("ESTABLISHED"));
    }
    script.out_during(6s);
    QCOMPARE(script.end_reason(), QString("user timeout"));
  }

  void user_timeout_of_a_syn() {
    tcp::Config config = script_config();
    config.user_timeout = 10s;
    Script script = Script::connecting(config);
    QCOMPARE(script.out_during(9s).count("S 0:0(0)"), 4);
    script.out_during(2s);
    QCOMPARE(script.end_reason(), QString("user timeout"));
  }

  // RFC 9293 SHLD-9, SHLD-10: three expiries in a row, told once.
  void r1_is_told_once() {
    Script script = Script::established(script_config());
    script.write(1000);
    script.out();
    script.out_during(20s);
    const QString events = script.events();
    QCOMPARE(events.count("unanswered"), 1);
    QCOMPARE(events.section("unanswered", 0, 0).count("timed-out"), 3);
    // Told again when it happens again.
    script.in(". 1:1(0) ack 1001");
    script.write(1000);
    script.out();
    script.out_during(200s);
    QCOMPARE(script.events().count("unanswered"), 1);
  }

  // RFC 9293 SHLD-3.
  void released_with_unread_data() {
    Script script = Script::established(script_config());
    script.in("P. 1:101(100) ack 1");
    script.out_during(50ms);
    script.connection().release();
    QCOMPARE(script.out(), QString("R. 1:1(0) ack 101"));
    QCOMPARE(script.end_reason(), QString("aborted"));
  }

  void data_after_release() {
    Script script = Script::established(script_config());
    script.connection().release();
    QCOMPARE(script.out(), QString("F. 1:1(0) ack 1"));
    script.in(". 1:1(0) ack 2");
    script.in("P. 1:101(100) ack 2");
    QVERIFY(script.out().startsWith("R. 2:2(0)"));
    QCOMPARE(script.end_reason(), QString("aborted"));
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  // What was written before is delivered first.
  void release_delivers_what_was_written() {
    Script script = Script::established(script_config());
    script.write(1500);
    script.connection().release();
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1; FP. 1001:1501(500) ack 1"));
    script.in("F. 1:1(0) ack 1502");
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    QCOMPARE(script.end_reason(), QString("finished"));
  }

  // A peer that never ends its half: for ever while somebody may read, not longer than a while
  // after.
  void fin_wait_2_ends_once_released() {
    Script open = Script::established(script_config());
    open.connection().close();
    open.out();
    open.in(". 1:1(0) ack 2");
    open.out_during(1h);
    QCOMPARE(open.state(), QString("FIN-WAIT-2"));
    open.connection().release();
    QCOMPARE(open.out_during(59s), QString());
    QCOMPARE(open.state(), QString("FIN-WAIT-2"));
    open.out_during(2s);
    QCOMPARE(open.state(), QString("CLOSED"));
    QCOMPARE(open.end_reason(), QString("abandoned"));
    QVERIFY(open.connection().next_timeout() == kNever);
  }

  // The peer's FIN comes in time: TIME-WAIT lasts as long as ever.
  void fin_wait_2_ends_with_the_peers_fin() {
    Script script = Script::established(script_config());
    script.connection().release();
    script.out();
    script.in(". 1:1(0) ack 2");
    script.out_during(30s);
    script.in("F. 1:1(0) ack 2");
    script.out_during(59s);
    QCOMPARE(script.state(), QString("TIME-WAIT"));
    script.out_during(2s);
    QCOMPARE(script.state(), QString("CLOSED"));
    QCOMPARE(script.end_reason(), QString("finished"));
  }

  void fin_wait_2_may_last_for_ever() {
    tcp::Config config = script_config();
    config.fin_wait_timeout = Duration{};
    Script script = Script::established(config);
    script.connection().release();
    script.out();
    script.in(". 1:1(0) ack 2");
    script.out_during(24h);
    QCOMPARE(script.state(), QString("FIN-WAIT-2"));
  }

  // ACKs at the start are not delayed, as many as were asked for.
  void quick_acks() {
    tcp::Config config = script_config();
    config.quick_acks = 3;
    Script script = Script::established(config);
    for (int at = 1; at < 3001; at += 1000) {
      script.in(QString(". %1:%2(1000) ack 1").arg(at).arg(at + 1000));
      QCOMPARE(script.out(), QString(". 1:1(0) ack %1").arg(at + 1000));
    }
    script.in(". 3001:4001(1000) ack 1");
    QCOMPARE(script.out_during(50ms), QString("+0.040 . 1:1(0) ack 4001"));
  }

  // Minshall: a small segment behind full ones leaves, a second small one waits for the first.
  void minshall_holds_only_behind_a_small_segment() {
    tcp::Config config = script_config();
    config.nagle = tcp::Nagle::Minshall;
    Script script = Script::established(config);
    script.write(1500);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1; P. 1001:1501(500) ack 1"));
    script.write(500);
    QCOMPARE(script.out(), QString());
    QCOMPARE(script.limit(), QString("nagle"));
    script.in(". 1:1(0) ack 1501");
    QCOMPARE(script.out(), QString("P. 1501:2001(500) ack 1"));
  }

  void plain_nagle_holds_behind_anything() {
    tcp::Config config = script_config();
    config.nagle = tcp::Nagle::Plain;
    Script script = Script::established(config);
    script.write(1500);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.out(), QString("P. 1001:1501(500) ack 1"));
  }

  // RFC 9293 MUST-31, as every stack does today: the pointer is ignored, the data is data.
  void urgent_data_is_data() {
    Script script = Script::established(script_config());
    script.in("PU. 1:101(100) ack 1");
    QCOMPARE(script.read(), 100);
    QCOMPARE(script.out_during(50ms), QString("+0.040 . 1:1(0) ack 101"));
  }
};

namespace {
const inflight::testing::Register<LifetimeTest> registered;
}
#include "lifetime_test.moc"
