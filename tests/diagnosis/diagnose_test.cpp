// Verdicts of synthetic traces: each is built so that its cause is known.
#include "diagnosis/diagnose.h"

#include <QTest>

#include "support/registry.h"
#include "support/trace_builder.h"
#include "trace/derived.h"

using namespace inflight;
using namespace inflight::testing;
using trace::EventCause;
using trace::EventKind;
using trace::FindingCode;
using trace::Limit;
using trace::LimitedBy;
using trace::SeriesId;
using trace::Trace;
using trace::Verdict;

namespace {

constexpr double kMss = 1228;

// Ten seconds of a bulk transfer at this rate from the first round trip on.
TraceBuilder bulk(double megabits, double rtt_ms, double until_ms = 10'000) {
  TraceBuilder builder;
  builder.limit(0, Limit::Handshake).ramp(SeriesId::ReadBytes, rtt_ms, until_ms, 5, megabits);
  builder.add(SeriesId::RttMin, rtt_ms, rtt_ms * 1e-3);
  for (double t = rtt_ms; t < until_ms; t += 20) builder.add(SeriesId::RttSample, t, rtt_ms * 1e-3);
  builder.add(SeriesId::SendBuffer, rtt_ms, 1e6).until(until_ms);
  builder.trace().info.mss = ByteCount{static_cast<std::int64_t>(kMss)};
  builder.trace().summary.transfer.handshake = ms(rtt_ms);
  return builder;
}

// The bottleneck's rate such that 90 % of it is payload.
TraceBuilder& bottleneck(TraceBuilder& builder, double payload_megabits) {
  builder.add(SeriesId::PathRate, 0, payload_megabits * 1e6 / 0.9);
  builder.add(SeriesId::SentBytes, 9'000, 900e6).add(SeriesId::WireBytes, 9'000, 1000e6);
  return builder;
}

void burst_of_losses(TraceBuilder& builder, double at, int count, EventCause place) {
  builder.event(at, EventKind::SlowStartExit, EventCause::LossDetected, 3e6);
  for (int i = 0; i < count; ++i) builder.event(at + i * 0.01, EventKind::Loss, place);
}

const trace::Finding* finding(const Verdict& verdict, FindingCode code) {
  const auto found = std::ranges::find(verdict.findings, code, &trace::Finding::code);
  return found == verdict.findings.end() ? nullptr : &*found;
}

std::string setting(const Verdict& verdict, const std::string& key) {
  for (const trace::Advice& advice : verdict.advice) {
    for (const trace::Override& change : advice.overrides) {
      if (change.key == key) return change.value;
    }
  }
  return {};
}

QString text(const std::string& value) { return QString::fromStdString(value); }
QString code(LimitedBy cause) { return text(std::string(to_string(cause))); }

}  // namespace

