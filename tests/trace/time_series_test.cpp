// TimeSeries against brute force on random data, and at its edges: chunks, equal times, emptiness,
// queries outside.
#include "trace/time_series.h"

#include <QTest>
#include <algorithm>
#include <vector>

#include "base/random.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::trace;

namespace {

Instant at(std::int64_t ns) { return Instant{Duration{ns}}; }

struct Naive {
  std::vector<Sample> samples;

  Column column(Instant begin, Instant end) const {
    Column column;
    for (const Sample& sample : samples) {
      if (sample.time < begin || sample.time >= end) continue;
      if (column.count == 0) column = {sample.value, sample.value, sample.value, sample.value, 0};
      column.min = std::min(column.min, sample.value);
      column.max = std::max(column.max, sample.value);
      column.last = sample.value;
      ++column.count;
    }
    return column;
  }
};

// Times advance by 0 to 9 ns, a third of them not at all.
void grow(TimeSeries& series, Naive& naive, Random& random, std::size_t count) {
  std::int64_t time =
      naive.samples.empty() ? 0 : naive.samples.back().time.time_since_epoch().count();
  for (std::size_t i = 0; i < count; ++i) {
    time += random.chance(0.33) ? 0 : static_cast<std::int64_t>(random.below(10));
    const double value = random.uniform() * 1000 - 500;
    series.append(at(time), value);
    naive.samples.push_back({at(time), value});
  }
}

}  // namespace

class TimeSeriesTest : public QObject {
  Q_OBJECT
 private slots:
  void agreesWithBruteForce_data() {
    QTest::addColumn<int>("count");
    for (const int count :
         {1, 15, 16, 17, 63, 64, 65, 255, 256, 257, 4097, 65535, 65536, 65537, 70001}) {
      QTest::addRow("%d samples", count) << count;
    }
  }
  void agreesWithBruteForce() {
    QFETCH(int, count);
    Random random(static_cast<std::uint64_t>(count));
    TimeSeries series;
    Naive naive;
    // In two parts with queries between, so that the pyramid grows on what it has.
    for (const std::size_t part :
         {static_cast<std::size_t>(count) / 3,
          static_cast<std::size_t>(count) - static_cast<std::size_t>(count) / 3}) {
      grow(series, naive, random, part);
      compare(series, naive, random);
    }
    QCOMPARE(series.size(), static_cast<std::size_t>(count));
  }

  void emptySeriesAnswersNothing() {
    const TimeSeries series;
    QVERIFY(series.empty());
    QVERIFY(!series.value_at(at(0)));
    QVERIFY(!series.range(at(-10), at(10)));
    QCOMPARE(series.lower_bound(at(0)), std::size_t{0});
    std::vector<Column> columns(3, Column{1, 1, 1, 1, 1});
    series.columns(at(0), Duration{1}, columns);
    for (const Column& column : columns) QCOMPARE(column.count, std::size_t{0});
    QCOMPARE(series.memory(), std::size_t{0});
  }

  void equalTimesAcrossAChunkEdge() {
    TimeSeries series;
    const std::size_t edge = ChunkedVector<double>::kChunk;
    for (std::size_t i = 0; i < edge - 2; ++i) series.append(at(static_cast<std::int64_t>(i)), 0);
    for (int i = 0; i < 5; ++i) series.append(at(1'000'000), i);
    QCOMPARE(series.lower_bound(at(1'000'000)), edge - 2);
    QCOMPARE(*series.value_at(at(1'000'000)), 4.0);
    QCOMPARE(*series.value_at(at(999'999)), 0.0);
    const auto range = series.range(at(1'000'000), at(1'000'001));
    QVERIFY(range && *range == (MinMax{0, 4}));
  }

  void queriesOutside() {
    TimeSeries series;
    series.append(at(10), 1);
    series.append(at(20), 2);
    QVERIFY(!series.value_at(at(9)));
    QCOMPARE(*series.value_at(kNever), 2.0);
    QVERIFY(!series.range(at(11), at(20)));
    QVERIFY(!series.range(at(20), at(10)));
    std::vector<Column> columns(4);
    series.columns(at(-100), Duration{10}, columns);
    QCOMPARE(columns[3].count, std::size_t{0});
    // The end of time is reached within these columns.
    series.columns(kNever - Duration{5}, Duration{4}, columns);
    QCOMPARE(columns[3].count, std::size_t{0});
    series.columns(Instant::min(), Duration::max(), columns);
    QCOMPARE(columns[0].count, std::size_t{0});
    QCOMPARE(columns[1].count, std::size_t{2});
  }

  void movedFromIsEmptyAndUsable() {
    TimeSeries series;
    for (int i = 0; i < 100; ++i) series.append(at(i), i);
    series.prepare();
    TimeSeries other = std::move(series);
    QCOMPARE(other.size(), std::size_t{100});
    series = TimeSeries{};
    series.append(at(1), 5);
    QCOMPARE(series.range(at(0), at(9))->max, 5.0);
  }

  void shortSeriesAreSmall() {
    TimeSeries series;
    for (int i = 0; i < 60; ++i) series.append(at(i), i);
    QVERIFY(series.memory() <= 64 * 16);
  }

 private:
  static void compare(const TimeSeries& series, const Naive& naive, Random& random) {
    if (naive.samples.empty()) return;
    const std::int64_t span = naive.samples.back().time.time_since_epoch().count() + 20;
    const auto pick = [&] {
      return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span) + 20)) - 20;
    };
    for (int check = 0; check < 12; ++check) {
      const std::int64_t begin = pick();
      const std::int64_t width =
          1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span) / 4 + 1));
      std::vector<Column> columns(7);
      series.columns(at(begin), Duration{width}, columns);
      for (std::size_t k = 0; k < columns.size(); ++k) {
        const std::int64_t from = begin + static_cast<std::int64_t>(k) * width;
        QVERIFY(columns[k] == naive.column(at(from), at(from + width)));
      }
      const std::int64_t end = pick();
      const Column all = naive.column(at(begin), at(end));
      const auto range = series.range(at(begin), at(end));
      QCOMPARE(range.has_value(), all.count > 0);
      if (range) QVERIFY(*range == (MinMax{all.min, all.max}));

      const Column before = naive.column(Instant::min(), at(end + 1));
      const auto value = series.value_at(at(end));
      QCOMPARE(value.has_value(), before.count > 0);
      if (value) QCOMPARE(*value, before.last);
      QCOMPARE(series.lower_bound(at(end + 1)), before.count);
    }
  }
};

namespace {
const inflight::testing::Register<TimeSeriesTest> registered;
}
#include "time_series_test.moc"
