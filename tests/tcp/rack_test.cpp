// RACK-TLP (RFC 8985) as rows against the figures of FACTS 2.6 and as segment scripts; proportional
// rate reduction (RFC 9937) as a connection does it.
#include "tcp/rack.h"

#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"
#include "tcp/tail_loss_probe.h"

using namespace inflight;
using namespace inflight::tcp;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

constexpr std::int64_t kSize = 1000;

StreamOffset at(std::int64_t segment) { return StreamOffset{segment * kSize}; }
Instant time(Duration since_start) { return Instant{} + since_start; }

// Segments 1 to `count`, a millisecond apart, the first at 0 ms.
Scoreboard sent(int count) {
  Scoreboard board;
  for (int i = 1; i <= count; ++i) {
    board.on_sent(at(i), at(i + 1), {.delivered = {}, .sent = time((i - 1) * 1ms)});
  }
  return board;
}

// The one segment arrives, by SACK.
void sack(Scoreboard& board, Rack& rack, int segment, Instant now) {
  Delivered delivered;
  board.apply_sack(std::vector{Stretch{at(segment), at(segment + 1)}}, delivered);
  rack.on_delivered(delivered.segments, std::nullopt, 40ms, now);
}

QString waiting(Scoreboard& board) {
  QStringList order;
  while (const SentSegment* lost = board.next_lost()) {
    order << QString::number(lost->begin.value() / kSize);
    board.on_retransmitted(lost->begin, {.delivered = {}, .sent = time(1s)});
  }
  return order.join(' ');
}

// Twenty segments in flight behind an RTT of 100 ms; `more` bytes written beyond.
Script twenty_in_flight(int more, tcp::Recovery recovery = tcp::Recovery::Rack) {
  tcp::Config config = script_config();
  config.recovery = recovery;
  config.initial_window = 20;
  Script script = Script::established(config, 65535, "sackOK");
  script.write(20'000 + more);
  script.out();
  script.wait(100ms);
  return script;
}

}  // namespace

class RackTest : public QObject {
  Q_OBJECT

 private slots:
  // FACTS 2.6: min_RTT 40 ms, segments 1 to 4 sent at 0 to 3 ms, a SACK of 4 at 43 ms. With
  // reordering seen the window is 10 ms: 1, 2 and 3 are lost at 50, 51 and 52 ms.
  void waits_a_quarter_of_the_minimum() {
    Scoreboard board = sent(4);
    Rack rack;
    sack(board, rack, 4, time(43ms));
    QCOMPARE(rack.rtt(), Duration{40ms});
    const Duration patience = rack.rtt() + rack.reordering_window(false, 40ms, 100ms);
    QCOMPARE(patience, Duration{50ms});
    LateSegments late = board.mark_lost_by_time(*rack.newest(), patience, time(43ms));
    QVERIFY(!late.found);
    QCOMPARE(late.next, time(52ms));
    late = board.mark_lost_by_time(*rack.newest(), patience, time(50ms));
    QVERIFY(late.found);
    QCOMPARE(waiting(board), QString("1"));
    late = board.mark_lost_by_time(*rack.newest(), patience, time(52ms));
    QCOMPARE(waiting(board), QString("2 3"));
    QCOMPARE(late.next, kNever);
    QVERIFY(board.is_consistent());
  }

  void without_reordering_all_are_lost_at_once() {
    Scoreboard board = sent(4);
    Rack rack;
    sack(board, rack, 4, time(43ms));
    const Duration patience = rack.rtt() + rack.reordering_window(true, 40ms, 100ms);
    QVERIFY(board.mark_lost_by_time(*rack.newest(), patience, time(43ms)).found);
    QCOMPARE(waiting(board), QString("1 2 3"));
  }

  void what_was_sent_later_is_not_judged() {
    Scoreboard board = sent(6);
    Rack rack;
    sack(board, rack, 4, time(43ms));
    static_cast<void>(board.mark_lost_by_time(*rack.newest(), 0ms, time(1s)));
    QCOMPARE(waiting(board), QString("1 2 3"));
  }

