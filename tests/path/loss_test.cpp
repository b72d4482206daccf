// Random and burst loss: shares and burst lengths over many draws, against the closed formulas.
#include "path/loss.h"

#include <QTest>
#include <cmath>

#include "path/burst_loss.h"
#include "support/registry.h"

using namespace inflight;
using path::BurstLoss;
using path::Loss;

namespace {

constexpr int kDraws = 200'000;

struct Bursts {
  int lost = 0;
  int bursts = 0;
};

Bursts draw(BurstLoss& loss) {
  Bursts result;
  bool before = false;
  for (int i = 0; i < kDraws; ++i) {
    const bool lost = loss.takes_next();
    result.lost += lost ? 1 : 0;
    result.bursts += lost && !before ? 1 : 0;
    before = lost;
  }
  return result;
}

}  // namespace

class LossTest : public QObject {
  Q_OBJECT

 private slots:
  void loses_its_share_data() {
    QTest::addColumn<double>("share");
    for (const double share : {0.0, 0.001, 0.03, 0.5, 1.0}) {
      QTest::addRow("%g", share) << share;
    }
  }
  void loses_its_share() {
    QFETCH(double, share);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Loss loss(share, Random{seed});
      int lost = 0;
      for (int i = 0; i < kDraws; ++i) lost += loss.takes_next() ? 1 : 0;
      const double deviation = std::sqrt(kDraws * share * (1 - share));
      QVERIFY2(std::abs(lost - kDraws * share) <= 4.5 * deviation,
               qPrintable(QString::number(lost)));
    }
  }

  void bursts_have_their_share_and_mean_length_data() {
    QTest::addColumn<double>("share");
    QTest::addColumn<double>("mean");
    QTest::newRow("rare and long") << 0.002 << 20.0;
    QTest::newRow("single packets") << 0.01 << 1.0;
    QTest::newRow("1%x8pkt") << 0.01 << 8.0;
  }
  void bursts_have_their_share_and_mean_length() {
    QFETCH(double, share);
    QFETCH(double, mean);
    BurstLoss loss(share, mean, Random{11});
    const Bursts result = draw(loss);
    // A run of losses is one burst and, with probability `share` each time, another right behind.
    const double expected_run = mean / (1 - share);
    const double run = double(result.lost) / result.bursts;
    QVERIFY2(std::abs(run / expected_run - 1) < 0.15, qPrintable(QString::number(run)));
    const double expected_lost = kDraws * share * mean / (share * mean + 1 - share);
    QVERIFY2(std::abs(result.lost / expected_lost - 1) < 0.15,
             qPrintable(QString::number(result.lost)));
  }

  void a_share_of_nothing_ends_a_burst() {
    BurstLoss loss(1, 1000, Random{1});
    QVERIFY(loss.takes_next());
    loss.set(0, 0);
    QVERIFY(!loss.takes_next());
  }

  void same_seed_same_losses() {
    Loss a(0.3, Random{5});
    Loss b(0.3, Random{5});
    for (int i = 0; i < 1000; ++i) QCOMPARE(a.takes_next(), b.takes_next());
  }
};

namespace {
const inflight::testing::Register<LossTest> registered;
}
#include "loss_test.moc"
