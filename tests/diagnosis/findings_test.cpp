// Findings that need little of a trace: each just stated, and just not.
#include "diagnosis/findings.h"

#include <QTest>

#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::testing;
using namespace inflight::diagnosis;
using trace::EventCause;
using trace::EventKind;
using trace::FindingCode;
using trace::Limit;
using trace::LimitedBy;
using trace::SeriesId;

namespace {

// The text of a finding; empty if it is not made.
QString stated(TraceBuilder& builder, FindingCode code, LimitedBy limited_by = LimitedBy::Unknown) {
  for (const trace::Finding& one : find(builder.trace(), gather(builder.trace()), limited_by)) {
    if (one.code == code) return QString::fromStdString(one.text);
  }
  return {};
}

}  // namespace

class FindingsTest : public QObject {
  Q_OBJECT
 private slots:
  void headOfLineBlocking() {
    TraceBuilder builder;
    builder.add(SeriesId::RttMin, 1, 0.05);
    builder.series(SeriesId::WaitingForHole,
                   {{100, 5'000}, {130, 0}, {200, 1'000}, {250, 2'097'152}, {900, 0}});
    QCOMPARE(stated(builder, FindingCode::HeadOfLineBlocking),
             QString("Up to 2 MiB had arrived but waited for a hole to be filled, for 0.7 s at the "
                     "longest."));
    TraceBuilder brief;
    brief.add(SeriesId::RttMin, 1, 0.05).series(SeriesId::WaitingForHole, {{100, 5'000}, {149, 0}});
    QCOMPARE(stated(brief.until(500), FindingCode::HeadOfLineBlocking), QString());
  }

  void timeouts() {
    TraceBuilder builder;
    QCOMPARE(stated(builder, FindingCode::Timeout), QString());
    builder.event(1'620, EventKind::Timeout, EventCause::None, 0.312);
    QCOMPARE(stated(builder, FindingCode::Timeout),
             QString("1 retransmission timeout, the first at 1.62 s."));
  }

  void retransmissionLost() {
    TraceBuilder builder;
    for (const auto& [time, offset] : {std::pair{10, 1}, {11, 1'229}, {90, 1}}) {
      builder.event(time, EventKind::Loss, EventCause::RandomLoss);
      builder.trace().events.back().offset = StreamOffset{offset};
      builder.trace().events.back().length = ByteCount{1'228};
    }
    QCOMPARE(stated(builder, FindingCode::RetransmissionLost),
             QString("1 retransmission was lost again."));
  }

  void idleRestart() {
    TraceBuilder builder;
    builder.limit(0, Limit::SlowStart).limit(1'000, Limit::Idle).limit(3'000, Limit::SlowStart);
    builder.series(SeriesId::Cwnd, {{0, 12'280}, {900, 1'228'000}, {3'000, 12'280}}).until(4'000);
    QCOMPARE(stated(builder, FindingCode::IdleRestart),
             QString("After a pause of 2 s the congestion window started again at 12 KiB, from "
                     "1.17 MiB."));
    builder.event(2'000, EventKind::Timeout);
    QCOMPARE(stated(builder, FindingCode::IdleRestart), QString());
  }

  void smallInitialWindow_data() {
    QTest::addColumn<double>("segments");
    QTest::addColumn<bool>("expected");
    QTest::newRow("9") << 9.0 << true;
    QTest::newRow("10") << 10.0 << false;
  }
  void smallInitialWindow() {
    QFETCH(double, segments);
    QFETCH(bool, expected);
    TraceBuilder builder;
    builder.add(SeriesId::Cwnd, 1, segments * 1'228);
    builder.trace().info.mss = ByteCount{1'228};
    QCOMPARE(!stated(builder, FindingCode::SmallInitialWindow, LimitedBy::SlowStart).isEmpty(),
             expected);
    QVERIFY(stated(builder, FindingCode::SmallInitialWindow, LimitedBy::Path).isEmpty());
  }

  void earlySlowStartExit() {
    TraceBuilder builder;
    builder.add(SeriesId::PathRate, 0, 200e6).add(SeriesId::RttMin, 0, 0.1);
    builder.add(SeriesId::SentBytes, 1'000, 1e6).add(SeriesId::WireBytes, 1'000, 1e6);
    builder.trace().summary.tcp.slow_start_exit = EventCause::HystartDelay;
    builder.trace().summary.tcp.slow_start_exit_time = at_ms(300);
    builder.trace().summary.tcp.slow_start_exit_cwnd = ByteCount{1'200'000};
    QVERIFY(!stated(builder, FindingCode::EarlySlowStartExit).isEmpty());
    builder.trace().summary.tcp.slow_start_exit_cwnd = ByteCount{1'300'000};
    QVERIFY(stated(builder, FindingCode::EarlySlowStartExit).isEmpty());
  }

  // Seven losses are an accident, eight a burst; and only if they ended slow start.
  void overshootNeedsABurst() {
    const auto overshoot = [](int losses, EventCause exit) {
      TraceBuilder builder;
      builder.event(900, EventKind::SlowStartExit, exit);
      for (int i = 0; i < losses; ++i) builder.event(900, EventKind::Loss, EventCause::PathQueue);
      return stated(builder.until(2'000), FindingCode::SlowStartOvershoot);
    };
    QCOMPARE(overshoot(7, EventCause::LossDetected), QString());
    QCOMPARE(overshoot(8, EventCause::LossDetected),
             QString("Slow start overshot: 8 packets lost at 0.9 s."));
    QCOMPARE(overshoot(8, EventCause::HystartDelay), QString());
  }

  void chanceIsNoOvershoot() {
    TraceBuilder builder;
    builder.event(900, EventKind::SlowStartExit, EventCause::LossDetected);
    for (int i = 0; i < 20; ++i) builder.event(900, EventKind::Loss, EventCause::RandomLoss);
    QCOMPARE(stated(builder.until(2'000), FindingCode::SlowStartOvershoot), QString());
  }

  // RTT 76 ms: a silence is longer than that; the burst ends where no loss follows for as long.
  void overshootAndItsSilence() {
    TraceBuilder builder;
    builder.add(SeriesId::RttMin, 76, 0.076)
        .event(900, EventKind::SlowStartExit, EventCause::LossDetected);
    for (const double time : {730.0, 740.0, 800.0, 870.0, 960.0}) {
      for (int i = 0; i < 10; ++i) builder.event(time, EventKind::Loss, EventCause::PathQueue);
    }
    std::ranges::stable_sort(builder.trace().events, {}, &trace::Event::time);
    builder.series(SeriesId::ReadBytes, {{700, 1}, {760, 2}, {867, 3}, {900, 4}, {1'500, 5}});
    builder.event(1'000, EventKind::RecoveryEnd).until(2'000);
    QCOMPARE(stated(builder, FindingCode::SlowStartOvershoot),
             QString("Slow start overshot: 40 packets lost at 0.73 s, nothing arrived for 0.6 s."));
  }
};

namespace {
const inflight::testing::Register<FindingsTest> registered;
}
#include "findings_test.moc"
