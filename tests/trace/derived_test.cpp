// Figures that follow from the series, against cases small enough to compute by hand.
#include "trace/derived.h"

#include <QTest>
#include <cmath>

#include "base/random.h"
#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::trace;
using namespace inflight::testing;

class DerivedTest : public QObject {
  Q_OBJECT
 private slots:
  void meanRateCountsTheHalfOpenWindow() {
    TimeSeries counter;
    counter.append(at_ms(0), 1000);
    counter.append(at_ms(10), 2000);
    counter.append(at_ms(20), 4000);
    // (0, 10]: the bytes of t = 0 do not count, those of t = 10 do.
    QCOMPARE(mean_rate(counter, at_ms(10), 10ms), 1000 * 8 / 0.01);
    QCOMPARE(mean_rate(counter, at_ms(30), 10ms), 0.0);
    QCOMPARE(mean_rate(counter, at_ms(0), 10ms), 1000 * 8 / 0.01);
    QCOMPARE(mean_rate(counter, at_ms(-1), 10ms), 0.0);
  }

  void intervalsOfABulkRun() {
    const Trace trace = TraceBuilder().ramp(SeriesId::ReadBytes, 0, 2500, 10, 55).build();
    const auto all = intervals(trace, 1s);
    QCOMPARE(all.size(), std::size_t{3});
    QCOMPARE(all[2].begin, at_ms(2000));
    QCOMPARE(all[2].end, at_ms(2500));
    for (const Interval& one : all) QVERIFY(std::abs(one.megabits_per_second - 55) < 1e-6);
    QVERIFY(std::abs(overall(trace).megabits_per_second - 55) < 1e-6);
  }

  void shortRestIsLeftOut_data() {
    QTest::addColumn<double>("end_ms");
    QTest::addColumn<int>("count");
    QTest::newRow("9 ms") << 1009.0 << 1;
    QTest::newRow("10 ms") << 1010.0 << 2;
    QTest::newRow("exact") << 2000.0 << 2;
    QTest::newRow("nothing") << 0.0 << 0;
  }
  void shortRestIsLeftOut() {
    QFETCH(double, end_ms);
    QFETCH(int, count);
    const Trace trace = TraceBuilder().until(end_ms).build();
    QCOMPARE(intervals(trace, 1s).size(), static_cast<std::size_t>(count));
  }

  void sizedTransferEndsAtItsCompletion() {
    TraceBuilder builder;
    builder.ramp(SeriesId::ReadBytes, 0, 1000, 10, 80).until(5000);
    builder.trace().summary.transfer.completion = 1s;
    QCOMPARE(overall(builder.trace()).end, at_ms(1000));
    QVERIFY(std::abs(overall(builder.trace()).megabits_per_second - 80) < 1e-6);
  }

  // 50 ms RTT: a stall is longer than 100 ms.
  void stalls_data() {
    QTest::addColumn<double>("gap_ms");
    QTest::addColumn<double>("data_from_ms");
    QTest::addColumn<double>("data_to_ms");
    QTest::addColumn<int>("count");
    QTest::newRow("100 ms is none") << 100.0 << 0.0 << 9999.0 << 0;
    QTest::newRow("101 ms is one") << 101.0 << 0.0 << 9999.0 << 1;
    QTest::newRow("nothing to send") << 400.0 << 0.0 << 1000.0 << 0;
    QTest::newRow("data for 90 ms of it") << 400.0 << 0.0 << 1090.0 << 0;
    QTest::newRow("data for 150 ms of it") << 400.0 << 0.0 << 1150.0 << 1;
    QTest::newRow("data again for the last 120 ms") << 400.0 << 1280.0 << 9999.0 << 1;
  }
  void stalls() {
    QFETCH(double, gap_ms);
    QFETCH(double, data_from_ms);
    QFETCH(double, data_to_ms);
    QFETCH(int, count);
    TraceBuilder builder;
    builder.ramp(SeriesId::ReadBytes, 0, 1000, 5, 10);
    builder.ramp(SeriesId::ReadBytes, 1000 + gap_ms - 5, 2000, 5, 10);
    builder.add(SeriesId::RttMin, 50, 0.05);
    builder.series(SeriesId::SendBuffer, {{data_from_ms, 5000}, {data_to_ms, 0}});
    builder.trace().summary.transfer.completion = 2s;
    const auto found = trace::stalls(builder.trace());
    QCOMPARE(found.size(), static_cast<std::size_t>(count));
    if (count == 1) {
      QCOMPARE(found[0].begin, at_ms(std::max(1000.0, data_from_ms)));
      QCOMPARE(found[0].end, at_ms(std::min(1000 + gap_ms, data_to_ms)));
    }
  }

