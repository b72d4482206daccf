// The seeded generator: against the published algorithm's known output, its streams, its ranges.
#include "base/random.h"

#include <QTest>
#include <array>
#include <set>

#include "support/registry.h"

namespace inflight {

class RandomTest : public QObject {
  Q_OBJECT

 private slots:
  void gives_the_numbers_of_the_reference();
  void same_seed_same_numbers();
  void a_fork_does_not_depend_on_what_was_drawn();
  void forks_differ_by_label_and_by_nesting();
  void below_stays_below_and_reaches_all();
  void below_is_even();
  void chance_at_its_limits();
  void uniform_has_the_right_mean();
  void fills_any_length();
};

void RandomTest::gives_the_numbers_of_the_reference() {
  // xoshiro256** with a state of four SplitMix64 outputs from seed 0, as other libraries seed it.
  Random random(0);
  QCOMPARE(random.next(), std::uint64_t{0x99ec5f36cb75f2b4U});
  QCOMPARE(random.next(), std::uint64_t{0xbf6e1f784956452aU});
  QCOMPARE(random.next(), std::uint64_t{0x1a5f849d4933e6e0U});
  QCOMPARE(random.next(), std::uint64_t{0x6aa594f1262d2d2cU});
}

void RandomTest::same_seed_same_numbers() {
  Random a(42);
  Random b(42);
  Random c(43);
  QCOMPARE(a.next(), b.next());
  QVERIFY(a.next() != c.next());
}

void RandomTest::a_fork_does_not_depend_on_what_was_drawn() {
  Random a(7);
  const Random b(7);
  for (int i = 0; i < 10; ++i) a.next();
  QCOMPARE(a.fork("loss").next(), b.fork("loss").next());
}

void RandomTest::forks_differ_by_label_and_by_nesting() {
  const Random root(7);
  std::set<std::uint64_t> firsts;
  for (const char* label : {"", "a", "b", "loss", "jitter"}) {
    firsts.insert(root.fork(label).next());
    firsts.insert(root.fork("a").fork(label).next());
    firsts.insert(root.fork("b").fork(label).next());
  }
  firsts.insert(Random(7).next());
  QCOMPARE(firsts.size(), 16U);
}

void RandomTest::below_stays_below_and_reaches_all() {
  Random random(1);
  QCOMPARE(random.below(1), std::uint64_t{0});
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.below(7));
  QCOMPARE(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
  for (int i = 0; i < 100; ++i) QVERIFY(random.below(UINT64_MAX) < UINT64_MAX);
}

void RandomTest::below_is_even() {
  Random random(2);
  // Taking the remainder alone would favour the lower third of this bound two to one.
  constexpr std::uint64_t kBound = UINT64_MAX / 4 * 3;
  int low = 0;
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) low += random.below(kBound) < kBound / 3 ? 1 : 0;
  QVERIFY(std::abs(low - kDraws / 3) < 500);
}

void RandomTest::chance_at_its_limits() {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    QVERIFY(!random.chance(0));
    QVERIFY(random.chance(1));
  }
}

void RandomTest::uniform_has_the_right_mean() {
  Random random(4);
  double sum = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform();
    QVERIFY(value >= 0 && value < 1);
    sum += value;
  }
  QVERIFY(std::abs(sum / kDraws - 0.5) < 0.005);
}

void RandomTest::fills_any_length() {
  for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 17U}) {
    std::array<std::uint8_t, 24> a{};
    Random random(5);
    random.fill(MutableBytes(a).first(size));
    for (std::size_t i = size; i < a.size(); ++i) QCOMPARE(a[i], 0);
    if (size < 8) continue;
    ByteReader reader(a);
    QCOMPARE(reader.u64le(), Random(5).next());
  }
}

namespace {
const testing::Register<RandomTest> registered;
}

}  // namespace inflight

#include "random_test.moc"
