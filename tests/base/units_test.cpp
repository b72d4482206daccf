// Amounts, rates and times: the figures the project's texts start from, and exact rounding.
#include "base/units.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"

namespace inflight {

class UnitsTest : public QObject {
  Q_OBJECT

 private slots:
  void amounts_add_and_scale();
  void transmission_time_of_known_figures();
  void transmission_time_rounds_up();
  void bandwidth_delay_product_of_known_figures();
  void bandwidth_delay_product_is_exact();
  void seconds_round_to_the_nearest_nanosecond();
};

void UnitsTest::amounts_add_and_scale() {
  QCOMPARE((1_MiB - 1_KiB).value(), 1'047'552);
  QCOMPARE((1_KiB - 1_MiB).value(), -1'047'552);
  QCOMPARE((3 * 1_KiB).value(), 3072);
  QCOMPARE((10_B / 3).value(), 3);
  QCOMPARE(1_MiB / 1_KiB, 1024);
  QVERIFY(64_kbit < 1_Mbit && 1_Mbit < 1_Gbit);
  QCOMPARE((205_Mbit).megabits_per_second(), 205.0);
}

void UnitsTest::transmission_time_of_known_figures() {
  // 10 Mbit of data take 10 s at 1 Mbit/s and 0.1 s at 100 Mbit/s.
  QCOMPARE(transmission_time(ByteCount{1'250'000}, 1_Mbit), Duration{10s});
  QCOMPARE(transmission_time(ByteCount{1'250'000}, 100_Mbit), Duration{100ms});
  QCOMPARE(transmission_time(1500_B, 10_Gbit), Duration{1200ns});
  QCOMPARE(transmission_time(0_B, 1_Gbit), Duration{0});
}

void UnitsTest::transmission_time_rounds_up() {
  QCOMPARE(transmission_time(1_B, 3_Gbit), Duration{3ns});
  // 1000.0000001 ns: a link must never be faster than its rate, however little.
  const auto just_below_10_gbit = DataRate::bits_per_second(9'999'999'999);
  QCOMPARE(transmission_time(1250_B, just_below_10_gbit), Duration{1001ns});
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto bytes = static_cast<std::int64_t>(random.below(65'536));
    const auto rate = static_cast<std::int64_t>(1'000 + random.below(40'000'000'000));
    const std::int64_t bit_ns = bytes * 8'000'000'000;
    const std::int64_t expected = bit_ns / rate + (bit_ns % rate == 0 ? 0 : 1);
    QCOMPARE(transmission_time(ByteCount{bytes}, DataRate::bits_per_second(rate)).count(),
             expected);
  }
}

void UnitsTest::bandwidth_delay_product_of_known_figures() {
  QCOMPARE(bandwidth_delay_product(10_Gbit, 30ms).value(), 37'500'000);
  QCOMPARE(bandwidth_delay_product(10_Mbit, 100ms).value(), 125'000);
  QCOMPARE(bandwidth_delay_product(205_Mbit, 76ms).value(), 1'947'500);
}

void UnitsTest::bandwidth_delay_product_is_exact() {
  for (int megabits = 8; megabits <= 10'000; megabits += 8) {
    for (const int milliseconds : {1, 3, 7, 30, 41, 76, 140}) {
      const auto rate = DataRate::bits_per_second(megabits * std::int64_t{1'000'000});
      const auto product = bandwidth_delay_product(rate, std::chrono::milliseconds(milliseconds));
      QCOMPARE(product.value(), megabits / 8 * std::int64_t{1'000} * milliseconds);
    }
  }
}

void UnitsTest::seconds_round_to_the_nearest_nanosecond() {
  QCOMPARE(from_seconds(0.076), Duration{76ms});
  QCOMPARE(from_seconds(-0.076), Duration{-76ms});
  QCOMPARE(from_seconds(1.4e-9), Duration{1ns});
  QCOMPARE(from_seconds(1.6e-9), Duration{2ns});
  for (int ms = 0; ms < 100'000; ms += 7) {
    const Duration exact = std::chrono::milliseconds(ms);
    QCOMPARE(from_seconds(to_seconds(exact)), exact);
  }
}

namespace {
const testing::Register<UnitsTest> registered;
}

}  // namespace inflight

#include "units_test.moc"