  void aStallMayReachTheEnd() {
    TraceBuilder builder;
    builder.ramp(SeriesId::ReadBytes, 0, 1000, 5, 10).until(1500);
    builder.add(SeriesId::RttMin, 50, 0.05).add(SeriesId::BytesInFlight, 10, 3000);
    const auto found = trace::stalls(builder.trace());
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].end, at_ms(1500));
  }

  void steadyRateAndRamp() {
    const Trace trace = TraceBuilder()
                            .ramp(SeriesId::ReadBytes, 0, 1000, 10, 10)
                            .ramp(SeriesId::ReadBytes, 1000, 12000, 10, 100)
                            .build();
    QVERIFY(std::abs(steady_rate(trace) - 100e6) < 1);
    // 90 % over 100 ms: 90 ms of the fast part and 10 of the slow one come close, 100 do it.
    const auto reached = time_to_share(trace, 0.9);
    QVERIFY(reached && *reached > at_ms(1080) && *reached <= at_ms(1100));
    QVERIFY(!time_to_share(trace, 1.5));
    const Trace brief = TraceBuilder().ramp(SeriesId::ReadBytes, 500, 1000, 10, 40).build();
    QVERIFY(std::abs(steady_rate(brief) - 40e6) < 1);
  }

  void lowestRateFindsTheStutter() {
    const Trace trace = TraceBuilder()
                            .ramp(SeriesId::ReadBytes, 0, 1000, 10, 10)
                            .ramp(SeriesId::ReadBytes, 1000, 3000, 10, 100)
                            .ramp(SeriesId::ReadBytes, 3000, 3300, 10, 20)
                            .ramp(SeriesId::ReadBytes, 3300, 5000, 10, 100)
                            .build();
    const auto lowest = lowest_rate(trace, at_ms(1500), 250ms);
    QVERIFY(lowest && std::abs(*lowest - 20e6) < 2e6);
    const auto after = lowest_rate(trace, at_ms(3300), 250ms);
    QVERIFY(after && std::abs(*after - 100e6) < 5e6);
    QVERIFY(!lowest_rate(trace, at_ms(4900), 250ms));
  }

  void fullWindowsAreNearlyFull() {
    QVERIFY(fills_window(8'000, 10'000, ByteCount{1'000}));
    QVERIFY(!fills_window(7'999, 10'000, ByteCount{1'000}));
    QVERIFY(!fills_window(0, 1'500, ByteCount{1'000}));
    QVERIFY(!fills_window(500, 0, ByteCount{1'000}));
  }

  void timeToShareAgreesWithMeanRate() {
    Random random(11);
    TraceBuilder builder;
    double bytes = 0;
    for (int t = 1; t < 3000; t += 1 + static_cast<int>(random.below(9))) {
      bytes += static_cast<double>(random.below(static_cast<std::uint64_t>(t)));
      builder.add(SeriesId::ReadBytes, t, bytes);
    }
    const Trace& trace = builder.trace();
    const TimeSeries& read = trace.series(SeriesId::ReadBytes);
    const auto reached = time_to_share(trace, 0.7);
    QVERIFY(reached);
    const double wanted = 0.7 * steady_rate(trace);
    for (std::size_t i = 0; i < read.size() && read[i].time <= *reached; ++i) {
      QCOMPARE(mean_rate(read, read[i].time, 100ms) >= wanted, read[i].time == *reached);
    }
  }

  void quantilesAreNearestRank() {
    TimeSeries samples;
    QVERIFY(!quantile(samples, 0.5));
    for (int i = 1; i <= 10; ++i) samples.append(at_ms(i), 11 - i);
    QCOMPARE(*quantile(samples, 0), 1.0);
    QCOMPARE(*quantile(samples, 0.5), 5.0);
    QCOMPARE(*quantile(samples, 0.51), 6.0);
    QCOMPARE(*quantile(samples, 0.99), 10.0);
    QCOMPARE(*quantile(samples, 1), 10.0);
  }

  // (a + b + ...)^2 / (n x (a^2 + b^2 + ...)), over the time in which all were there.
  void fairnessIsJainsIndex() {
    TraceBuilder builder;
    builder.ramp(SeriesId::ReadBytes, 0, 1'000, 10, 8)
        .ramp(SeriesId::ReadBytes, 1'000, 4'000, 10, 24);
    Trace& trace = builder.trace();
    QVERIFY(!fairness(trace));
    // Two are there from 1 s to 3 s: ours reads 6 MB then, the other 2 MB.
    trace.summary.cross = {
        {.begin = at_ms(1'000), .end = at_ms(3'000), .shared_bytes = ByteCount{2'000'000}}};
    QVERIFY(std::abs(*fairness(trace) - 64.0 / (2 * 40)) < 1e-9);
    trace.summary.cross[0].shared_bytes = ByteCount{6'000'000};
    QVERIFY(std::abs(*fairness(trace) - 1) < 1e-9);
    trace.summary.cross[0].begin = at_ms(3'000);
    QVERIFY(!fairness(trace));
  }

  void widthFollowsTheRtt() {
    TraceBuilder builder;
    QCOMPARE(default_rate_width(builder.trace()), Duration{20ms});
    builder.add(SeriesId::RttSample, 1, 0.140).add(SeriesId::RttSample, 2, 0.160);
    QCOMPARE(default_rate_width(builder.trace()), Duration{70ms});
    builder.add(SeriesId::RttMin, 3, 0.076);
    QCOMPARE(default_rate_width(builder.trace()), Duration{38ms});
  }

  // 60 ms for the first half, 100 ms for the second.
  void theTypicalRttIsTheMeanSmoothedOne() {
    TraceBuilder builder;
    QVERIFY(!typical_rtt(builder.trace()));
    builder.add(SeriesId::RttMin, 0, 0.040);
    QCOMPARE(typical_rtt(builder.trace()), Duration{40ms});
    builder.add(SeriesId::RttSmoothed, 0, 0.060)
        .add(SeriesId::RttSmoothed, 501, 0.100)
        .add(SeriesId::RttSmoothed, 1'000, 0.100);
    QCOMPARE(typical_rtt(builder.trace()), Duration{80ms});
  }
};

namespace {
const inflight::testing::Register<DerivedTest> registered;
}
#include "derived_test.moc"
