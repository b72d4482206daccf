// The fault campaign: thousands of drawn plans, each run twice, the second time with the stacks
// asked between their deadlines. No rule may break, and both runs must send the same packets at the
// same times.
#include <QTest>
#include <cstdio>

#include "campaign/simulation.h"
#include "support/registry.h"
#include "support/seeds.h"

namespace inflight::campaign {
namespace {

// Under --full, which asks for five times as many: 20,000.
int planned_seeds() { return testing::full_run() ? 4000 : 2000; }

// What there is to know of a failure goes to stderr, as Qt Test cuts long messages; the message is
// the rule and the command that replays the seed.
QByteArray failure(const Plan& plan, const Simulation& simulation, const QString& text) {
  const QString details = describe(plan) + simulation.describe() + QLatin1Char('\n');
  std::fputs(qPrintable(details), stderr);
  return QStringLiteral("%1\nreplay: SIM_SEED=%2 build/dev/tests/campaign_test")
      .arg(text)
      .arg(plan.seed)
      .toUtf8();
}

QString difference(const Result& first, const Result& second) {
  const auto [a, b] = std::ranges::mismatch(first.trace, second.trace);
  return QStringLiteral("the second run differs from packet %1 on, sent at %2 s or %3 s")
      .arg(a - first.trace.begin())
      .arg(a == first.trace.end() ? -1 : to_seconds(a->first))
      .arg(b == second.trace.end() ? -1 : to_seconds(b->first));
}

}  // namespace

class CampaignTest : public QObject {
  Q_OBJECT

 private slots:
  void no_rule_breaks() {
    Result sum;
    for (const std::uint64_t seed : testing::seeds(planned_seeds())) {
      const Plan plan = draw_plan(seed);
      Simulation first(plan, false);
      const Result result = first.run();
      if (!first.findings().none()) QFAIL(failure(plan, first, first.findings().text()));
      Simulation second(plan, true);
      const Result again = second.run();
      if (!second.findings().none()) QFAIL(failure(plan, second, second.findings().text()));
      if (result.hash != again.hash) QFAIL(failure(plan, second, difference(result, again)));
      sum.packets += result.packets;
      sum.attacks += result.attacks;
      sum.resets += result.resets;
    }
    qInfo("%lld packets, %lld forged, %d connections reset", static_cast<long long>(sum.packets),
          static_cast<long long>(sum.attacks), sum.resets);
  }
};

namespace {
const testing::Register<CampaignTest> registered;
}

}  // namespace inflight::campaign

#include "campaign_test.moc"
