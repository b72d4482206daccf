// The strip of limits: no gaps, no empty intervals, shares that sum to 1.
#include "trace/limit.h"

#include <QTest>
#include <numeric>

#include "base/random.h"
#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::trace;
using inflight::testing::at_ms;

class LimitTest : public QObject {
  Q_OBJECT
 private slots:
  void intervalsJoinAndCover() {
    LimitStrip strip;
    strip.change(at_ms(0), Limit::Handshake);
    strip.change(at_ms(10), Limit::SlowStart);
    strip.change(at_ms(15), Limit::SlowStart);
    strip.change(at_ms(20), Limit::Recovery);
    // Two changes at one instant: the second replaces the first and joins what stood before.
    strip.change(at_ms(30), Limit::Pacing);
    strip.change(at_ms(30), Limit::Recovery);
    strip.extend(at_ms(40));
    QCOMPARE(strip.intervals().size(), std::size_t{3});
    QVERIFY(strip.intervals()[2] == (LimitInterval{at_ms(20), at_ms(40), Limit::Recovery}));
    QCOMPARE(strip.at(at_ms(9.999)), Limit::Handshake);
    QCOMPARE(strip.at(at_ms(10)), Limit::SlowStart);
    QCOMPARE(strip.at(at_ms(40)), Limit::Unknown);
    QCOMPARE(strip.at(at_ms(-1)), Limit::Unknown);
    QCOMPARE(strip.shares()[static_cast<std::size_t>(Limit::Recovery)], 0.5);
    QCOMPARE(strip.shares_until(at_ms(20))[static_cast<std::size_t>(Limit::SlowStart)], 0.5);
  }

  void changeBehindAnExtendedEndCutsIt() {
    LimitStrip strip;
    strip.change(at_ms(0), Limit::SlowStart);
    strip.extend(at_ms(10));
    strip.change(at_ms(8), Limit::Recovery);
    strip.extend(at_ms(12));
    QVERIFY(strip.intervals()[0] == (LimitInterval{at_ms(0), at_ms(8), Limit::SlowStart}));
    QVERIFY(strip.intervals()[1] == (LimitInterval{at_ms(8), at_ms(12), Limit::Recovery}));
  }

  void emptyStripHasNoShares() {
    const LimitStrip strip;
    QCOMPARE(strip.at(at_ms(0)), Limit::Unknown);
    for (const double share : strip.shares()) QCOMPARE(share, 0.0);
  }

  void invariantsHoldForAnySequence() {
    Random random(7);
    for (int round = 0; round < 200; ++round) {
      LimitStrip strip;
      Instant time{};
      for (int i = 0; i < 50; ++i) {
        strip.change(time, static_cast<Limit>(random.below(kLimitCount)));
        time += Duration{static_cast<std::int64_t>(random.below(3))};
        if (random.chance(0.3)) strip.extend(time);
      }
      strip.extend(time + Duration{1});
      const auto intervals = strip.intervals();
      for (std::size_t i = 0; i < intervals.size(); ++i) {
        QVERIFY(intervals[i].begin < intervals[i].end);
        if (i == 0) continue;
        QCOMPARE(intervals[i].begin, intervals[i - 1].end);
        QVERIFY(intervals[i].limit != intervals[i - 1].limit);
      }
      const auto shares = strip.shares();
      QVERIFY(std::abs(std::accumulate(shares.begin(), shares.end(), 0.0) - 1) < 1e-12);
    }
  }
};

namespace {
const inflight::testing::Register<LimitTest> registered;
}
#include "limit_test.moc"
