// The average windows that RFC 9438 §5.1 (table 1: RTT 0.1 s, one loss in 1/p packets) states for
// Reno and for CUBIC with C = 0.4, from running the controllers under exactly such losses.
#include <QTest>
#include <cmath>

#include "congestion/ack_clock.h"
#include "support/registry.h"

namespace inflight::testing {
using congestion::Algorithm;

class ResponseFunctionTest : public QObject {
  Q_OBJECT

 private slots:
  void average_window_data();
  void average_window();
};

namespace {

constexpr Duration kRtt = 100ms;

// Acknowledges 1/p packets, a window per RTT, then loses one; seconds this takes.
double one_cycle(AckClock& clock, int packets) {
  const Instant start = clock.now();
  for (int i = 0; i < packets; ++i) {
    clock.wait(from_seconds(to_seconds(kRtt) / clock.cwnd()));
    clock.ack();
  }
  const double seconds = to_seconds(clock.now() - start);
  clock.lose(clock.cwnd(), Duration::zero());
  return seconds;
}

}  // namespace

void ResponseFunctionTest::average_window_data() {
  QTest::addColumn<int>("algorithm");
  QTest::addColumn<int>("packets_per_loss");
  QTest::addColumn<double>("table");
  const int reno = int(Algorithm::NewReno);
  const int cubic = int(Algorithm::Cubic);
  QTest::newRow("Reno 1e-2") << reno << 100 << 12.0;
  QTest::newRow("Reno 1e-3") << reno << 1000 << 38.0;
  QTest::newRow("Reno 1e-4") << reno << 10'000 << 120.0;
  QTest::newRow("Reno 1e-5") << reno << 100'000 << 379.0;
  QTest::newRow("CUBIC 1e-2") << cubic << 100 << 12.0;
  QTest::newRow("CUBIC 1e-3") << cubic << 1000 << 38.0;
  QTest::newRow("CUBIC 1e-4") << cubic << 10'000 << 187.0;
  QTest::newRow("CUBIC 1e-5") << cubic << 100'000 << 1054.0;
}

void ResponseFunctionTest::average_window() {
  QFETCH(int, algorithm);
  QFETCH(int, packets_per_loss);
  QFETCH(double, table);
  AckClock clock(AckClock::config(Algorithm(algorithm), 10), kRtt);
  clock.lose(10, Duration::zero());
  // Until every cycle is like the one before.
  for (int i = 0; i < 30; ++i) one_cycle(clock, packets_per_loss);
  double seconds = 0;
  for (int i = 0; i < 4; ++i) seconds += one_cycle(clock, packets_per_loss);
  const double average = 4 * packets_per_loss * to_seconds(kRtt) / seconds;
  // CUBIC comes to its balance from below, as fast convergence took it there, and slowly, as a loss
  // near the plateau raises W_max by next to nothing.
  const auto text = QStringLiteral("%1, table %2").arg(average).arg(table);
  QVERIFY2(std::abs(average / table - 1) < 0.05, qPrintable(text));
}

namespace {
const Register<ResponseFunctionTest> registered;
}
}  // namespace inflight::testing

#include "response_function_test.moc"
