// ui/format: what people read on axes, in legends and tables.
#include <QTest>
#include <cmath>

#include "support/registry.h"
#include "ui/format/number.h"
#include "ui/format/ticks.h"
#include "ui/format/unit.h"

using namespace inflight;
using namespace inflight::ui;
using inflight::trace::Unit;

namespace {

constexpr UnitStyle kDefault{};
constexpr UnitStyle kDecimalBytes{UnitStyle::Rate::Bytes, UnitStyle::Prefix::Decimal};
constexpr UnitStyle kBinaryBytes{UnitStyle::Rate::Bytes, UnitStyle::Prefix::Binary};

QStringList labels(const Ticks& ticks) {
  QStringList texts;
  for (const Tick& tick : ticks.ticks) texts << tick.label;
  return texts;
}

}  // namespace

class FormatTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbers_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("three");
    QTest::addColumn<QString>("compact");
    QTest::newRow("zero") << 0.0 << "0" << "0";
    QTest::newRow("small") << 0.001234 << "0.00123" << "0.00123";
    QTest::newRow("one") << 1.0 << "1.00" << "1";
    QTest::newRow("rounds into the next decade") << 9.996 << "10.0" << "10";
    QTest::newRow("tens") << 12.345 << "12.3" << "12.3";
    QTest::newRow("hundreds") << 123.456 << "123" << "123";
    QTest::newRow("rounds to a thousand") << 999.7 << "1,000" << "1,000";
    QTest::newRow("thousands") << 1234.0 << "1,234" << "1,234";
    QTest::newRow("80 k") << 80000.0 << "80,000" << "80 k";
    QTest::newRow("1.2 M") << 1.2e6 << "1,200,000" << "1.2 M";
    QTest::newRow("rounds to a million") << 999960.0 << "999,960" << "1 M";
    QTest::newRow("never an exponent") << 1.7e9 << "1,700,000,000" << "1.7 G";
    QTest::newRow("negative") << -1234567.0 << "-1,234,567" << "-1.23 M";
    QTest::newRow("not a number") << std::nan("") << "–" << "–";
  }
  void numbers() {
    QFETCH(double, value);
    QTEST(formatNumber(value), "three");
    QTEST(formatCompact(value), "compact");
  }

  void counts() {
    QCOMPARE(formatCount(0), "0");
    QCOMPARE(formatCount(999), "999");
    QCOMPARE(formatCount(1231), "1,231");
    QCOMPARE(formatCount(-1234567), "-1,234,567");
    QCOMPARE(formatFixed(-0.001, 1), "0.0");
  }

  void shares() {
    QCOMPARE(formatShare(0), "0 %");
    QCOMPARE(formatShare(0.0004), "< 0.1 %");
    QCOMPARE(formatShare(0.004), "0.4 %");
    QCOMPARE(formatShare(0.62), "62 %");
    QCOMPARE(formatShare(1), "100 %");
  }

  void values_data() {
    QTest::addColumn<Unit>("unit");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("standard");
    QTest::addColumn<QString>("decimalBytes");
    QTest::newRow("bytes") << Unit::Bytes << 512.0 << "512 B" << "512 B";
    QTest::newRow("MiB") << Unit::Bytes << 2.06 * 1048576 << "2.06 MiB" << "2.16 MB";
    QTest::newRow("just below MiB") << Unit::Bytes << 1048575.0 << "1.00 MiB" << "1.05 MB";
    QTest::newRow("rate") << Unit::BitsPerSecond << 176.8e6 << "177 Mbit/s" << "22.1 MB/s";
    QTest::newRow("slow") << Unit::BitsPerSecond << 800.0 << "800 bit/s" << "100 B/s";
    QTest::newRow("ms") << Unit::Seconds << 0.076 << "76.0 ms" << "76.0 ms";
    QTest::newRow("us") << Unit::Seconds << 0.7e-3 << "700 µs" << "700 µs";
    QTest::newRow("packets") << Unit::Packets << 512.0 << "512 packets" << "512 packets";
  }
  void values() {
    QFETCH(Unit, unit);
    QFETCH(double, value);
    QTEST(formatValue(unit, value, kDefault), "standard");
    QTEST(formatValue(unit, value, kDecimalBytes), "decimalBytes");
  }

  void binaryByteRate() {
    QCOMPARE(formatValue(Unit::BitsPerSecond, 8 * 1048576.0, kBinaryBytes), "1.00 MiB/s");
  }

  void durations() {
    QCOMPARE(formatDuration(76ms), "76.0 ms");
    QCOMPARE(formatDuration(1620ms), "1.62 s");
    QCOMPARE(formatDuration(125s), "2 min 5 s");
    QCOMPARE(formatDuration(3h + 5min), "3 h 5 min");
    QCOMPARE(formatInstant(Instant{1283ms}, 10ms), "1.28 s");
    QCOMPARE(formatInstant(Instant{1283ms}, 1s), "1 s");
    QCOMPARE(formatInstant(Instant{1ns}, 1ns), "0.000000001 s");
  }

  void steps() {
    QCOMPARE(niceStep(205, 5), 50.0);
    QCOMPARE(niceStep(1, 5), 0.2);
    QCOMPARE(niceStep(0.0021, 5), 0.0005);
    QCOMPARE(niceBinaryStep(4.2, 5), 1.0);
    QCOMPARE(niceBinaryStep(0.9, 5), 0.25);
    QCOMPARE(niceBinaryStep(600, 5), 128.0);
    QCOMPARE(niceTimeStep(6, 8), 1.0);
    QCOMPARE(niceTimeStep(60, 6), 10.0);
    QCOMPARE(niceTimeStep(600, 6), 120.0);
    QCOMPARE(niceTimeStep(36000, 6), 7200.0);
  }

  void ticksOfValues() {
    QCOMPARE(labels(valueTicks(Unit::BitsPerSecond, 0, 230e6, 5, kDefault)),
             QStringList({"0", "50", "100", "150", "200"}));
    QCOMPARE(labels(valueTicks(Unit::Bytes, 0, 4.3 * 1048576, 5, kDefault)),
             QStringList({"0", "1", "2", "3", "4"}));
    QCOMPARE(labels(valueTicks(Unit::Bytes, 0, 1.1 * 1048576, 5, kDefault)),
             QStringList({"0.00", "0.25", "0.50", "0.75", "1.00"}));
    QCOMPARE(labels(valueTicks(Unit::Packets, 0, 250000, 3, kDefault)),
             QStringList({"0", "100 k", "200 k"}));
    QCOMPARE(valueTicks(Unit::Seconds, 0, 0.12, 4, kDefault).unit, "ms");
    QVERIFY(valueTicks(Unit::Bytes, 1, 1, 4, kDefault).ticks.empty());
  }

  void ticksOfTime() {
    QCOMPARE(labels(timeTicks(Instant{}, Instant{6s}, 7)),
             QStringList({"0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s"}));
    QCOMPARE(labels(timeTicks(Instant{900ms}, Instant{1300ms}, 5)),
             QStringList({"0.9 s", "1.0 s", "1.1 s", "1.2 s", "1.3 s"}));
    QCOMPARE(labels(timeTicks(Instant{}, Instant{300s}, 6)),
             QStringList({"0:00", "1:00", "2:00", "3:00", "4:00", "5:00"}));
    QVERIFY(timeTicks(Instant{1s}, Instant{1s}, 6).ticks.empty());
  }

  void ceilings() {
    const Scale mbit = scaleFor(Unit::BitsPerSecond, 205e6, kDefault);
    QCOMPARE(niceCeiling(205e6, 5, mbit), 250e6);
    QCOMPARE(niceCeiling(200e6, 5, mbit), 200e6);
    QVERIFY(niceCeiling(0, 5, mbit) > 0);
  }
};

namespace {
const inflight::testing::Register<FormatTest> registered;
}
#include "format_test.moc"
