// Sequence numbers modulo 2^32 (RFC 9293 §3.4) and their unwrapping into stream offsets.
#include "base/sequence.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"

namespace inflight {

class SequenceTest : public QObject {
  Q_OBJECT

 private slots:
  void compares_across_the_wrap_data();
  void compares_across_the_wrap();
  void arithmetic_wraps();
  void unwraps_next_to_the_reference_data();
  void unwraps_next_to_the_reference();
  void unwrap_undoes_wrap();
  void offsets_compare_plainly();
};

void SequenceTest::compares_across_the_wrap_data() {
  QTest::addColumn<quint32>("a");
  QTest::addColumn<quint32>("b");
  QTest::addColumn<qint32>("distance");
  QTest::newRow("equal") << 5U << 5U << 0;
  QTest::newRow("plain") << 7U << 5U << 2;
  QTest::newRow("negative") << 5U << 7U << -2;
  QTest::newRow("over the wrap") << 2U << 0xfffffffeU << 4;
  QTest::newRow("before the wrap") << 0xfffffffeU << 2U << -4;
  QTest::newRow("farthest ahead") << 0x7fffffffU << 0U << INT32_MAX;
  QTest::newRow("half the space is behind") << 0x80000000U << 0U << INT32_MIN;
}
void SequenceTest::compares_across_the_wrap() {
  QFETCH(const quint32, a);
  QFETCH(const quint32, b);
  QFETCH(const qint32, distance);
  const SeqNum first{a};
  const SeqNum second{b};
  QCOMPARE(first - second, distance);
  QCOMPARE(first < second, distance < 0);
  QCOMPARE(first <= second, distance <= 0);
  QCOMPARE(first > second, distance > 0);
  QCOMPARE(first >= second, distance >= 0);
  QCOMPARE(first == second, distance == 0);
}

void SequenceTest::arithmetic_wraps() {
  QCOMPARE((SeqNum{0xffffffff} + 1U).value(), 0U);
  QCOMPARE((SeqNum{0} - 1U).value(), 0xffffffffU);
}

void SequenceTest::unwraps_next_to_the_reference_data() {
  QTest::addColumn<quint32>("wire");
  QTest::addColumn<quint32>("initial");
  QTest::addColumn<qint64>("reference");
  QTest::addColumn<qint64>("expected");
  constexpr qint64 kWrap = qint64{1} << 32;
  constexpr quint32 kInitial = 0xfffffff0;
  QTest::newRow("the SYN") << kInitial << kInitial << qint64{0} << qint64{0};
  QTest::newRow("first byte") << kInitial + 1 << kInitial << qint64{0} << qint64{1};
  QTest::newRow("number wraps early") << 4U << kInitial << qint64{10} << qint64{20};
  QTest::newRow("before the SYN") << kInitial - 3 << kInitial << qint64{0} << qint64{-3};
  QTest::newRow("second lap") << 100U << 0U << kWrap << kWrap + 100;
  QTest::newRow("behind, second lap") << 0xfffffff0U << 0U << kWrap + 5 << kWrap - 16;
  QTest::newRow("farthest ahead") << 0x7fffffffU << 0U << qint64{0} << qint64{INT32_MAX};
  QTest::newRow("farthest behind") << 0x80000000U << 0U << qint64{0} << qint64{INT32_MIN};
  QTest::newRow("third lap") << 7U << 7U << 2 * kWrap - 1 << 2 * kWrap;
}
void SequenceTest::unwraps_next_to_the_reference() {
  QFETCH(const quint32, wire);
  QFETCH(const quint32, initial);
  QFETCH(const qint64, reference);
  QFETCH(const qint64, expected);
  QCOMPARE(unwrap(SeqNum{wire}, SeqNum{initial}, StreamOffset{reference}).value(), expected);
}

void SequenceTest::unwrap_undoes_wrap() {
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    const SeqNum initial{static_cast<std::uint32_t>(random.next())};
    const StreamOffset offset{static_cast<std::int64_t>(random.below(std::uint64_t{1} << 45))};
    const auto step = static_cast<std::int64_t>(random.below(std::uint64_t{1} << 32)) - INT32_MAX;
    const StreamOffset reference{offset.value() + step};
    QCOMPARE(unwrap(wrap(offset, initial), initial, reference).value(), offset.value());
  }
}

void SequenceTest::offsets_compare_plainly() {
  const StreamOffset a{(std::int64_t{1} << 40) + 5};
  const StreamOffset b{5};
  QVERIFY(b < a);
  QCOMPARE(wrap(a, SeqNum{9}).value(), wrap(b, SeqNum{9}).value());
  QCOMPARE((a - b).value(), std::int64_t{1} << 40);
  QCOMPARE((b + ByteCount{7}).value(), 12);
  QCOMPARE((b - ByteCount{7}).value(), -2);
}

namespace {
const testing::Register<SequenceTest> registered;
}

}  // namespace inflight

#include "sequence_test.moc"
