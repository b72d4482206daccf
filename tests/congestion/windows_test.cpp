// Windows round by round on a small path, compared with stored text: 1000 segments a second, 60 ms,
// a queue for 60 segments more; at fixed rounds a timeout and an idle time. UPDATE_GOLDEN=1 stores
// what comes out.
#include <QFile>
#include <QTest>

#include "congestion/ack_clock.h"
#include "support/registry.h"
#include "support/source_dir.h"

namespace inflight::testing {
using congestion::Algorithm;
using congestion::HystartKind;

class WindowsTest : public QObject {
  Q_OBJECT

 private slots:
  void per_round();
};

namespace {

constexpr int kRounds = 90;
constexpr int kTimeoutRound = 45;
constexpr int kIdleRound = 65;

constexpr Duration kSegmentTime = 1ms;
constexpr Duration kBaseRtt = 60ms;
constexpr int kPathAndQueue = 120;  // segments

// ACKs come at the rate of the bottleneck; what exceeds path and queue is lost.
void run_round(AckClock& clock) {
  const std::int64_t segments = clock.whole_segments();
  const Duration rtt = std::max<Duration>(kBaseRtt, segments * kSegmentTime);
  const std::int64_t arriving = std::min<std::int64_t>(segments, kPathAndQueue);
  for (std::int64_t i = 1; i <= arriving; ++i) {
    clock.wait(kSegmentTime);
    // What came earlier in the round stands before it in the queue.
    clock.sample = std::max<Duration>(kBaseRtt, rtt - (segments - i) * kSegmentTime);
    clock.ack();
  }
  clock.wait(rtt - arriving * kSegmentTime);
  if (segments > kPathAndQueue) clock.lose(static_cast<double>(segments), rtt);
}

QStringList windows(Algorithm algorithm, HystartKind hystart) {
  congestion::Config config = AckClock::config(algorithm);
  config.hystart = hystart;
  AckClock clock(config, kBaseRtt);
  QStringList result;
  for (int round = 0; round < kRounds; ++round) {
    if (round == kTimeoutRound) clock.time_out(clock.cwnd());
    if (round == kIdleRound) {
      clock.wait(5s);
      clock.controller->on_application_limited(5s, clock.now());
      clock.controller->on_idle_restart(1, clock.now());
    }
    result << QString::number(clock.whole_segments());
    run_round(clock);
  }
  return result;
}

QByteArray table() {
  const QList<QStringList> columns{
      windows(Algorithm::NewReno, HystartKind::Off), windows(Algorithm::Cubic, HystartKind::Off),
      windows(Algorithm::Cubic, HystartKind::Linux), windows(Algorithm::Cubic, HystartKind::Gvisor),
      windows(Algorithm::Cubic, HystartKind::PlusPlus)};
  QString text = "round newreno   cubic   linux  gvisor plusplus\n";
  for (int round = 0; round < kRounds; ++round) {
    text += QStringLiteral("%1").arg(round, 5);
    for (const QStringList& column : columns) {
      text += QStringLiteral("%1").arg(column[round], 8);
    }
    text += '\n';
  }
  return text.toUtf8();
}

}  // namespace

void WindowsTest::per_round() {
  QFile file(INFLIGHT_SOURCE_DIR "/tests/golden/congestion_windows.txt");
  if (qEnvironmentVariableIsSet("UPDATE_GOLDEN")) {
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(table());
    return;
  }
  QVERIFY(file.open(QIODevice::ReadOnly));
  const QList<QByteArray> expected = file.readAll().split('\n');
  const QList<QByteArray> actual = table().split('\n');
  QCOMPARE(actual.size(), expected.size());
  for (qsizetype i = 0; i < actual.size(); ++i) QCOMPARE(actual[i], expected[i]);
}

namespace {
const Register<WindowsTest> registered;
}
}  // namespace inflight::testing

#include "windows_test.moc"
