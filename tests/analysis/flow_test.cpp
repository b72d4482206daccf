// Flows of scripted conversations: what belongs together, what is counted, and what captures do
// that real transfers of the examples do not.
#include <QTest>

#include "analysis/flow_trace.h"
#include "analysis/segments.h"
#include "support/registry.h"

namespace inflight::analysis {

using testing::Extra;
using testing::Script;
using testing::table_of;
using trace::EventCause;
using trace::EventKind;
using trace::SeriesId;

class FlowTest : public QObject {
  Q_OBJECT

 private slots:
  void a_new_syn_is_a_new_flow();
  void a_repeated_syn_is_not();
  void an_answer_alone_names_the_opener();
  void sequence_numbers_wrap();
  void hole_fillers_are_measured_data();
  void hole_fillers_are_measured();
  void copies_of_a_packet_are_no_retransmissions();
  void ambiguous_round_trips_are_left_out();
  void offloaded_segments_count_as_many();
  void window_scale_needs_both_syns_data();
  void window_scale_needs_both_syns();
  void one_direction_is_said();
  void losses_before_the_capture_point_are_events();
  void zero_windows_are_events();
  void the_strip_knows_of_the_window_only();
  void timeouts_are_told_from_fast_retransmissions();
  void times_that_go_back_do_not_harm();
  void limits_hold();
  void changed_flows_are_reported_once();

