// Loss recovery as segment scripts: NewReno by duplicate ACKs (RFC 6582, the vector of FACTS 2.2),
// SACK (RFC 6675), the retransmission timer (RFC 6298) with back-off and Karn's rule.
#include <QTest>

#include "support/registry.h"
#include "tcp/script.h"

using namespace inflight;
using inflight::testing::Script;
using inflight::testing::script_config;

namespace {

// Twenty segments in flight, a window of twenty, nothing else written but `more` bytes.
Script twenty_in_flight(int more, const QString& options) {
  tcp::Config config = script_config();
  config.initial_window = 20;
  Script script = Script::established(config, 65535, options);
  script.write(20'000 + more);
  script.out();
  return script;
}

// This many pure ACKs of 1; what goes out for each, in brackets if nothing.
QStringList duplicates(Script& script, int count) {
  QStringList answers;
  for (int i = 0; i < count; ++i) {
    script.in(". 1:1(0) ack 1");
    answers << script.out();
  }
  return answers;
}

}  // namespace

class RecoveryTest : public QObject {
  Q_OBJECT

 private slots:
  // FACTS 2.2: ssthresh 10, cwnd 13 after three duplicates, 29 after 16 more, 10 after the full
  // ACK.
  void newreno_vector() {
    Script script = twenty_in_flight(0, "");
    QCOMPARE(duplicates(script, 3), QStringList({"", "", ". 1:1001(1000) ack 1"}));
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
    QCOMPARE(script.events(), QString("recovery slow-start-ended retransmitted"));
    duplicates(script, 16);
    // cwnd 29 and 20 in flight: nine new segments.
    script.write(30'000);
    QCOMPARE(script.out().count(';') + 1, 9);
    script.in(". 1:1(0) ack 20001");
    QCOMPARE(script.cwnd(), 10'000);
    QCOMPARE(script.events(), QString("recovered"));
    // Nine are in flight: one more fits.
    QCOMPARE(script.out(), QString(". 29001:30001(1000) ack 1"));
  }

  // RFC 3042; what it sent is no part of the flight that was too much (RFC 5681 §3.2 step 2).
  void limited_transmit() {
    Script script = twenty_in_flight(10'000, "");
    QCOMPARE(duplicates(script, 3),
             QStringList({". 20001:21001(1000) ack 1", ". 21001:22001(1000) ack 1",
                          ". 1:1001(1000) ack 1"}));
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
  }

  // ACKs that come together: what the first of them let go would have been sent again in between,
  // so it still belongs to the flight that was too much.
  void acks_in_one_batch_make_the_flight_no_smaller() {
    Script script = twenty_in_flight(30'000, "sackOK");
    script.in(". 1:1(0) ack 10001");
    script.in(". 1:1(0) ack 10001 <sack 11001:14001>");
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
    // Asked in between, it is in flight again, and counted once.
    Script apart = twenty_in_flight(30'000, "sackOK");
    apart.in(". 1:1(0) ack 10001");
    QCOMPARE(apart.out().count("; ") + 1, 20);
    apart.in(". 1:1(0) ack 10001 <sack 11001:14001>");
    QCOMPARE(*apart.connection().snapshot().congestion.ssthresh, 15'000.0);
  }

  void limited_transmit_with_sack() {
    Script script = twenty_in_flight(10'000, "sackOK");
    script.in(". 1:1(0) ack 1 <sack 1001:2001>");
    QCOMPARE(script.out(), QString(". 20001:21001(1000) ack 1"));
    script.in(". 1:1(0) ack 1 <sack 1001:3001>");
    QCOMPARE(script.out(), QString(". 21001:22001(1000) ack 1"));
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
  }

  // RFC 6582 §3.2 step 5: each partial ACK shows the next hole.
  void newreno_partial_acks() {
    Script script = twenty_in_flight(0, "");
    duplicates(script, 3);
    duplicates(script, 14);
    script.in(". 1:1(0) ack 5001");
    QCOMPARE(script.out(), QString(". 5001:6001(1000) ack 1"));
    QVERIFY(script.connection().snapshot().in_recovery);
    script.in(". 1:1(0) ack 9001");
    QCOMPARE(script.out(), QString(". 9001:10001(1000) ack 1"));
    script.in(". 1:1(0) ack 20001");
    QVERIFY(!script.connection().snapshot().in_recovery);
    QCOMPARE(script.cwnd(), 10'000);
    QCOMPARE(script.connection().snapshot().counters.fast_recoveries, 1);
  }

  // RFC 3042: what two duplicates lend is given back when the next ACK shows that nothing was lost.
  void limited_transmit_lends_only_until_the_next_ack() {
    Script script = twenty_in_flight(100'000, "");
    duplicates(script, 2);
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.cwnd(), 21'000);
    QCOMPARE(script.out(), QString());
  }

  // The window held data back before they came, so each of them lets it grow.
  void several_acks_at_once_all_grow_the_window() {
    Script script = twenty_in_flight(100'000, "sackOK");
    for (const int acked : {2001, 4001, 6001}) script.in(QString(". 1:1(0) ack %1").arg(acked));
    QCOMPARE(script.cwnd(), 26'000);
  }

  // RFC 6675 §6: after many equal round trips the RTO is hardly more than one.
  void a_steady_round_trip_brings_no_timeout_into_a_recovery() {
    tcp::Config config = script_config();
    config.initial_window = 20;
    Script script = Script::established(config);
    int acked = 1;
    for (int round = 0; round < 100; ++round) {
      script.write(1000);
      script.out();
      script.wait(300ms);
      script.in(QString(". 1:1(0) ack %1").arg(acked += 1000));
      script.out();
    }
    script.write(10'000);
    script.out();
    script.wait(300ms);
    for (int i = 2; i <= 10; ++i) {
      script.in(QString(". 1:1(0) ack %1 <sack %2:%3>")
                    .arg(acked)
                    .arg(acked + 1000)
                    .arg(acked + i * 1000));
      script.out();
      script.wait(2ms);
    }
    script.out_during(280ms);
    QCOMPARE(script.connection().snapshot().counters.fast_recoveries, 1);
    QCOMPARE(script.connection().snapshot().counters.rtos, 0);
  }

  // RFC 6582 §3.2 step 2: duplicates that answer retransmissions are no new loss.
  void duplicates_up_to_the_recovery_point_are_no_loss() {
    Script script = twenty_in_flight(0, "");
    script.out_during(400ms);
    QVERIFY(script.events().contains("timed-out"));
    script.in(". 1:1(0) ack 20001");
    script.write(10'000);
    script.out();
    for (int i = 0; i < 5; ++i) script.in(". 1:1(0) ack 20001");
    QVERIFY(!script.connection().snapshot().in_recovery);
    QCOMPARE(script.connection().snapshot().counters.fast_recoveries, 0);
  }

  void data_or_a_window_update_is_no_duplicate() {
    Script script = twenty_in_flight(0, "");
    for (int i = 0; i < 4; ++i)
      script.in(QString(". %1:%2(10) ack 1").arg(1 + 10 * i).arg(11 + 10 * i));
    for (int i = 0; i < 4; ++i) script.in(QString(". 41:41(0) ack 1 win %1").arg(60'000 - i));
    QVERIFY(!script.connection().snapshot().in_recovery);
  }

  // RFC 6675: 1 and 5 are lost; both are sent as the pipe allows, then new data.
  void sack_recovery() {
    Script script = twenty_in_flight(20'000, "sackOK");
    script.in(". 1:1(0) ack 1 <sack 1001:5001 6001:8001>");
    QCOMPARE(script.events(), QString("recovery slow-start-ended"));
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
    // The first hole at once. The pipe is 12 behind 8001, the segment at 5001, which has only two
    // above it, and what was sent now; cwnd is 10.
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
    QCOMPARE(script.limit(), QString("recovery"));
    script.in(". 1:1(0) ack 1 <sack 6001:12001 1001:5001>");
    // Now 5001 is lost; pipe 9.
    QCOMPARE(script.out(), QString(". 5001:6001(1000) ack 1"));
    script.in(". 1:1(0) ack 1 <sack 6001:14001 1001:5001>");
    QCOMPARE(script.out(), QString(". 20001:21001(1000) ack 1; . 21001:22001(1000) ack 1"));
    script.in(". 1:1(0) ack 14001");
    QVERIFY(script.connection().snapshot().in_recovery);
    script.out();
    script.in(". 1:1(0) ack 20001");
    QCOMPARE(script.events(), QString("retransmitted retransmitted recovered"));
    QCOMPARE(script.cwnd(), 10'000);
  }

  // The first retransmission after detection goes out at once: RFC 6675 §5 step 4.3.
  void the_first_hole_is_sent_again_at_once() {
    Script script = twenty_in_flight(0, "sackOK");
    script.in(". 1:1(0) ack 1 <sack 1001:4001>");
    QCOMPARE(script.out(), QString(". 1:1001(1000) ack 1"));
  }

  // RFC 6675 NextSeg rules 3 and 4, when there is nothing new to send.
  void holes_and_the_rescue() {
    Script script = twenty_in_flight(0, "sackOK");
    // The last segment is lost as well, and nothing will report that.
    script.in(". 1:1(0) ack 1 <sack 1001:15001 16001:19001>");
    QVERIFY(script.out().startsWith(". 1:1001(1000) ack 1; . 15001:16001(1000) ack 1"));
    QCOMPARE(script.connection().snapshot().counters.retransmits, 3);
    script.in(". 1:1(0) ack 20001");
    QVERIFY(!script.connection().snapshot().in_recovery);
  }

  // Blocks that cannot be are not believed.
  void nonsense_in_blocks() {
    Script script = twenty_in_flight(0, "sackOK");
    script.in(". 1:1(0) ack 1 <sack 30001:40001>");
    script.in(". 1:1(0) ack 1 <sack 5001:4001>");
    script.in(". 1:1(0) ack 5001 <sack 1:1001>");
    QVERIFY(script.connection().snapshot().bytes_in_flight == ByteCount{15'000});
    QVERIFY(!script.connection().snapshot().in_recovery);
  }

  // RFC 6298 §5: each expiry doubles; RFC 5681 §3.1: one segment, half the flight.
  void the_timer_doubles() {
    Script script = Script::established(script_config());
    script.write(3000);
    QCOMPARE(script.out_during(0s).count(';'), 2);
    // One sample of 100 ms: 100 + 4 * 50.
    const QString again = ". 1:1001(1000) ack 1";
    QCOMPARE(script.out_during(5s),
             "+0.300 " + again + "; +0.900 " + again + "; +2.100 " + again + "; +4.500 " + again);
    QCOMPARE(script.cwnd(), 1000);
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 2000.0);
    QCOMPARE(script.events(),
             QString("timed-out slow-start-ended retransmitted timed-out retransmitted "
                     "timed-out unanswered retransmitted timed-out retransmitted"));
    // Slow start sends the rest again.
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.out(), QString(". 1001:2001(1000) ack 1; P. 2001:3001(1000) ack 1"));
  }

  // RFC 6298 §5.7 and Karn: an ACK of what was sent twice says nothing about the round-trip time,
  // so the doubled timeout stays until something sent once is acknowledged.
  void karn_keeps_the_backed_off_timeout() {
    Script script = Script::established(script_config());
    script.write(1000);
    script.out_during(1s);
    QVERIFY(script.connection().snapshot().rto == 1200ms);
    script.in(". 1:1(0) ack 1001");
    QCOMPARE(script.connection().snapshot().rtt_samples, 1);
    QVERIFY(script.connection().snapshot().rto == 1200ms);
    script.write(1000);
    script.out();
    script.wait(150ms);
    script.in(". 1:1(0) ack 2001");
    QCOMPARE(script.connection().snapshot().rtt_samples, 2);
    QVERIFY(script.connection().snapshot().rto < 400ms);
  }

  // RFC 6298 §5.3: an ACK of new data starts the timer anew.
  void the_timer_restarts_with_each_ack() {
    Script script = Script::established(script_config());
    script.write(2000);
    script.out();
    script.wait(250ms);
    script.in(". 1:1(0) ack 1001");
    const Duration rto = script.connection().snapshot().rto;
    QVERIFY(script.connection().next_timeout() == script.now() + rto);
    script.in(". 1:1(0) ack 2001");
    QVERIFY(script.connection().next_timeout() == kNever);
  }

  // RFC 5681 §3.1: ssthresh is set by the first expiry only.
  void a_second_expiry_keeps_ssthresh() {
    Script script = twenty_in_flight(0, "sackOK");
    script.out_during(1s);
    QCOMPARE(*script.connection().snapshot().congestion.ssthresh, 10'000.0);
  }

  // RFC 9293 MUST-20: given up at last, with a RST.
  void gives_up() {
    tcp::Config config = script_config();
    config.max_retries = 3;
    Script script = Script::established(config);
    script.write(1000);
    const QString sent = script.out_during(60s);
    QVERIFY2(sent.endsWith("+4.500 R. 1001:1001(0) ack 1"), qPrintable(sent));
    QCOMPARE(sent.count(';'), 4);
    QCOMPARE(script.state(), QString("CLOSED"));
    QVERIFY(script.events().endsWith("reset"));
  }

  void what_arrived_is_not_sent_again_after_a_timeout() {
    Script script = twenty_in_flight(0, "sackOK");
    script.in(". 1:1(0) ack 1 <sack 2001:4001>");
    QVERIFY(script.out_during(350ms).endsWith(". 1:1001(1000) ack 1"));
    script.in(". 1:1(0) ack 1001 <sack 2001:4001>");
    QCOMPARE(script.out(), QString(". 1001:2001(1000) ack 1; . 4001:5001(1000) ack 1"));
  }
};

namespace {
const inflight::testing::Register<RecoveryTest> registered;
}
#include "recovery_test.moc"
