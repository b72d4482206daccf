// Verdicts about paths that are shared, that change, that are interrupted or policed; and two that
// were wrong once: a full relay that loses a little, and a sender that paces itself.
#include <QTest>
#include <algorithm>

#include "diagnosis/diagnose.h"
#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::testing;
using trace::EventCause;
using trace::EventKind;
using trace::FindingCode;
using trace::Limit;
using trace::SeriesId;
using trace::Verdict;

namespace {

constexpr double kEnd = 10'000;
constexpr double kRtt = 40;

// Ten seconds at this rate, held back by the congestion window.
TraceBuilder transfer(double megabits, Limit limit = Limit::CongestionWindow) {
  TraceBuilder builder;
  builder.limit(0, Limit::Handshake).limit(kRtt, Limit::SlowStart).limit(300, limit);
  builder.ramp(SeriesId::ReadBytes, kRtt, kEnd, 5, megabits);
  builder.add(SeriesId::RttMin, kRtt, kRtt * 1e-3);
  for (double t = kRtt; t < kEnd; t += 20) builder.add(SeriesId::RttSample, t, kRtt * 1e-3);
  builder.add(SeriesId::SendBuffer, kRtt, 1e6).until(kEnd);
  builder.event(300, EventKind::SlowStartExit, EventCause::HystartDelay, 1e6);
  builder.trace().info.mss = ByteCount{1228};
  return builder;
}

// All that is sent is payload.
void path_rate(TraceBuilder& builder, std::initializer_list<std::pair<double, double>> megabits) {
  for (const auto& [time, rate] : megabits) builder.add(SeriesId::PathRate, time, rate * 1e6);
  builder.add(SeriesId::SentBytes, kEnd - 1, 1e8).add(SeriesId::WireBytes, kEnd - 1, 1e8);
}

void losses(TraceBuilder& builder, int count, EventCause place) {
  for (int i = 0; i < count; ++i) builder.event(1000 + i * 800, EventKind::Loss, place);
}

QString q(const std::string& value) { return QString::fromStdString(value); }
QString cause(const Verdict& verdict) { return q(std::string(to_string(verdict.limited_by))); }

bool advised(const Verdict& verdict, const trace::Override& change) {
  return std::ranges::any_of(verdict.advice, [&](const trace::Advice& advice) {
    return std::ranges::find(advice.overrides, change) != advice.overrides.end();
  });
}

}  // namespace

class PathVerdictsTest : public QObject {
  Q_OBJECT
 private slots:
  // What others take is not missing.
  void aSharedPathIsFull() {
    TraceBuilder builder = transfer(40);
    path_rate(builder, {{0, 100}});
    builder.ramp(SeriesId::CrossBytes, kRtt, kEnd, 5, 58);
    losses(builder, 5, EventCause::PathQueue);
    builder.trace().summary.cross.push_back(
        {.begin = Instant{}, .end = Instant{10s}, .shared_bytes = ByteCount{250'000'000}});
    builder.trace().info.scenario_json = R"({"path": {"discipline": "droptail"}})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(cause(verdict), QString("path"));
    QCOMPARE(q(verdict.headline),
             QString("The path is full, and shared: 40 Mbit/s for you, 58 Mbit/s for others"));
    // 50 against 250 MB: (50 + 250)^2 / (2 x (50^2 + 250^2)) is 0.69.
    QVERIFY(advised(verdict, {"path.discipline", "fq_codel"}));
  }

  void aSharedPathWithRoomIsNot() {
    TraceBuilder builder = transfer(40);
    path_rate(builder, {{0, 100}});
    builder.ramp(SeriesId::CrossBytes, kRtt, kEnd, 5, 20);
    losses(builder, 5, EventCause::PathQueue);
    QCOMPARE(cause(diagnosis::diagnose(builder.trace())), QString("loss"));
  }

  // A rate that nobody told, flat from the ramp on, while the queue grows a little.
  void aFlatRateWithAGrowingQueueIsTheFullPath() {
    TraceBuilder builder;
    builder.limit(0, Limit::Handshake).limit(60, Limit::SlowStart);
    builder.limit(500, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, 500, kEnd, 5, 46);
    builder.add(SeriesId::RttMin, 60, 0.0606);
    for (double t = 500; t < kEnd; t += 20) {
      builder.add(SeriesId::RttSample, t, 0.062 + 0.016 * t / kEnd);
    }
    builder.event(500, EventKind::SlowStartExit, EventCause::HystartDelay, 360e3).until(kEnd);
    builder.trace().info.mss = ByteCount{1228};
    QCOMPARE(cause(diagnosis::diagnose(builder.trace())), QString("path"));
  }

