// Floods of forged segments against an established transfer, one kind at a time, both ends in turn:
// nobody is reset, every byte is right, and the transfer takes no longer than in peace.
#include <QTest>

#include "campaign/simulation.h"
#include "support/registry.h"

namespace inflight::campaign {
namespace {

constexpr std::int64_t kFewestForged = 5'000;

// 4 MB each way at 20 Mbit/s.
Plan transfer_plan(bool sack) {
  Plan plan;
  plan.seed = 1;
  Weather fair;
  fair.path.rate = 20_Mbit;
  fair.path.delay = 10ms;
  // Without losses of its own: only what the flood does is to be seen.
  fair.path.queue.room = 4_MiB;
  plan.weather = {{{}, fair, fair}};
  FlowPlan flow;
  flow.client_config.sack = sack;
  const Behaviour bulk{.total = ByteCount{4'000'000}, .write_chunk = 1_MiB, .read_chunk = 1_MiB};
  flow.client = flow.server = bulk;
  plan.flows = {flow};
  plan.over_by = 60s;
  return plan;
}

}  // namespace

class AttackTest : public QObject {
  Q_OBJECT

 private slots:
  void a_flood_does_no_harm_data();
  void a_flood_does_no_harm();
};

void AttackTest::a_flood_does_no_harm_data() {
  QTest::addColumn<int>("attack");
  QTest::addColumn<bool>("sack");
  for (int i = 0; i < kAttacks; ++i) {
    for (const bool sack : {true, false}) {
      const QString name = QString::fromUtf8(to_string(static_cast<Attack>(i))) +
                           (sack ? QStringLiteral(", SACK") : QStringLiteral(", no SACK"));
      QTest::newRow(qPrintable(name)) << i << sack;
    }
  }
}

void AttackTest::a_flood_does_no_harm() {
  QFETCH(const int, attack);
  QFETCH(const bool, sack);
  Plan plan = transfer_plan(sack);
  Simulation peace(plan, false);
  const Duration in_peace = peace.run().transfer_time;
  plan.attack_every = 200us;
  plan.attack = static_cast<Attack>(attack);
  Simulation flood(plan, false);
  const Result result = flood.run();
  QVERIFY2(flood.findings().none(), qPrintable(flood.findings().text() + flood.describe()));
  QCOMPARE(result.resets, 0);
  QVERIFY2(result.attacks >= kFewestForged, qPrintable(QString::number(result.attacks)));
  qInfo("%lld forged, %.3f s, in peace %.3f s", static_cast<long long>(result.attacks),
        to_seconds(result.transfer_time), to_seconds(in_peace));
  QVERIFY(result.transfer_time <= in_peace * 11 / 10);
}

namespace {
const testing::Register<AttackTest> registered;
}

}  // namespace inflight::campaign

#include "attack_test.moc"