  void reordering_is_seen() {
    Scoreboard board = sent(4);
    Rack rack;
    sack(board, rack, 3, time(42ms));
    QVERIFY(!rack.reordering_seen());
    sack(board, rack, 2, time(43ms));
    QVERIFY(rack.reordering_seen());
    QCOMPARE(rack.reordering_window(true, 40ms, 100ms), Duration{10ms});
  }

  // RFC 8985 §6.2 step 4: each round with a duplicate report widens the window, up to the SRTT;
  // after sixteen recoveries without one it is narrow again.
  void duplicates_widen_the_window() {
    Rack rack;
    rack.on_duplicate_report(false, at(1), at(10));
    rack.on_duplicate_report(false, at(5), at(12));
    QCOMPARE(rack.reordering_window(false, 40ms, 100ms), Duration{20ms});
    for (int round = 1; round <= 12; ++round)
      rack.on_duplicate_report(false, at(10 * round), at(10 * round + 10));
    QCOMPARE(rack.reordering_window(false, 40ms, 100ms), Duration{100ms});
    for (int i = 0; i < 16; ++i) rack.on_recovery_end();
    QCOMPARE(rack.reordering_window(false, 40ms, 100ms), Duration{10ms});
  }

  // Step 2: whose copy it was nobody knows, if it came too soon.
  void a_copy_that_came_too_soon_is_not_believed() {
    Scoreboard board = sent(2);
    Rack rack;
    board.mark_first_lost();
    board.on_retransmitted(at(1), {.delivered = {}, .sent = time(45ms)});
    Delivered delivered;
    board.acknowledge(at(2), delivered);
    rack.on_delivered(delivered.segments, std::nullopt, 40ms, time(50ms));
    QVERIFY(!rack.newest());
    rack.on_delivered(delivered.segments, time(44ms), 1ms, time(50ms));
    QVERIFY(!rack.newest());
    rack.on_delivered(delivered.segments, time(45ms), 1ms, time(50ms));
    QVERIFY(rack.newest() && rack.newest()->sent == time(45ms));
  }

