// The peer's window as segment scripts: zero windows and probes, shrinking, silly windows, old
// updates; and our own window when nobody reads.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 9293 §3.8.6.1: the first probe after an RTO, then twice as long each time, the same byte
  // again.
  void probes_double() {
    Script script = Script::established(script_config(), 1000);
    script.write(3000);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    QCOMPARE(script.limit(), QString("window"));
    script.wait(100ms);
    script.in(". 1:1(0) ack 1001 win 0");
    QCOMPARE(script.events(), QString("zero-window"));
    const auto rto = static_cast<double>(script.connection().snapshot().rto.count()) * 1e-9;
    QStringList expected;
    for (const int n : {1, 3, 7, 15})
      expected << QString("+%1 . 1001:1002(1) ack 1").arg(rto * n, 0, 'f', 3);
    QCOMPARE(script.out_during(from_seconds(rto * 16)), expected.join("; "));
    QCOMPARE(script.events().count("probe"), 4);
  }

  // RFC 9293 MUST-37: while the peer answers, for ever, and never more rarely than the longest
  // timeout.
  void probes_go_on_while_they_are_answered() {
    for (const char* options : {"sackOK", ""}) {
      tcp::Config config = script_config();
      config.max_retries = 4;
      Script script = Script::established(config, 1000, options);
      script.write(3000);
      script.out();
      script.in(". 1:1(0) ack 1001 win 0");
      Instant last = script.now();
      Duration longest{};
      int probes = 0;
      while (script.now() < last + 1h && probes < 60) {
        if (script.out_during(1s).isEmpty()) continue;
        longest = std::max(longest, script.now() - last);
        last = script.now();
        ++probes;
        script.in(". 1:1(0) ack 1001 win 0");
      }
      QCOMPARE(probes, 60);
      QVERIFY(longest <= 121s);
      QCOMPARE(script.state(), QString("ESTABLISHED"));
      // Answers to probes are no duplicate ACKs that speak of a loss.
      QCOMPARE(script.connection().snapshot().counters.fast_recoveries, 0);
      QCOMPARE(script.cwnd(), 11'000);
    }
  }

  void probes_without_an_answer_are_given_up() {
    tcp::Config config = script_config();
    config.max_retries = 4;
    Script script = Script::established(config, 1000);
    script.write(3000);
    script.out();
    script.in(". 1:1(0) ack 1001 win 0");
    script.out_during(1h);
    QCOMPARE(script.state(), QString("CLOSED"));
  }

  void a_window_update_reopens() {
    Script script = Script::established(script_config(), 1000);
    script.write(3000);
    script.out();
    script.in(". 1:1(0) ack 1001 win 0");
    script.out_during(5s);
    script.events();
    script.in(". 1:1(0) ack 1001 win 5000");
    QCOMPARE(script.events(), QString("window-opened"));
    // The probe's byte was not taken: it goes first.
    QCOMPARE(script.out(),
             QString(". 1001:1002(1) ack 1; . 1002:2002(1000) ack 1; P. 2002:3001(999) ack 1"));
    script.in(". 1:1(0) ack 3001");
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  void a_probe_that_was_taken() {
    Script script = Script::established(script_config(), 1000);
    script.write(2000);
    script.out();
    script.in(". 1:1(0) ack 1001 win 0");
    script.out_during(400ms);
    script.in(". 1:1(0) ack 1002 win 5000");
    QCOMPARE(script.out(), QString("P. 1002:2001(999) ack 1"));
  }

  // RFC 9293 MUST-34, SHLD-15: nothing new, until what is in flight fits again.
  void a_shrinking_window() {
    Script script = Script::established(script_config(), 8000);
    script.write(12'000);
    QCOMPARE(script.out().count(';'), 7);
    script.in(". 1:1(0) ack 1001 win 3000");
    QCOMPARE(script.out(), QString());
    script.in(". 1:1(0) ack 5001 win 3000");
    QCOMPARE(script.out(), QString());
    script.in(". 1:1(0) ack 6001 win 3000");
    QCOMPARE(script.out(), QString(". 8001:9001(1000) ack 1"));
  }

  // SHLD-17: what lies beyond a window that closed is no reason to give up while the peer answers.
  void a_window_that_closes_over_what_is_in_flight() {
    tcp::Config config = script_config();
    config.max_retries = 3;
    Script script = Script::established(config, 4000);
    script.write(4000);
    script.out();
    for (int i = 0; i < 200; ++i) {
      if (!script.out_during(1s).isEmpty()) script.in(". 1:1(0) ack 1001 win 0");
    }
    QCOMPARE(script.state(), QString("ESTABLISHED"));
    script.in(". 1:1(0) ack 1001 win 4000");
    QVERIFY(script.out_during(130s).contains(" 1001:2001(1000)"));
  }

  // RFC 9293 §3.8.6.2.1: a piece is sent only if it is half of the largest window seen.
  void no_silly_segments() {
    Script script = Script::established(script_config(), 4000);
    script.write(10'000);
    script.out();
    script.in(". 1:1(0) ack 4001 win 300");
    QCOMPARE(script.out(), QString());
    QCOMPARE(script.limit(), QString("window"));
    script.in(". 1:1(0) ack 4001 win 1000");
    QCOMPARE(script.out(), QString(". 4001:5001(1000) ack 1"));
  }

  // … or when the timer says so: a window that stays small must not stop everything.
  void a_window_that_stays_small() {
    Script script = Script::established(script_config(), 4000);
    script.write(10'000);
    script.out();
    script.in(". 1:1(0) ack 4001 win 300");
    QVERIFY(script.out_during(1s).contains(" 4001:4301(300) ack 1"));
  }

  void a_window_of_half_the_largest() {
    Script script = Script::established(script_config(), 800);
    script.write(10'000);
    QCOMPARE(script.out(), QString(". 1:801(800) ack 1"));
    script.in(". 1:1(0) ack 801 win 400");
    QCOMPARE(script.out(), QString(". 801:1201(400) ack 1"));
  }

  // RFC 9293's SND.WL1, SND.WL2: an old segment does not turn the window back.
  void old_segments_do_not_update_the_window() {
    Script script = Script::established(script_config(), 4000);
    script.write(10'000);
    script.out();
    script.in("P. 101:201(100) ack 1 win 6000");
    QCOMPARE(script.out(), QString(". 4001:5001(1000) ack 1; . 5001:6001(1000) ack 1; . "
                                   "6001:6001(0) ack 1 <sack 101:201>"));
    script.in("P. 1:101(100) ack 1 win 100");
    QVERIFY(script.connection().snapshot().send_window == ByteCount{6000});
  }

  // Nobody reads: the window closes, a probe is refused, then opened by reading.
  void our_own_zero_window() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{2000};
    config.window_scaling = false;
    Script script = Script::established(config);
    script.in(". 1:1001(1000) ack 1");
    script.in(". 1001:2001(1000) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2001"));
    QCOMPARE(script.last_window(), 0);
    script.in(". 2001:2002(1) ack 1");
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2001"));
    QCOMPARE(script.read(), 2000);
    QCOMPARE(script.out(), QString(". 1:1(0) ack 2001"));
    QCOMPARE(script.last_window(), 2000);
    script.in(". 2001:2002(1) ack 1");
    QCOMPARE(script.read(), 1);
  }

  // RFC 9293 MUST-66: ACKs and RSTs count although our window is closed.
  void a_closed_window_still_takes_acks() {
    tcp::Config config = script_config();
    config.receive_buffer = ByteCount{1000};
    config.window_scaling = false;
    Script script = Script::established(config);
    script.write(500);
    script.out();
    script.in(". 1:1001(1000) ack 1");
    script.out();
    script.in(". 1001:1001(0) ack 501");
    QVERIFY(script.connection().snapshot().bytes_in_flight == ByteCount{0});
    script.in("R 1001:1001(0)");
    QCOMPARE(script.state(), QString("CLOSED"));
  }
};

namespace {
const inflight::testing::Register<WindowTest> registered;
}
#include "window_test.moc"
