// The whole sender against the response functions of theory: what average window comes of random
// losses. NewReno: 1.22 / sqrt(p) (Mathis et al.). CUBIC: RFC 9438 §5.1, with C = 0.4 and beta =
// 0.7; independent losses, where the formula has them at equal distances, put a correct CUBIC some
// 15 % above it; where Reno would be faster, it does what Reno does (§4.3).
#include <QTest>
#include <cmath>

#include "support/registry.h"
#include "support/seeds.h"
#include "theory/random_loss.h"

namespace inflight::theory {
namespace {

using congestion::Algorithm;

double reno_window(double p) { return 1.22 / std::sqrt(p); }

double cubic_window(double p, Duration rtt) {
  constexpr double kC = 0.4;
  constexpr double kBeta = 0.7;
  const double factor = std::pow(kC * (3 + kBeta) / (4 * (1 - kBeta)), 0.25);
  return factor * std::pow(to_seconds(rtt) / p, 0.75);
}

}  // namespace

class ResponseFunctionTest : public QObject {
  Q_OBJECT

 private slots:
  void average_window_data();
  void average_window();
};

void ResponseFunctionTest::average_window_data() {
  QTest::addColumn<int>("algorithm");
  QTest::addColumn<int>("rtt_ms");
  QTest::addColumn<double>("loss");
  QTest::addColumn<double>("expected");
  QTest::addColumn<double>("tolerance");
  const auto reno = [](const char* name, double p) {
    QTest::newRow(name) << static_cast<int>(Algorithm::NewReno) << 100 << p << reno_window(p)
                        << 0.15;
  };
  reno("NewReno 1e-2", 1e-2);
  reno("NewReno 1e-3", 1e-3);
  reno("NewReno 1e-4", 1e-4);
  const auto cubic = [](const char* name, int rtt_ms, double p, double expected) {
    QTest::newRow(name) << static_cast<int>(Algorithm::Cubic) << rtt_ms << p << expected << 0.20;
  };
  const auto fast = [&](const char* name, int rtt_ms, double p) {
    cubic(name, rtt_ms, p, 1.15 * cubic_window(p, Duration{1ms} * rtt_ms));
  };
  fast("CUBIC 1e-4 at 100 ms", 100, 1e-4);
  fast("CUBIC 1e-4 at 200 ms", 200, 1e-4);
  fast("CUBIC 1e-5 at 100 ms", 100, 1e-5);
  fast("CUBIC 1e-5 at 200 ms", 200, 1e-5);
  const auto friendly = [&](const char* name, int rtt_ms, double p) {
    const double larger = std::max(cubic_window(p, Duration{1ms} * rtt_ms), reno_window(p));
    cubic(name, rtt_ms, p, larger);
  };
  friendly("CUBIC 1e-2 at 10 ms", 10, 1e-2);
  friendly("CUBIC 1e-2 at 100 ms", 100, 1e-2);
  friendly("CUBIC 1e-3 at 10 ms", 10, 1e-3);
  friendly("CUBIC 1e-3 at 20 ms", 20, 1e-3);
}

void ResponseFunctionTest::average_window() {
  QFETCH(const int, algorithm);
  QFETCH(const int, rtt_ms);
  QFETCH(const double, loss);
  QFETCH(const double, expected);
  QFETCH(const double, tolerance);
  // 1,000 losses at 1e-5 are a hundred million segments; fewer scatter too much to judge.
  if (loss < 1e-4 && !testing::full_run()) QSKIP("only in a full run");
  if (testing::reduced_run() && loss < 1e-3) QSKIP("not in a reduced run");
  const LossResult result = RandomLoss({.algorithm = static_cast<Algorithm>(algorithm),
                                        .rtt = Duration{1ms} * rtt_ms,
                                        .loss = loss,
                                        .losses = loss < 1e-3 && !testing::full_run() ? 300 : 1000})
                                .run();
  const auto text = QStringLiteral("average window %1, theory %2, ratio %3; %4 losses, %5 timeouts")
                        .arg(result.window)
                        .arg(expected)
                        .arg(result.window / expected)
                        .arg(result.losses)
                        .arg(result.timeouts);
  qInfo("%s", qPrintable(text));
  QVERIFY2(std::abs(result.window / expected - 1) < tolerance, qPrintable(text));
}

namespace {
const testing::Register<ResponseFunctionTest> registered;
}

}  // namespace inflight::theory

#include "response_function_test.moc"
