// The stutter, in what the receiving application reads, in windows at any offset: after the ramp
// the scenario without HyStart has a window that is almost empty, the one with it has none. Not by
// a lucky phase: at three round-trip times.
#include <QTest>

#include "lab/read_windows.h"
#include "lab/runs.h"
#include "support/registry.h"

using namespace inflight;
using inflight::testing::built_in;
using inflight::testing::ReadWindows;
using inflight::testing::run;

namespace {

struct Stretch {
  double steady = 0;
  Instant ramp_end;
  // The emptiest window between the ramp's end and 5 s, as a share of the steady rate.
  double emptiest = 0;
  Instant emptiest_at;
};

Stretch after_the_ramp(const trace::Trace& trace, Duration width) {
  const ReadWindows windows(trace, width);
  Stretch result;
  result.steady = windows.steady();
  const auto ramp_end = windows.first_above(0.8);
  CHECK(ramp_end.has_value());
  result.ramp_end = *ramp_end;
  const auto least = windows.emptiest(*ramp_end, Instant{} + 5s);
  result.emptiest = least.rate / result.steady;
  result.emptiest_at = least.begin;
  qInfo("steady %.1f Mbit/s, ramp until %.3f s, emptiest window %.1f %% at %.3f s, %lld sent again",
        result.steady, to_seconds(result.ramp_end), 100 * result.emptiest,
        to_seconds(result.emptiest_at), static_cast<long long>(trace.summary.tcp.retransmits));
  return result;
}

}  // namespace

class StutterTest : public QObject {
  Q_OBJECT

 private slots:
  void coder_data() {
    QTest::addColumn<QByteArray>("rtt");
    for (const char* rtt : {"72ms", "74ms", "76ms"}) QTest::newRow(rtt) << QByteArray(rtt);
  }
  void coder() {
    QFETCH(QByteArray, rtt);
    const trace::Trace overshoots = run(built_in("coder-2.10", {{"path.rtt", rtt.constData()}}));
    const trace::Trace calm = run(built_in("coder-2.12", {{"path.rtt", rtt.constData()}}));
    QVERIFY(after_the_ramp(overshoots, 100ms).emptiest < 0.25);
    QVERIFY(after_the_ramp(calm, 100ms).emptiest >= 0.85);
    QVERIFY(overshoots.summary.tcp.retransmits >= 200);
    QVERIFY(calm.summary.tcp.retransmits * 20 <= overshoots.summary.tcp.retransmits);
    QVERIFY(overshoots.summary.tcp.slow_start_exit == trace::EventCause::LossDetected);
    QVERIFY(calm.summary.tcp.slow_start_exit == trace::EventCause::HystartDelay ||
            calm.summary.tcp.slow_start_exit == trace::EventCause::HystartAckTrain);
  }

  void the_dip_one_can_see() {
    const trace::Trace overshoots = run(built_in("stutter"));
    const trace::Trace calm = run(built_in("stutter-hystart"));
    QVERIFY(after_the_ramp(overshoots, 250ms).emptiest < 0.5);
    QVERIFY(after_the_ramp(calm, 250ms).emptiest >= 0.85);
  }

  void downloads_data() {
    QTest::addColumn<QByteArray>("size");
    QTest::newRow("20 MB") << QByteArray("20MB");
    QTest::newRow("100 MB") << QByteArray("100MB");
  }
  // 20 MB take at least 1.5 times as long without HyStart, 100 MB differ by less than 15 %.
  void downloads() {
    QFETCH(QByteArray, size);
    const auto seconds = [&](const char* name) {
      const trace::Trace trace = run(built_in(
          name,
          {{"workload.kind", "sized"}, {"workload.bytes", size.constData()}, {"duration", "60s"}}));
      CHECK(trace.summary.transfer.completed);
      return to_seconds(*trace.summary.transfer.completion);
    };
    const double without = seconds("stutter");
    const double with = seconds("stutter-hystart");
    qInfo("%s: %.3f s without, %.3f s with HyStart", size.constData(), without, with);
    if (size == "20MB") {
      QVERIFY(without >= 1.5 * with);
    } else {
      QVERIFY(std::abs(without / with - 1) < 0.15);
    }
  }
};

namespace {
const inflight::testing::Register<StutterTest> registered;
}
#include "stutter_test.moc"