class DiagnoseTest : public QObject {
  Q_OBJECT
 private slots:
  void receiveWindow() {
    TraceBuilder builder = bulk(55.1, 76);
    bottleneck(builder, 200);
    builder.limit(76, Limit::SlowStart).limit(700, Limit::ReceiveWindow).until(10'000);
    builder.add(SeriesId::ReceiveWindow, 76, 524'288);
    builder.trace().info.scenario_json =
        R"({"receiver": {"receive_buffer": "1MiB", "window_share": "50%"}})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("receive_window"));
    QCOMPARE(text(verdict.headline),
             QString::fromUtf8("Receive window limits you: 512 KiB ÷ 76 ms = 55.2 Mbit/s"));
    QVERIFY(finding(verdict, FindingCode::WindowHalfOfBuffer));
    QVERIFY(!finding(verdict, FindingCode::NoWindowScaling));
    QCOMPARE(verdict.confidence, trace::Confidence::High);
    // 200 Mbit/s × 76 ms = 1.9 MB; twice that, and twice again as half the buffer is the window.
    QCOMPARE(text(setting(verdict, "receiver.receive_buffer")), QString("8MiB"));
  }

  void receiveWindowThatDoesNotExplainTheRate() {
    TraceBuilder builder = bulk(30, 76);
    builder.limit(76, Limit::ReceiveWindow).until(10'000);
    builder.add(SeriesId::ReceiveWindow, 76, 524'288);
    QCOMPARE(text(diagnosis::diagnose(builder.trace()).headline),
             QString("Receive window limits you: 512 KiB in each round trip of 76 ms, 30 Mbit/s"));
  }

  // A queue that marks early keeps the window below what the path could carry.
  void marksHoldTheWindowDown() {
    TraceBuilder builder = bulk(60, 76);
    bottleneck(builder, 200);
    builder.limit(76, Limit::SlowStart).limit(700, Limit::CongestionWindow).until(10'000);
    for (int i = 0; i < 12; ++i) {
      builder.event(700 + i * 500, EventKind::Marked, EventCause::None, 400'000);
    }
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("ecn"));
    QCOMPARE(text(verdict.headline),
             QString("Held down by marks: the path asked for less 12 times, 59.5 Mbit/s of "
                     "200 Mbit/s"));
    QVERIFY(!verdict.evidence.empty());
  }

  // More losses than marks: the losses are what matters.
  void fewMarksAmongManyLosses() {
    TraceBuilder builder = bulk(60, 76);
    bottleneck(builder, 200);
    builder.limit(76, Limit::SlowStart).limit(700, Limit::CongestionWindow).until(10'000);
    builder.event(700, EventKind::Marked, EventCause::None, 400'000);
    for (int i = 0; i < 20; ++i) {
      builder.event(1'000 + i * 400, EventKind::Loss, EventCause::RandomLoss);
    }
    QCOMPARE(code(diagnosis::diagnose(builder.trace()).limited_by), QString("loss"));
  }

  void windowScalingOff() {
    TraceBuilder builder = bulk(17.4, 30);
    builder.limit(30, Limit::ReceiveWindow).until(10'000);
    builder.add(SeriesId::ReceiveWindow, 30, 65'535);
    builder.trace().info.scenario_json = R"({"tcp": {"window_scaling": "off"}})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QVERIFY(finding(verdict, FindingCode::NoWindowScaling));
    QCOMPARE(text(setting(verdict, "tcp.window_scaling")), QString("on"));
  }

  // A window of one bandwidth-delay product: larger ones would only fill the queue.
  void windowAndPathAgree() {
    TraceBuilder builder = bulk(200, 60);
    bottleneck(builder, 200);
    builder.limit(60, Limit::ReceiveWindow).until(10'000);
    builder.add(SeriesId::ReceiveWindow, 60, 1.5e6);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("path"));
    QVERIFY(verdict.second == LimitedBy::ReceiveWindow);
  }

  void sendBuffer() {
    TraceBuilder builder = bulk(34.9, 60);
    bottleneck(builder, 900);
    builder.limit(60, Limit::SlowStart).limit(400, Limit::SendBuffer).until(10'000);
    builder.trace().series(SeriesId::SendBuffer) = trace::TimeSeries();
    builder.add(SeriesId::SendBuffer, 60, 262'144);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("send_buffer"));
    QCOMPARE(text(verdict.headline),
             QString::fromUtf8("Send buffer limits you: 256 KiB ÷ 60 ms = 35 Mbit/s"));
    QCOMPARE(text(setting(verdict, "sender.send_buffer")), QString("16MiB"));
  }

  void outboundQueueDrops() {
    TraceBuilder builder = bulk(30, 76);
    bottleneck(builder, 200);
    builder.limit(76, Limit::SlowStart)
        .limit(500, Limit::Recovery)
        .limit(1'000, Limit::CongestionWindow);
    builder.until(10'000);
    burst_of_losses(builder, 500, 40, EventCause::OutboundQueue);
    builder.trace().summary.queues.outbound_drops = 40;
    builder.trace().info.scenario_json = R"({"outbound_queue.policy": "drop"})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("outbound_queue"));
    QCOMPARE(text(verdict.headline),
             QString("Lost inside the process: 40 packets dropped by the outbound queue"));
    QCOMPARE(text(setting(verdict, "outbound_queue.policy")), QString("backpressure"));
    QVERIFY(finding(verdict, FindingCode::LostBeforeCapturePoint));
  }

  void outboundQueueHolds() {
    TraceBuilder builder = bulk(137, 76);
    builder.limit(76, Limit::SlowStart).limit(500, Limit::OutboundQueue).until(10'000);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("outbound_queue"));
    QCOMPARE(text(verdict.headline),
             QString("The outbound queue holds you back: full for 95 % of the time"));
  }

  void pathIsFull() {
    TraceBuilder builder = bulk(204, 76);
    bottleneck(builder, 205);
    builder.limit(76, Limit::SlowStart).limit(800, Limit::CongestionWindow).until(10'000);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("path"));
    QCOMPARE(text(verdict.headline), QString("The path is full, as it should be: 204 Mbit/s"));
    QVERIFY(verdict.advice.empty());
    QVERIFY(verdict.findings.empty());
  }

  // Without a known capacity, delay under load speaks for a full queue.
  void pathWithBufferbloat() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake)
        .limit(50, Limit::SlowStart)
        .limit(400, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, 50, 10'000, 5, 20).add(SeriesId::RttMin, 50, 0.05);
    for (int t = 500; t < 10'000; t += 50) builder.add(SeriesId::RttSample, t, 0.4);
    const Verdict verdict = diagnosis::diagnose(builder.until(10'000).trace());
    QCOMPARE(code(verdict.limited_by), QString("path"));
    QVERIFY(finding(verdict, FindingCode::Bufferbloat));
  }

  void slowStartOvershoot() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake).limit(76, Limit::SlowStart).limit(940, Limit::Recovery);
    builder.limit(2'000, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, 76, 940, 4, 120)
        .ramp(SeriesId::ReadBytes, 1'640, 10'000, 4, 170);
    builder.add(SeriesId::RttMin, 76, 0.076).add(SeriesId::SendBuffer, 76, 4e6);
    builder.add(SeriesId::Cwnd, 900, 3 * 1024 * 1024);
    bottleneck(builder, 205);
    burst_of_losses(builder, 940, 1231, EventCause::PathQueue);
    builder.event(1'800, EventKind::RecoveryEnd).until(10'000);
    builder.trace().summary.tcp.retransmits = 1300;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("loss"));
    QCOMPARE(text(verdict.headline), QString("Slow start overshot: 1,231 packets lost at 0.94 s, "
                                             "nothing arrived for 0.704 s"));
    const trace::Finding* overshoot = finding(verdict, FindingCode::SlowStartOvershoot);
    QVERIFY(overshoot && overshoot->time == at_ms(940));
    QCOMPARE(text(setting(verdict, "sender.hystart")), QString("linux"));
  }

  void randomLoss() {
    TraceBuilder builder = bulk(8.2, 80);
    bottleneck(builder, 20);
    builder.limit(80, Limit::SlowStart)
        .limit(300, Limit::Recovery)
        .limit(1'000, Limit::CongestionWindow);
    for (int i = 1; i < 90; ++i) builder.event(i * 100, EventKind::Loss, EventCause::RandomLoss);
    builder.until(10'000).trace().summary.tcp.segments_sent = 8'900;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("loss"));
    QCOMPARE(text(verdict.headline),
             QString("Held down by loss: 89 packets lost (1 %), 8.13 Mbit/s of 20 Mbit/s"));
    QVERIFY(!finding(verdict, FindingCode::SlowStartOvershoot));
  }

  void slowStart() {
    TraceBuilder builder = bulk(20, 100, 900);
    bottleneck(builder, 500);
    builder.limit(100, Limit::SlowStart).until(900);
    builder.trace().summary.transfer.completion = 900ms;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("slow_start"));
    QCOMPARE(text(verdict.headline),
             QString("Over before it was fast: 89 % of the time in slow start"));
  }

  void senderApplication() {
    TraceBuilder builder = bulk(5, 50);
    builder.limit(50, Limit::SlowStart).limit(150, Limit::SenderApplication).until(10'000);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("sender_application"));
    QCOMPARE(text(verdict.headline),
             QString("The sender had nothing to send for 98 % of the time"));
  }

  void turns() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake).add(SeriesId::RttMin, 100, 0.1);
    for (int i = 0; i < 10; ++i) {
      builder.limit(100 + i * 110, Limit::SlowStart).limit(110 + i * 110, Limit::Idle);
    }
    const Verdict verdict = diagnosis::diagnose(builder.until(1'200).trace());
    QCOMPARE(code(verdict.limited_by), QString("turns"));
    QCOMPARE(text(verdict.headline), QString::fromUtf8("Latency limits you: 10 turns × 100 ms"));
  }

  // So little is sent in each turn that the strip shows one long stretch: the moments of sending
  // cut it.
  void turnsOfOneSegment() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake).add(SeriesId::RttMin, 100, 0.1);
    builder.limit(100, Limit::SenderApplication);
    for (int i = 0; i < 10; ++i) builder.add(SeriesId::SentBytes, 200 + i * 120, 64 * (i + 1));
    builder.until(1'400).trace().info.scenario_json =
        R"({"workload": {"kind": "request_response"}})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("turns"));
    QCOMPARE(text(verdict.headline), QString::fromUtf8("Latency limits you: 10 turns × 100 ms"));
    // A sender that writes a little now and then, by its own clock, waits for nobody.
    builder.trace().info.scenario_json = R"({"workload": {"kind": "bulk"}})";
    QCOMPARE(code(diagnosis::diagnose(builder.trace()).limited_by), QString("sender_application"));
  }

  // After a timeout it is slow start again, but the transfer was long past its ramp.
  void slowStartAfterTheRamp() {
    TraceBuilder builder = bulk(7, 40);
    bottleneck(builder, 9);
    builder.limit(40, Limit::SlowStart).limit(400, Limit::Recovery).limit(3'000, Limit::SlowStart);
    builder.until(10'000);
    burst_of_losses(builder, 400, 100, EventCause::PathQueue);
    builder.trace().summary.tcp.retransmits = 100;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("loss"));
  }

  // A full path is full, also when a ramp of several seconds and a few losses came before.
  void fullAfterALongRamp() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake).limit(600, Limit::SlowStart).limit(4'000, Limit::Recovery);
    builder.limit(4'600, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, 600, 4'000, 20, 10)
        .ramp(SeriesId::ReadBytes, 4'000, 10'000, 20, 46);
    builder.add(SeriesId::RttMin, 600, 0.6);
    bottleneck(builder, 46.5);
    builder.event(4'100, EventKind::Loss, EventCause::RandomLoss).until(10'000);
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("path"));
    QVERIFY(verdict.second == LimitedBy::SlowStart);
  }

  void receiverApplication() {
    TraceBuilder builder = bulk(10, 50);
    builder.limit(50, Limit::SlowStart).limit(200, Limit::ReceiverApplication).until(10'000);
    builder.event(500, EventKind::ZeroWindow).event(900, EventKind::ZeroWindow);
    builder.series(SeriesId::ReceiveWindow,
                   {{50, 1e6}, {500, 0}, {700, 5'000}, {900, 0}, {1'000, 5'000}});
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("receiver_application"));
    const trace::Finding* closed = finding(verdict, FindingCode::ZeroWindow);
    QVERIFY(closed && closed->time == at_ms(500));
    QCOMPARE(text(closed->text),
             QString("The receiver closed its window 2 times, for 0.2 s at the longest."));
  }

  void handshake() {
    TraceBuilder builder = bulk(10, 50, 4'000);
    builder.limit(3'050, Limit::SlowStart).until(4'000);
    builder.trace().summary.transfer.handshake = 3050ms;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("handshake"));
    QCOMPARE(text(verdict.headline), QString("Connecting was slow: it took 3.05 s"));
  }

  void nothingRecorded() {
    const Verdict verdict = diagnosis::diagnose(Trace());
    QCOMPARE(code(verdict.limited_by), QString("unknown"));
    QCOMPARE(text(verdict.headline), QString("Not judged yet"));
    QVERIFY(!verdict.explanation.empty());
    // Too short to be halved.
    TraceBuilder builder;
    builder.limit(0, Limit::SlowStart).until(1e-6);
    QVERIFY(!diagnosis::diagnose(builder.trace()).headline.empty());
  }

  void mostlyUnknown() {
    const Verdict verdict = diagnosis::diagnose(
        TraceBuilder().limit(0, Limit::Unknown).limit(900, Limit::SlowStart).until(1'000).trace());
    QCOMPARE(code(verdict.limited_by), QString("unknown"));
  }

  // Share of the busy time at the window, with a margin of two segments.
  void captures_data() {
    QTest::addColumn<double>("in_flight");
    QTest::addColumn<double>("full_ms");
    QTest::addColumn<QString>("expected");
    QTest::newRow("at the window") << 65'000.0 << 810.0 << "receive_window";
    QTest::newRow("too short") << 65'000.0 << 790.0 << "unknown";
    QTest::newRow("two segments below") << 65'000.0 - 2 * kMss << 810.0 << "receive_window";
    QTest::newRow("more than two below") << 64'999.0 - 2 * kMss << 810.0 << "unknown";
  }
  void captures() {
    QFETCH(double, in_flight);
    QFETCH(double, full_ms);
    QFETCH(QString, expected);
    TraceBuilder builder;
    builder.add(SeriesId::ReceiveWindow, 0, 65'000);
    // Idle from 1 s on: not busy, so not counted.
    builder.series(SeriesId::BytesInFlight, {{0, in_flight}, {full_ms, 5'000}, {1'000, 0}});
    builder.until(5'000);
    builder.trace().info.source = trace::Source::Capture;
    builder.trace().info.mss = ByteCount{static_cast<std::int64_t>(kMss)};
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), expected);
    for (const trace::Advice& advice : verdict.advice) QVERIFY(advice.overrides.empty());
    if (expected == "unknown") QCOMPARE(text(verdict.headline), QString("Not judged yet"));
  }

  void captureWithAClosedWindow() {
    TraceBuilder builder;
    builder.series(SeriesId::ReceiveWindow, {{0, 65'000}, {500, 0}, {900, 65'000}});
    builder.series(SeriesId::BytesInFlight, {{0, 64'000}, {500, 0}, {900, 64'000}});
    builder.event(500, EventKind::ZeroWindow).until(1'000);
    builder.trace().info.source = trace::Source::Capture;
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(code(verdict.limited_by), QString("receiver_application"));
    QVERIFY(finding(verdict, FindingCode::ZeroWindow));
  }
};

namespace {
const inflight::testing::Register<DiagnoseTest> registered;
}
#include "diagnose_test.moc"
