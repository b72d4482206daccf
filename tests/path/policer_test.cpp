// The policer: exact credit, what passes after a pause, and its long-run rate over seeds.
#include "path/policer.h"

#include <QTest>

#include "packets.h"
#include "support/registry.h"
#include "support/seeds.h"

using namespace inflight;
using path::Policer;
using path::PolicerConfig;
using path::testing::at;

class PolicerTest : public QObject {
  Q_OBJECT

 private slots:
  void passes_everything_without_a_rate() {
    Policer policer{std::nullopt};
    for (int i = 0; i < 1000; ++i) QVERIFY(!policer.takes(ByteCount{1500}, at(0s)));
  }

  // 8 Mbit/s is a byte in a microsecond.
  void credit_is_exact() {
    Policer policer{PolicerConfig{8_Mbit, ByteCount{3000}}};
    QVERIFY(!policer.takes(ByteCount{3000}, at(0s)));
    QVERIFY(policer.takes(ByteCount{1000}, at(1ms - 1ns)));
    QVERIFY(!policer.takes(ByteCount{1000}, at(1ms)));
    QVERIFY(policer.takes(ByteCount{1}, at(1ms)));
    // No more than the burst, however long nothing came.
    QVERIFY(policer.takes(ByteCount{3001}, at(24h)));
    QVERIFY(!policer.takes(ByteCount{3000}, at(24h)));
    QVERIFY(policer.takes(ByteCount{1}, at(24h)));
  }

  void changes_keep_the_credit() {
    Policer policer{PolicerConfig{8_Mbit, ByteCount{3000}}};
    QVERIFY(!policer.takes(ByteCount{2000}, at(0s)));
    policer.set(PolicerConfig{16_Mbit, ByteCount{10'000}}, at(500us));
    // 1,000 left, 500 at the old rate, 500 us at the new one give 1,000.
    QVERIFY(policer.takes(ByteCount{2501}, at(1ms)));
    QVERIFY(!policer.takes(ByteCount{2500}, at(1ms)));
    policer.set(PolicerConfig{16_Mbit, ByteCount{100}}, at(1s));
    QVERIFY(policer.takes(ByteCount{101}, at(1s)));
    QVERIFY(!policer.takes(ByteCount{100}, at(1s)));
    policer.set(std::nullopt, at(1s));
    QVERIFY(!policer.takes(ByteCount{100'000}, at(1s)));
    // A new one is full.
    policer.set(PolicerConfig{8_Mbit, ByteCount{3000}}, at(2s));
    QVERIFY(!policer.takes(ByteCount{3000}, at(2s)));
  }

  void largest_figures_do_not_overflow() {
    Policer policer{PolicerConfig{100_Gbit, Policer::kLargestBurst}};
    QVERIFY(!policer.takes(Policer::kLargestBurst, at(0s)));
    QVERIFY(policer.takes(ByteCount{1}, at(0s)));
    QVERIFY(!policer.takes(Policer::kLargestBurst, at(24h * 365)));
  }

  // What passes in any run is at most burst + rate x time, and with enough offered little less.
  void keeps_its_rate_over_seeds() {
    for (const std::uint64_t seed : inflight::testing::seeds(200)) {
      Random random{seed};
      const PolicerConfig config{
          DataRate::bits_per_second(static_cast<std::int64_t>(100'000 + random.below(50'000'000))),
          ByteCount{static_cast<std::int64_t>(3000 + random.below(100'000))}};
      Policer policer{config};
      std::int64_t passed = 0;
      Instant now{};
      for (int i = 0; i < 2000; ++i) {
        // Twice the rate on average.
        const auto size = static_cast<std::int64_t>(40 + random.below(1461));
        if (!policer.takes(ByteCount{size}, now)) passed += size;
        const std::int64_t usual = size * 8 * 1'000'000'000 / config.rate.bits_per_second();
        now += Duration{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(usual)))};
      }
      const double most = static_cast<double>(config.burst.value()) +
                          config.rate.bytes_per_second() * to_seconds(now - Instant{});
      const bool kept =
          static_cast<double>(passed) <= most &&
          static_cast<double>(passed) >= most - 1500 - static_cast<double>(config.burst.value());
      QVERIFY2(kept, qPrintable("seed " + QString::number(seed)));
    }
  }
};

namespace {
const inflight::testing::Register<PolicerTest> registered;
}
#include "policer_test.moc"
