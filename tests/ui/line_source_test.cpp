// ui/charts/line_source and grid_cache: what is drawn agrees with every sample looked at one by
// one, while a run grows and the range moves.
#include "ui/charts/line_source.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "support/registry.h"
#include "trace/derived.h"

using namespace inflight;
using namespace inflight::ui;
using trace::SeriesId;

namespace {

Instant at(double seconds) { return Instant{from_seconds(seconds)}; }

struct Run {
  std::shared_ptr<trace::Trace> trace = std::make_shared<trace::Trace>();
  TraceView view{trace, "run", Qt::blue, {}};

  void put(SeriesId id, double seconds, double value) {
    trace->series(id).append(at(seconds), value);
    trace->extend(at(seconds));
  }
};

PlotMapping plotOver(TimeRange range, double low, double high) {
  return {QRectF(60, 10, 500, 200), range, low, high};
}

// Minimum and maximum over the samples in [begin, end), one by one.
std::optional<trace::MinMax> bruteForce(const trace::TimeSeries& series, Instant begin,
                                        Instant end) {
  std::optional<trace::MinMax> result;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const trace::Sample sample = series[i];
    if (sample.time < begin || sample.time >= end) continue;
    if (!result) result = trace::MinMax{sample.value, sample.value};
    result->min = std::min(result->min, sample.value);
    result->max = std::max(result->max, sample.value);
  }
  return result;
}

}  // namespace

class LineSourceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void gridCellsRoundDown() {
    QCOMPARE(cellAt(Instant{Duration{0}}, Duration{10}), 0);
    QCOMPARE(cellAt(Instant{Duration{9}}, Duration{10}), 0);
    QCOMPARE(cellAt(Instant{Duration{-1}}, Duration{10}), -1);
    QCOMPARE(cellAt(Instant{Duration{-10}}, Duration{10}), -1);
    QCOMPARE(cellAt(Instant{Duration{-11}}, Duration{10}), -2);
  }

  // Whatever range is asked for, in whatever order, while data arrives.
  void cacheAgreesWithBruteForce() {
    Random random(11);
    trace::TimeSeries series;
    GridCache<trace::Column> cache;
    std::int64_t now = 0;
    Duration width{1000};
    for (int round = 0; round < 400; ++round) {
      for (auto n = random.below(60); n > 0; --n) {
        now += static_cast<std::int64_t>(random.below(400));
        series.append(Instant{Duration{now}}, std::floor(random.uniform() * 100));
      }
      if (series.empty()) continue;
      if (random.chance(0.1)) width = Duration{static_cast<std::int64_t>(1 + random.below(3000))};
      const std::int64_t span = now / width.count() + 3;
      const auto first =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span))) - 2;
      const auto count = static_cast<std::size_t>(1 + random.below(40));
      const auto cells = cache.cells(first, count, width, cellAt(series.back().time, width),
                                     [&](std::int64_t cell, std::span<trace::Column> out) {
                                       series.columns(cellBegin(cell, width), width, out);
                                     });
      QCOMPARE(cells.size(), count);
      for (std::size_t i = 0; i < count; ++i) {
        const auto cell = first + static_cast<std::int64_t>(i);
        const auto expected =
            bruteForce(series, cellBegin(cell, width), cellBegin(cell + 1, width));
        QCOMPARE(cells[i].count > 0, expected.has_value());
        if (!expected) continue;
        QCOMPARE(cells[i].min, expected->min);
        QCOMPARE(cells[i].max, expected->max);
      }
    }
  }

  // In follow mode only the new columns are computed.
  void cacheComputesOnlyWhatIsNew() {
    GridCache<int> cache;
    std::size_t computed = 0;
    const auto fill = [&computed](std::int64_t, std::span<int> out) { computed += out.size(); };
    cache.cells(0, 1000, Duration{10}, 999, fill);
    QCOMPARE(computed, std::size_t{1000});
    cache.cells(3, 1000, Duration{10}, 1002, fill);
    QCOMPARE(computed, std::size_t{1004});
    cache.cells(3, 1000, Duration{10}, 1002, fill);
    QCOMPARE(computed, std::size_t{1005});
  }

  void gaugesAreStepsWhenSparse() {
    Run run;
    run.put(SeriesId::Cwnd, 0, 10);
    run.put(SeriesId::Cwnd, 1, 20);
    run.put(SeriesId::Cwnd, 2, 5);
    run.trace->extend(at(4));
    LineSource line(SeriesId::Cwnd);
    const TimeRange range{at(0), at(5)};
    line.look(run.view, range, 10ms, 20ms);
    QCOMPARE(line.form(), LineSource::Form::Steps);
    const PlotMapping plot = plotOver(range, 0, 20);
    // One second is 100 pixels, ten bytes are 100 pixels; the line ends with the run at 4 s.
    const std::vector<QPointF> expected{{60, 110}, {160, 110}, {160, 10},
                                        {260, 10}, {260, 160}, {460, 160}};
    QCOMPARE(line.points(plot), expected);
    QCOMPARE(line.extent()->max, 20.0);
    QCOMPARE(line.nearest(at(1.4))->value, 20.0);
  }

  void aGaugeHoldsItsValueFromBeforeTheRange() {
    Run run;
    run.put(SeriesId::Cwnd, 0, 10);
    run.trace->extend(at(9));
    LineSource line(SeriesId::Cwnd);
    const TimeRange range{at(5), at(6)};
    line.look(run.view, range, 2ms, 20ms);
    const auto points = line.points(plotOver(range, 0, 20));
    QCOMPARE(points.size(), std::size_t{2});
    QCOMPARE(points.front(), QPointF(60, 110));
    QCOMPARE(points.back(), QPointF(560, 110));
    QCOMPARE(line.extent()->max, 10.0);
  }

  // The column of each sample is drawn at least over that sample's value.
  void denseGaugesShowEverySample() {
    Run run;
    Random random(3);
    for (int i = 0; i < 20000; ++i) run.put(SeriesId::Cwnd, i * 1e-4, random.uniform() * 100);
    LineSource line(SeriesId::Cwnd);
    const TimeRange range{at(0), at(2)};
    const PlotMapping plot = plotOver(range, 0, 100);
    line.look(run.view, range, plot.columnWidth(1), 20ms);
    QCOMPARE(line.form(), LineSource::Form::Columns);
    const auto points = line.points(plot);
    QVERIFY(points.size() <= 5 * 502);
    std::map<int, std::pair<double, double>> drawn;
    for (const QPointF& point : points) {
      auto& [top, bottom] =
          drawn.try_emplace(static_cast<int>(point.x()), point.y(), point.y()).first->second;
      top = std::min(top, point.y());
      bottom = std::max(bottom, point.y());
    }
    for (int i = 0; i < 20000; ++i) {
      const trace::Sample sample = run.trace->series(SeriesId::Cwnd)[static_cast<std::size_t>(i)];
      const auto column = drawn.find(static_cast<int>(plot.x(sample.time)));
      QVERIFY(column != drawn.end());
      QVERIFY(plot.y(sample.value) >= column->second.first - 0.5);
      QVERIFY(plot.y(sample.value) <= column->second.second + 0.5);
    }
  }

  void countersAreRates() {
    Run run;
    for (int i = 0; i <= 2000; ++i) run.put(SeriesId::ReadBytes, i * 1e-3, i * 1250.0);
    LineSource line(SeriesId::ReadBytes);
    const TimeRange range{at(0), at(2)};
    const PlotMapping plot = plotOver(range, 0, 20e6);
    line.look(run.view, range, plot.columnWidth(1), 40ms);
    QCOMPARE(line.form(), LineSource::Form::Rate);
    for (const QPointF& point : line.points(plot)) {
      const double expected =
          trace::mean_rate(run.trace->series(SeriesId::ReadBytes), plot.time(point.x()), 40ms);
      // Half a sample of a window of forty.
      QVERIFY(std::abs(plot.value(point.y()) - expected) <= 0.03 * 10e6);
    }
    QVERIFY(std::abs(line.extent()->max - 10e6) < 1e5);
  }

  void aGrowingRateIsTheSameAsAFullOne() {
    Run growing;
    LineSource incremental(SeriesId::ReadBytes);
    Random random(5);
    double bytes = 0;
    const TimeRange range{at(0), at(2)};
    const PlotMapping plot = plotOver(range, 0, 100e6);
    for (int i = 0; i <= 2000; ++i) {
      bytes += static_cast<double>(random.below(3000));
      growing.put(SeriesId::ReadBytes, i * 1e-3, bytes);
      if (i % 37 == 0) incremental.look(growing.view, range, plot.columnWidth(2), 30ms);
    }
    incremental.look(growing.view, range, plot.columnWidth(2), 30ms);
    LineSource full(SeriesId::ReadBytes);
    full.look(growing.view, range, plot.columnWidth(2), 30ms);
    QCOMPARE(incremental.points(plot), full.points(plot));
  }

  void samplesAreDotsOrABand() {
    Run run;
    for (int i = 0; i < 5000; ++i) run.put(SeriesId::RttSample, i * 1e-3, 0.07 + (i % 10) * 1e-3);
    LineSource line(SeriesId::RttSample);
    const TimeRange all{at(0), at(5)};
    line.look(run.view, all, plotOver(all, 0, 0.1).columnWidth(1), 20ms);
    QCOMPARE(line.form(), LineSource::Form::Band);
    for (const QRectF& rect : line.band(plotOver(all, 0, 0.1), 1)) QVERIFY(rect.height() >= 1);
    const TimeRange part{at(1), at(1.5)};
    line.look(run.view, part, plotOver(part, 0, 0.1).columnWidth(1), 20ms);
    QCOMPARE(line.form(), LineSource::Form::Dots);
    QCOMPARE(line.points(plotOver(part, 0, 0.1)).size(), std::size_t{501});
  }

  void anOffsetMovesTheRun() {
    Run run;
    run.put(SeriesId::Cwnd, 0, 10);
    run.trace->extend(at(1));
    run.view.offset = 2s;
    LineSource line(SeriesId::Cwnd);
    const TimeRange range{at(0), at(5)};
    line.look(run.view, range, 10ms, 20ms);
    const auto points = line.points(plotOver(range, 0, 20));
    QCOMPARE(points.front().x(), 260.0);
    QCOMPARE(points.back().x(), 360.0);
  }

  void nothingFromAnEmptySeries() {
    Run run;
    LineSource line(SeriesId::Cwnd);
    line.look(run.view, {at(0), at(1)}, 1ms, 20ms);
    QCOMPARE(line.form(), LineSource::Form::Nothing);
    QVERIFY(line.points(plotOver({at(0), at(1)}, 0, 1)).empty());
    QVERIFY(!line.extent());
  }
};

namespace {
const inflight::testing::Register<LineSourceTest> registered;
}
#include "line_source_test.moc"
