// Reassembly against a model that marks bytes one by one, and the order of SACK blocks (RFC 2018
// §4).
#include "tcp/reassembly.h"

#include <QTest>
#include <vector>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"

using namespace inflight;
using namespace inflight::tcp;

namespace {

Stretch stretch(std::int64_t begin, std::int64_t end) {
  return {StreamOffset{begin}, StreamOffset{end}};
}

// The same by one mark per byte.
struct Model {
  std::vector<bool> here = std::vector<bool>(4000);
  std::size_t next = 0;

  void insert(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) here[i] = true;
  }
  void advance() {
    while (next < here.size() && here[next]) ++next;
  }
  std::vector<Stretch> stretches() const {
    std::vector<Stretch> result;
    for (std::size_t i = next; i < here.size(); ++i) {
      if (!here[i]) continue;
      const auto at = static_cast<std::int64_t>(i);
      if (i == next || !here[i - 1]) result.push_back(stretch(at, at));
      result.back().end = StreamOffset{at + 1};
    }
    return result;
  }
};

}  // namespace

class ReassemblyTest : public QObject {
  Q_OBJECT

 private slots:
  void agrees_with_a_naive_model() {
    for (const std::uint64_t seed : testing::seeds(50)) {
      Random random(seed);
      Reassembly reassembly;
      Model model;
      for (int i = 0; i < 200; ++i) {
        const std::size_t begin = model.next + random.below(3500 - model.next);
        const std::size_t end = begin + random.below(60);
        const auto from = static_cast<std::int64_t>(begin);
        const auto to = static_cast<std::int64_t>(end);
        bool all = true;
        for (std::size_t k = begin; k < end; ++k) all = all && model.here[k];
        if (begin < end) QCOMPARE(reassembly.contains(stretch(from, to)), all);
        QVERIFY(reassembly.insert(stretch(from, to)));
        model.insert(begin, end);
        const bool moves = begin < end && begin == model.next;
        if (moves) {
          model.advance();
          const auto next = reassembly.advance(StreamOffset{to});
          QCOMPARE(next.value(), static_cast<std::int64_t>(model.next));
        }
        // Bytes at `next` itself would have been taken off.
        if (model.here[model.next]) continue;
        QVERIFY2(reassembly.stretches() == model.stretches(), qPrintable(QString::number(seed)));
        ByteCount held;
        for (const Stretch& each : reassembly.stretches()) held += each.end - each.begin;
        QVERIFY(held == reassembly.held());
        if (begin < end && !moves) {
          const auto blocks = reassembly.recent(4);
          QVERIFY(!blocks.empty() && blocks[0].begin.value() <= from &&
                  blocks[0].end.value() >= to);
        }
      }
    }
  }

  // RFC 2018 §4: the block of the segment that came last stands first, then those reported before
  // it.
  void blocks_stand_newest_first() {
    Reassembly reassembly;
    for (const std::int64_t at : {10, 30, 50, 70, 90}) reassembly.insert(stretch(at, at + 5));
    using Blocks = std::vector<Stretch>;
    const auto recent = [&](std::size_t max) {
      const auto blocks = reassembly.recent(max);
      return Blocks(blocks.begin(), blocks.end());
    };
    QVERIFY(recent(4) ==
            Blocks({stretch(90, 95), stretch(70, 75), stretch(50, 55), stretch(30, 35)}));
    reassembly.insert(stretch(35, 40));
    QVERIFY(recent(3) == Blocks({stretch(30, 40), stretch(90, 95), stretch(70, 75)}));
    // Two blocks grow together: one is left, at the front.
    reassembly.insert(stretch(75, 90));
    QVERIFY(recent(3) == Blocks({stretch(70, 95), stretch(30, 40), stretch(50, 55)}));
    QVERIFY(reassembly.advance(StreamOffset{30}) == StreamOffset{40});
    QVERIFY(recent(3) == Blocks({stretch(70, 95), stretch(50, 55)}));
    QVERIFY(recent(0).empty());
  }

  void touching_stretches_are_one() {
    Reassembly reassembly;
    reassembly.insert(stretch(10, 20));
    reassembly.insert(stretch(20, 30));
    reassembly.insert(stretch(5, 10));
    QCOMPARE(reassembly.stretches().size(), std::size_t{1});
    QVERIFY(reassembly.held() == ByteCount{25});
    QVERIFY(reassembly.contains(stretch(5, 30)));
    QVERIFY(!reassembly.contains(stretch(5, 31)) && !reassembly.contains(stretch(4, 30)));
  }

  void refuses_one_hole_too_many() {
    Reassembly reassembly;
    for (std::size_t i = 0; i < Reassembly::kMaxStretches; ++i) {
      QVERIFY(reassembly.insert(
          stretch(10 + 2 * static_cast<std::int64_t>(i), 11 + 2 * static_cast<std::int64_t>(i))));
    }
    QVERIFY(!reassembly.insert(stretch(100'000, 100'001)));
    // What opens no hole is still taken.
    QVERIFY(reassembly.insert(stretch(11, 12)));
    QVERIFY(reassembly.insert(stretch(100'000, 100'001)));
  }
};

namespace {
const inflight::testing::Register<ReassemblyTest> registered;
}
#include "reassembly_test.moc"