  // One SACK is enough, after a quarter of the round trip.
  void one_missing_segment_is_found_by_time() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 1 <sack 1001:2001>");
    QCOMPARE(script.out(), QString());
    QCOMPARE(script.out_during(30ms), QString("+0.025 . 1:1001(1000) ack 1"));
    QCOMPARE(script.events(), QString("recovery slow-start-ended retransmitted"));
  }

  // What RFC 6675 takes for a loss is none if it comes within that time.
  void reordering_is_no_loss() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 1 <sack 1001:3001>");
    script.wait(10ms);
    script.in(". 1:1(0) ack 3001");
    QCOMPARE(script.out_during(50ms), QString());
    QVERIFY(!script.connection().snapshot().in_recovery);
    QVERIFY(script.connection().snapshot().reordering_seen);
    QCOMPARE(script.connection().snapshot().counters.retransmits, 0);
  }

  // RFC 8985 finds what RFC 6675 waits an RTO for: a retransmission that was lost.
  void a_lost_retransmission_is_found() {
    Script script = twenty_in_flight(20'000);
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    QVERIFY(script.out().startsWith(". 1:1001(1000) ack 1"));
    script.wait(50ms);
    // Behind it new segments go out and arrive, it does not.
    script.in(". 1:1(0) ack 1 <sack 1001:20001>");
    const QString behind = script.out();
    QVERIFY2(behind.contains(". 20001:21001(1000)"), qPrintable(behind));
    script.wait(100ms);
    script.in(". 1:1(0) ack 1 <sack 1001:21001>");
    QVERIFY2(script.out().contains(". 1:1001(1000) ack 1"), "the copy was given up");
    QCOMPARE(script.connection().snapshot().counters.rtos, 0);
  }

  // RFC 8985 §7.2: after two round trips, 200 ms more if the peer may be waiting for a second
  // segment.
  void probe_timeout_data() {
    QTest::addColumn<int>("rtt");
    QTest::addColumn<bool>("one");
    QTest::addColumn<int>("expected");
    QTest::newRow("flight") << 100 << false << 200;
    QTest::newRow("one segment") << 100 << true << 400;
    QTest::newRow("no sample yet") << 0 << true << 1000;
  }
  void probe_timeout() {
    QFETCH(int, rtt);
    QFETCH(bool, one);
    QFETCH(int, expected);
    const auto smoothed = rtt == 0 ? std::nullopt : std::optional<Duration>(rtt * 1ms);
    QCOMPARE(TailLossProbe::timeout(smoothed, one), Duration{expected * 1ms});
  }

  void the_last_segment_is_sent_again() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 18001");
    QCOMPARE(script.out_during(250ms), QString("+0.200 P. 19001:20001(1000) ack 1"));
    QCOMPARE(script.connection().snapshot().counters.tail_loss_probes, 1);
    // Its SACK, a round trip later, shows the hole in front of it.
    script.wait(60ms);
    script.in(". 1:1(0) ack 18001 <sack 19001:20001>");
    QCOMPARE(script.out_during(50ms), QString("+0.000 . 18001:19001(1000) ack 1"));
    QCOMPARE(script.connection().snapshot().counters.rtos, 0);
  }

  // §7.3: what was never sent is the better probe.
  void new_data_is_the_better_probe() {
    tcp::Config config = script_config();
    config.recovery = Recovery::Rack;
    config.initial_window = 2;
    Script script = Script::established(config, 65535, "sackOK");
    script.write(5000);
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1; . 1001:2001(1000) ack 1"));
    QCOMPARE(script.out_during(220ms), QString("+0.200 . 2001:3001(1000) ack 1"));
  }

  void only_one_probe_and_then_the_timer() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 18001");
    script.out_during(250ms);
    QVERIFY(script.out_during(2s).startsWith("+0."));
    QCOMPARE(script.connection().snapshot().counters.tail_loss_probes, 1);
    QVERIFY(script.connection().snapshot().counters.rtos >= 1);
  }

  // §7.4.2: the tail was lost, the probe repaired it, which is one congestion event.
  void a_repaired_tail_counts_as_congestion() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 19001");
    script.out_during(250ms);
    const std::int64_t cwnd = script.cwnd();
    script.in(". 1:1(0) ack 20001");
    QVERIFY(script.cwnd() >= cwnd);
    script.write(3000);
    script.out();
    script.wait(100ms);
    script.in(". 1:1(0) ack 21001");
    QVERIFY(script.cwnd() < cwnd);
  }

  void a_probe_that_was_not_needed_costs_nothing() {
    Script script = twenty_in_flight(0);
    script.in(". 1:1(0) ack 19001");
    script.out_during(250ms);
    const std::int64_t cwnd = script.cwnd();
    script.in(". 1:1(0) ack 20001 <sack 19001:20001>");
    script.write(3000);
    script.out();
    script.wait(100ms);
    script.in(". 1:1(0) ack 23001");
    QVERIFY(script.cwnd() >= cwnd);
  }

  // RFC 9937: NewReno keeps half of the flight, so every second ACK lets one segment go.
  void the_flight_comes_down_evenly() {
    tcp::Config config = script_config();
    config.rate_reduction = true;
    config.initial_window = 20;
    Script script = Script::established(config, 65535, "sackOK");
    script.write(60'000);
    script.out();
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    QCOMPARE(script.out().count("ack 1"), 2);
    QString sent;
    for (int i = 4; i < 14; ++i) {
      script.in(QString(". 1:1(0) ack 1 <sack 1001:%1>").arg(i * 1000 + 1001));
      sent += QString::number(script.out().count("(1000)"));
    }
    QCOMPARE(sent, QString("0101010101"));
    script.in(". 1:1(0) ack 22001");
    QCOMPARE(script.cwnd(), 10'000);
  }
};

namespace {
const inflight::testing::Register<RackTest> registered;
}
#include "rack_test.moc"