  // 64 of 47 Mbit/s is nothing that a path carries: its rate was another for most of the time.
  void aChangedPathIsSeenOverTheWholeTime() {
    TraceBuilder builder = transfer(64);
    path_rate(builder, {{0, 100}, {8'000, 50}});
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    const auto about_rate = std::ranges::find_if(verdict.evidence, [](const auto& evidence) {
      return evidence.text.find("that the path carries") != std::string::npos;
    });
    QVERIFY(about_rate != verdict.evidence.end());
    QVERIFY2(about_rate->text.starts_with("63.7 Mbit/s of the 90 Mbit/s"),
             about_rate->text.c_str());
  }

  // Without a known rate: the most it showed. It has that nearly all the time.
  void aFullRelayThatLosesALittle_data() {
    QTest::addColumn<double>("second_half");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("flat") << 50.0 << "path";
    QTest::newRow("cut to a third by losses") << 17.0 << "loss";
  }
  void aFullRelayThatLosesALittle() {
    QFETCH(double, second_half);
    TraceBuilder builder;
    builder.limit(0, Limit::SlowStart).limit(2'000, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, 0, 2'000, 5, 12)
        .ramp(SeriesId::ReadBytes, 2'000, 5'000, 5, 50);
    builder.ramp(SeriesId::ReadBytes, 5'000, kEnd, 5, second_half).add(SeriesId::RttMin, 0, 0.04);
    builder.add(SeriesId::SendBuffer, 0, 1e6).until(kEnd);
    builder.event(2'000, EventKind::SlowStartExit, EventCause::HystartDelay, 1e6);
    builder.event(6'000, EventKind::Retransmit).event(7'000, EventKind::Retransmit);
    builder.trace().summary.tcp.retransmits = 2;
    QTEST(cause(diagnosis::diagnose(builder.trace())), "verdict");
  }

  void aPacedSenderIsJudged() {
    TraceBuilder full = transfer(95, Limit::Pacing);
    path_rate(full, {{0, 100}});
    QCOMPARE(cause(diagnosis::diagnose(full.trace())), QString("path"));
    TraceBuilder slow = transfer(40, Limit::Pacing);
    path_rate(slow, {{0, 100}});
    losses(slow, 5, EventCause::RandomLoss);
    QCOMPARE(cause(diagnosis::diagnose(slow.trace())), QString("loss"));
  }

  void anOutage_data() {
    QTest::addColumn<int>("timeouts");
    QTest::addColumn<bool>("drops_seen");
    QTest::addColumn<QString>("verdict");
    // Where the drops are seen one knows.
    QTest::newRow("seen") << 1 << true << "outage";
    QTest::newRow("three tries in vain") << 3 << false << "outage";
    QTest::newRow("two") << 2 << false << "loss";
  }
  void anOutage() {
    QFETCH(int, timeouts);
    QFETCH(bool, drops_seen);
    TraceBuilder builder;
    builder.limit(0, Limit::SlowStart).limit(300, Limit::CongestionWindow);
    builder.ramp(SeriesId::ReadBytes, kRtt, 4'000, 5, 60)
        .ramp(SeriesId::ReadBytes, 6'995, kEnd, 5, 60);
    builder.add(SeriesId::RttMin, kRtt, kRtt * 1e-3).add(SeriesId::SendBuffer, kRtt, 1e6);
    path_rate(builder, {{0, 100}});
    builder.event(300, EventKind::SlowStartExit, EventCause::HystartDelay, 1e6);
    if (drops_seen) {
      builder.event(3'980, EventKind::Outage, EventCause::None, 2);
      builder.event(3'985, EventKind::Loss, EventCause::Outage);
    } else {
      builder.event(3'990, EventKind::Retransmit);
      builder.trace().summary.tcp.retransmits = 5;
    }
    for (int i = 0; i < timeouts; ++i) builder.event(4'300 + 600 * i, EventKind::Timeout);
    const Verdict verdict = diagnosis::diagnose(builder.until(kEnd).trace());
    QTEST(cause(verdict), "verdict");
    if (!drops_seen) return;
    QCOMPARE(q(verdict.headline), QString("Nothing got through for 3 s, from 4 s on"));
    QVERIFY2(q(verdict.explanation).endsWith("it was gone for 2 s."), verdict.explanation.c_str());
  }

  void aPolicer() {
    TraceBuilder builder = transfer(33);
    path_rate(builder, {{0, 50}});
    losses(builder, 9, EventCause::Policer);
    builder.trace().info.scenario_json = R"({"path": {"policer": "50Mbit"}})";
    const Verdict verdict = diagnosis::diagnose(builder.trace());
    QCOMPARE(cause(verdict), QString("loss"));
    QCOMPARE(q(verdict.headline),
             QString("A policer holds you down: 9 packets dropped, 32.9 Mbit/s of 50 Mbit/s"));
    const auto found =
        std::ranges::find(verdict.findings, FindingCode::Policer, &trace::Finding::code);
    QVERIFY(found != verdict.findings.end());
    QVERIFY2(found->text.starts_with("A policer dropped 9 packets above 50 Mbit/s"),
             found->text.c_str());
    QVERIFY(found->time == Instant{1s});
  }
};

namespace {
const inflight::testing::Register<PathVerdictsTest> registered;
}
#include "path_verdicts_test.moc"
