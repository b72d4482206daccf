// Buffers that size themselves, as whole runs: from Linux's first sizes to a path that holds many
// times as much, and no further than they were allowed to.
#include <QTest>

#include "lab/runs.h"
#include "support/registry.h"
#include "trace/derived.h"

using namespace inflight;
using namespace inflight::lab;
using inflight::testing::run;
using trace::SeriesId;

namespace {

// 100 Mbit/s and 80 ms hold a megabyte.
Scenario long_path() {
  Scenario scenario;
  scenario.path.rate = DataRate::bits_per_second(100'000'000);
  scenario.path.rtt = 80ms;
  scenario.path.queue = ByteCount{1'000'000};
  scenario.sender.hystart = congestion::HystartKind::Linux;
  scenario.duration = 6s;
  return scenario;
}

double steady(const trace::Trace& trace) {
  return trace::mean_rate(trace.series(SeriesId::ReadBytes), Instant{} + 6s, 2s) * 1e-6;
}

double last(const trace::Trace& trace, SeriesId id) { return trace.series(id).back().value; }

}  // namespace

class TuningTest : public QObject {
  Q_OBJECT

 private slots:
  void the_receive_buffer_data() {
    QTest::addColumn<bool>("timestamps");
    QTest::newRow("RTT by timestamps") << true;
    QTest::newRow("RTT by windows") << false;
  }
  void the_receive_buffer() {
    QFETCH(bool, timestamps);
    Scenario scenario = long_path();
    scenario.tcp.timestamps = timestamps;
    scenario.receiver.receive_buffer = ByteCount{131'072};
    const trace::Trace fixed = run(scenario);
    // 128 KiB in 80 ms.
    QVERIFY2(steady(fixed) < 13.2, qPrintable(QString::number(steady(fixed))));
    QCOMPARE(last(fixed, SeriesId::ReceiveBufferSize), 131'072.0);
    scenario.receiver.auto_tuning = true;
    const trace::Trace tuned = run(scenario);
    QVERIFY2(steady(tuned) > 85, qPrintable(QString::number(steady(tuned))));
    QVERIFY(last(tuned, SeriesId::ReceiveBufferSize) >= 2e6);
  }

  void no_further_than_the_maximum() {
    Scenario scenario = long_path();
    scenario.receiver.receive_buffer = ByteCount{65'536};
    scenario.receiver.auto_tuning = true;
    scenario.receiver.buffer_max = ByteCount{524'288};
    const trace::Trace tuned = run(scenario);
    QCOMPARE(last(tuned, SeriesId::ReceiveBufferSize), 524'288.0);
    // 512 KiB in 80 ms.
    QVERIFY2(steady(tuned) > 48 && steady(tuned) < 52.5,
             qPrintable(QString::number(steady(tuned))));
  }

  void the_send_buffer() {
    Scenario scenario = long_path();
    scenario.sender.send_buffer = ByteCount{16'384};
    const trace::Trace fixed = run(scenario);
    QVERIFY2(steady(fixed) < 1.7, qPrintable(QString::number(steady(fixed))));
    scenario.sender.auto_tuning = true;
    const trace::Trace tuned = run(scenario);
    QVERIFY2(steady(tuned) > 85, qPrintable(QString::number(steady(tuned))));
    QVERIFY(last(tuned, SeriesId::SendBufferSize) >= 2e6);
  }
};

namespace {
const inflight::testing::Register<TuningTest> registered;
}
#include "tuning_test.moc"