 private:
  static trace::Trace trace_of(const std::vector<DissectedSegment>& segments) {
    return make_trace(table_of(segments), 0, capture::Timestamp{});
  }
};

namespace {

std::vector<DissectedSegment> operator+(std::vector<DissectedSegment> head,
                                        const std::vector<DissectedSegment>& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

const DirectionStats& uploaded(const FlowTable& flows) { return flows[0].stats().of(End::Opener); }

std::vector<EventKind> kinds(const trace::Trace& trace) {
  std::vector<EventKind> result;
  for (const trace::Event& event : trace.events) result.push_back(event.kind);
  return result;
}

}  // namespace

void FlowTest::a_new_syn_is_a_new_flow() {
  const Script first;
  Script second = first;
  second.opener_isn = SeqNum(5'000'000);
  const FlowTable flows = table_of(first.handshake() + std::vector{first.up(11, 1, 1000)} +
                                   second.handshake() + std::vector{second.up(30, 1, 2000)});
  QCOMPARE(flows.size(), std::size_t{2});
  QCOMPARE(flows[0].stats().of(End::Opener).payload_bytes, std::uint64_t{1000});
  QCOMPARE(flows[1].stats().of(End::Opener).payload_bytes, std::uint64_t{2000});
  QVERIFY(flows[1].ports_reused);
  // Each has its own chain in the log.
  QCOMPARE(flows.log()[flows[1].first_segment].seq, second.opener_isn);
}

void FlowTest::a_repeated_syn_is_not() {
  const Script script;
  const FlowTable flows =
      table_of({script.syn(0), script.syn(1000), script.syn_ack(1010), script.up(1010.1, 1, 0)});
  QCOMPARE(flows.size(), std::size_t{1});
  QCOMPARE(uploaded(flows).retransmitted_segments, 1U);
  // From the newest SYN.
  QCOMPARE(*flows[0].stats().initial_rtt(), Duration(10'100us));
}

void FlowTest::an_answer_alone_names_the_opener() {
  const Script script;
  const FlowTable flows = table_of({script.syn_ack(0), script.up(1, 1, 100)});
  QVERIFY(flows[0].opener == script.opener);
  QVERIFY(!flows[0].stats().window_shift(End::Listener));
}

void FlowTest::sequence_numbers_wrap() {
  Script script;
  script.opener_isn = SeqNum(0xffffff00);
  std::vector<DissectedSegment> segments = script.handshake();
  for (std::uint32_t i = 0; i < 10; ++i) {
    segments.push_back(script.up(20 + i, 1 + 1000 * i, 1000));
    segments.push_back(script.ack(30 + i, 1001 + 1000 * i));
  }
  const FlowTable flows = table_of(segments);
  QCOMPARE(uploaded(flows).acked_bytes, std::uint64_t{10'000});
  QCOMPARE(uploaded(flows).retransmitted_segments, 0U);
  QCOMPARE(uploaded(flows).holes, 0U);
}

void FlowTest::hole_fillers_are_measured_data() {
  QTest::addColumn<Extra>("above");
  QTest::addColumn<Extra>("filler");
  QTest::addColumn<double>("delay_ms");
  QTest::addColumn<bool>("reordered");
  QTest::newRow("older TSval") << Extra{.timestamp = 5} << Extra{.timestamp = 4} << 50.0 << true;
  QTest::newRow("same TSval") << Extra{.timestamp = 5} << Extra{.timestamp = 5} << 50.0 << true;
  QTest::newRow("newer TSval") << Extra{.timestamp = 5} << Extra{.timestamp = 6} << 1.0 << false;
  QTest::newRow("TSval wraps") << Extra{.timestamp = 0xffffffff} << Extra{.timestamp = 1} << 1.0
                               << false;
  QTest::newRow("older IP ID") << Extra{.ip_id = 9} << Extra{.ip_id = 8} << 50.0 << true;
  QTest::newRow("newer IP ID") << Extra{.ip_id = 9} << Extra{.ip_id = 12} << 1.0 << false;
  QTest::newRow("IP ID wraps") << Extra{.ip_id = 65535} << Extra{.ip_id = 3} << 1.0 << false;
  QTest::newRow("TSval before IP ID")
      << Extra{.timestamp = 5, .ip_id = 9} << Extra{.timestamp = 6, .ip_id = 8} << 1.0 << false;
  // Neither: the initial RTT of 10 ms decides.
  QTest::newRow("soon") << Extra{} << Extra{} << 9.0 << true;
  QTest::newRow("late") << Extra{} << Extra{} << 11.0 << false;
}

void FlowTest::hole_fillers_are_measured() {
  QFETCH(const Extra, above);
  QFETCH(const Extra, filler);
  QFETCH(const double, delay_ms);
  QFETCH(const bool, reordered);
  const Script script;
  const FlowTable flows =
      table_of(script.handshake() + std::vector{script.up(20, 1001, 1000, above),
                                                script.up(20 + delay_ms, 1, 1000, filler)});
  QCOMPARE(uploaded(flows).holes, 1U);
  QCOMPARE(uploaded(flows).reordered, reordered ? 1U : 0U);
  QCOMPARE(uploaded(flows).retransmitted_segments, reordered ? 0U : 1U);
  QCOMPARE(uploaded(flows).retransmitted_bytes, std::uint64_t{reordered ? 0U : 1000U});
}

void FlowTest::copies_of_a_packet_are_no_retransmissions() {
  const Script script;
  const FlowTable flows = table_of(
      script.handshake() + std::vector{script.up(20, 1, 1000, {.timestamp = 5, .ip_id = 7}),
                                       script.up(20.1, 1, 1000, {.timestamp = 5, .ip_id = 7}),
                                       script.up(20.2, 1, 1000, {.timestamp = 5, .ip_id = 8})});
  QCOMPARE(uploaded(flows).network_duplicates, 1U);
  QCOMPARE(uploaded(flows).retransmitted_segments, 1U);
}

// RFC 6298 §3: an ACK that a retransmission may have caused measures nothing; nor does one for data
// that was selectively acknowledged before.
void FlowTest::ambiguous_round_trips_are_left_out() {
  const Script script;
  const FlowTable flows = table_of(
      script.handshake() +
      std::vector{script.up(20, 1, 1000), script.up(20, 1001, 1000), script.up(20, 2001, 1000),
                  script.ack(31, 1, {.sack = {{1001, 2001}}}),
                  script.ack(31, 1, {.sack = {{1001, 3001}}}), script.up(32, 1, 1000),
                  script.ack(43, 3001), script.up(50, 3001, 1000), script.ack(61.5, 4001)});
  // The SYN's 10 ms and the last segment's 11.5 ms.
  QCOMPARE(uploaded(flows).rtt_samples, 2U);
  QCOMPARE(uploaded(flows).rtt_min, Duration(10ms));
  QCOMPARE(uploaded(flows).rtt_max, Duration(11'500us));
}

void FlowTest::offloaded_segments_count_as_many() {
  const Script script;
  const FlowTable flows =
      table_of(script.handshake() + std::vector{script.up(20, 1, 4500), script.up(30, 1, 4500)});
  QCOMPARE(uploaded(flows).data_segments, 10U);
  QCOMPARE(uploaded(flows).retransmitted_segments, 5U);
  QCOMPARE(uploaded(flows).oversized_packets, 2U);
}

void FlowTest::window_scale_needs_both_syns_data() {
  QTest::addColumn<bool>("opener_offers");
  QTest::addColumn<bool>("listener_offers");
  QTest::addColumn<int>("window");
  QTest::newRow("both") << true << true << 500 * 128;
  QTest::newRow("opener only") << true << false << 500;
  QTest::newRow("listener only") << false << true << 500;
}

void FlowTest::window_scale_needs_both_syns() {
  QFETCH(const bool, opener_offers);
  QFETCH(const bool, listener_offers);
  QFETCH(const int, window);
  const Script script;
  std::vector<DissectedSegment> segments = script.handshake();
  if (!opener_offers) segments[0].options.window_scale.reset();
  if (!listener_offers) segments[1].options.window_scale.reset();
  const trace::Trace trace =
      trace_of(segments + std::vector{script.up(20, 1, 1000), script.ack(30, 1001)});
  // The SYN/ACK's window is never scaled.
  QCOMPARE(trace.series(SeriesId::ReceiveWindow).front().value, 64000.0);
  QCOMPARE(trace.series(SeriesId::ReceiveWindow).back().value, double(window));
}

void FlowTest::one_direction_is_said() {
  const Script script;
  const trace::Trace trace = trace_of({script.ack(0, 1), script.ack(1, 5001), script.ack(2, 9001)});
  // ACKs alone still tell which way the data went, and how much.
  QVERIFY(trace.info.sender == script.opener);
  QCOMPARE(trace.series(SeriesId::AckedBytes).back().value, 9000.0);
  QVERIFY(!trace.has(SeriesId::ReceiveWindow));
  QVERIFY(trace.info.notes.at(0).starts_with("The capture has one direction only"));
  QVERIFY(trace.info.notes.at(1).starts_with("The handshake is not in the capture"));
}

void FlowTest::losses_before_the_capture_point_are_events() {
  const Script script;
  const trace::Trace trace =
      trace_of(script.handshake() + std::vector{script.up(20, 1, 1000, {.timestamp = 1}),
                                                script.up(21, 2001, 1000, {.timestamp = 2}),
                                                script.ack(31, 1001, {.sack = {{2001, 3001}}}),
                                                script.up(32, 1001, 1000, {.timestamp = 13})});
  QVERIFY(kinds(trace) ==
          (std::vector{EventKind::Connected, EventKind::Loss, EventKind::Retransmit}));
  const trace::Event& loss = trace.events[1];
  QCOMPARE(loss.cause, EventCause::BeforeCapturePoint);
  QCOMPARE(loss.time, Instant(21ms));
  QCOMPARE(loss.offset, StreamOffset(1001));
  QCOMPARE(loss.length, ByteCount(1000));
  QCOMPARE(trace.events[2].cause, EventCause::Sack);
  QCOMPARE(trace.series(SeriesId::WaitingForHole).back().value, 1000.0);
  QCOMPARE(trace.series(SeriesId::RetransmittedBytes).back().value, 1000.0);
}

void FlowTest::zero_windows_are_events() {
  const Script script;
  const trace::Trace trace =
      trace_of(script.handshake() +
               std::vector{script.up(20, 1, 1000), script.ack(30, 1001, {.window = 0}),
                           script.up(250, 1000, 0), script.ack(260, 1001, {.window = 0}),
                           script.up(300, 1001, 1), script.ack(400, 1001, {.window = 9})});
  QVERIFY(kinds(trace) ==
          (std::vector{EventKind::Connected, EventKind::ZeroWindow, EventKind::WindowProbe,
                       EventKind::WindowProbe, EventKind::WindowOpen}));
  QCOMPARE(trace.events[4].time, Instant(400ms));
  QCOMPARE(trace.series(SeriesId::ReceiveWindow).value_at(Instant(300ms)).value_or(-1), 0.0);
  // Neither probe is a retransmission or new data.
  QCOMPARE(trace.summary.tcp.retransmits, 0);
}

void FlowTest::timeouts_are_told_from_fast_retransmissions() {
  const Script script;
  const trace::Trace trace =
      trace_of(script.handshake() +
               std::vector{script.up(20, 1, 1000), script.up(20, 1001, 1000),
                           script.up(20, 2001, 1000), script.up(20, 3001, 1000), script.ack(30, 1),
                           script.ack(30.1, 1), script.ack(30.2, 1), script.ack(30.3, 1),
                           script.up(30.4, 1, 1000), script.up(330, 1, 1000)});
  QVERIFY(kinds(trace) ==
          (std::vector{EventKind::Connected, EventKind::Retransmit, EventKind::Retransmit}));
  QCOMPARE(trace.events[1].cause, EventCause::DuplicateAcks);
  QCOMPARE(trace.events[2].cause, EventCause::TimeoutExpired);
  QCOMPARE(trace.summary.tcp.rtos, 1);
}

void FlowTest::the_strip_knows_of_the_window_only() {
  using trace::Limit;
  const Script script;
  // A window of 4096 bytes, segments of 1000: full from 2096 bytes on.
  const Extra small{.window = 32};
  const trace::Trace trace = trace_of(
      script.handshake() +
      std::vector{script.up(20, 1, 1000), script.ack(30, 1001, small), script.up(31, 1001, 1000),
                  script.up(32, 2001, 1000), script.up(33, 3001, 1000), script.ack(45, 4001, small),
                  script.up(46, 4001, 1000), script.ack(60, 5001, {.window = 0}),
                  script.ack(80, 5001, small), script.up(90, 5001, 10)});
  const auto at = [&](double ms) { return trace.limits.at(Instant(from_seconds(ms / 1000))); };
  QCOMPARE(at(5), Limit::Handshake);
  QCOMPARE(at(25), Limit::Unknown);
  QCOMPARE(at(32.5), Limit::Unknown);
  QCOMPARE(at(40), Limit::ReceiveWindow);
  QCOMPARE(at(50), Limit::Unknown);
  QCOMPARE(at(70), Limit::ReceiverApplication);
  QCOMPARE(at(85), Limit::Unknown);
}

void FlowTest::times_that_go_back_do_not_harm() {
  const Script script;
  const trace::Trace trace =
      trace_of(script.handshake() + std::vector{script.up(20, 1, 1000), script.up(15, 1001, 1000),
                                                script.ack(-5, 2001)});
  QCOMPARE(trace.end(), Instant(20ms));
  QVERIFY(trace.info.notes.back().starts_with("2 packets have earlier times"));
}

void FlowTest::limits_hold() {
  const Script script;
  Script another = script;
  another.opener.port = 40001;
  const FlowTable flows =
      table_of(script.handshake() + another.handshake(), {.segments = 2, .flows = 1});
  QCOMPARE(flows.size(), std::size_t{1});
  QCOMPARE(flows.log().size(), std::size_t{2});
  QCOMPARE(flows[0].unlogged, 1U);
  QCOMPARE(flows.dropped_segments(), std::uint64_t{4});
  // Counted all the same.
  QCOMPARE(flows[0].stats().of(End::Opener).packets, 2U);
}

void FlowTest::changed_flows_are_reported_once() {
  const Script script;
  FlowTable flows = table_of(script.handshake());
  QVERIFY(flows.take_changed() == std::vector<std::uint32_t>{0});
  QVERIFY(flows.take_changed().empty());
  flows.handle_segment(script.up(20, 1, 10));
  QCOMPARE(flows.take_changed().size(), std::size_t{1});
}

namespace {
const inflight::testing::Register<FlowTest> registered;
}

}  // namespace inflight::analysis

#include "flow_test.moc"
