// Scoreboard: RFC 6675's IsLost, SetPipe and NextSeg by rows, and all totals against a model that
// looks at every segment each time.
#include "tcp/scoreboard.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"

using namespace inflight;
using namespace inflight::tcp;

namespace {

constexpr std::int64_t kMss = 1000;

// Segment n, counted from 0, is [n * 1000, (n + 1) * 1000).
StreamOffset at(std::int64_t segment) { return StreamOffset{segment * kMss}; }
Stretch segments(std::int64_t first, std::int64_t last) { return {at(first), at(last + 1)}; }

congestion::SendStamp at_time(Duration time) {
  return {.delivered = {}, .delivered_time = {}, .first_sent = {}, .sent = Instant{} + time};
}

Scoreboard sent(int count) {
  Scoreboard board;
  for (int i = 0; i < count; ++i) board.on_sent(at(i), at(i + 1), at_time(i * 1ms));
  return board;
}

bool sack(Scoreboard& board, std::vector<Stretch> blocks) {
  Delivered delivered;
  board.apply_sack(blocks, delivered);
  return board.mark_lost_by_sack(ByteCount{kMss});
}

// "0 1" of the segments that wait to be sent again, in the order in which they would be.
QString resend_all(Scoreboard& board) {
  QStringList order;
  while (const SentSegment* lost = board.next_lost()) {
    order << QString::number(lost->begin.value() / kMss);
    board.on_retransmitted(lost->begin, at_time(1s));
  }
  return order.join(' ');
}

// The RFC's words, looked up for each segment from nothing but the marks.
struct Model {
  struct Entry {
    bool sacked = false;
    bool lost = false;
    bool again = false;
  };
  std::vector<Entry> entries;
  std::size_t first = 0;

  bool is_lost(std::size_t i) const {
    int ranges = 0;
    std::int64_t bytes = 0;
    for (std::size_t k = i + 1; k < entries.size(); ++k) {
      if (!entries[k].sacked) continue;
      bytes += kMss;
      if (!entries[k - 1].sacked || k == i + 1) ++ranges;
    }
    return ranges >= 3 || bytes > 2 * kMss;
  }
  void judge() {
    for (std::size_t i = first; i < entries.size(); ++i)
      if (!entries[i].sacked && is_lost(i)) entries[i].lost = true;
  }
  std::int64_t pipe() const {
    std::int64_t total = 0;
    for (std::size_t i = first; i < entries.size(); ++i) {
      if (!entries[i].sacked)
        total += kMss * ((entries[i].lost ? 0 : 1) + (entries[i].again ? 1 : 0));
    }
    return total;
  }
  std::int64_t next_lost() const {
    for (std::size_t i = first; i < entries.size(); ++i)
      if (entries[i].lost && !entries[i].sacked && !entries[i].again)
        return static_cast<std::int64_t>(i);
    return -1;
  }
  std::int64_t next_hole() const {
    std::size_t highest = 0;
    for (std::size_t i = first; i < entries.size(); ++i)
      if (entries[i].sacked) highest = i;
    for (std::size_t i = first; i < highest; ++i)
      if (!entries[i].sacked && !entries[i].again) return static_cast<std::int64_t>(i);
    return -1;
  }
};

std::int64_t number(const SentSegment* segment) {
  return segment == nullptr ? -1 : segment->begin.value() / kMss;
}

}  // namespace

class ScoreboardTest : public QObject {
  Q_OBJECT

 private slots:
  void three_ranges_above_mean_lost() {
    Scoreboard board = sent(10);
    QVERIFY(!sack(board, {segments(1, 1)}));
    QVERIFY(!sack(board, {segments(3, 3), segments(1, 1)}));
    QVERIFY(sack(board, {segments(5, 5), segments(3, 3), segments(1, 1)}));
    // 2 has only two ranges above it.
    QCOMPARE(resend_all(board), QString("0"));
    QVERIFY(sack(board, {segments(7, 7), segments(5, 5), segments(3, 3), segments(1, 1)}));
    QCOMPARE(resend_all(board), QString("2"));
  }

  // "More than 2 * SMSS bytes": exactly two are not enough.
  void more_than_two_segments_above_mean_lost() {
    Scoreboard board = sent(10);
    QVERIFY(!sack(board, {segments(4, 5)}));
    QVERIFY(sack(board, {segments(4, 6)}));
    QCOMPARE(resend_all(board), QString("0 1 2 3"));
    QVERIFY(!sack(board, {segments(4, 6)}));
  }

  void pipe_counts_as_set_pipe_does() {
    Scoreboard board = sent(10);
    QVERIFY(board.pipe() == ByteCount{10 * kMss});
    sack(board, {segments(4, 6)});
    // 0..3 lost, 4..6 arrived: 7, 8, 9 are left.
    QVERIFY(board.pipe() == ByteCount{3 * kMss} && board.sacked() == ByteCount{3 * kMss});
    board.on_retransmitted(at(0), at_time(1s));
    QVERIFY(board.pipe() == ByteCount{4 * kMss});
    Delivered delivered;
    board.acknowledge(at(1), delivered);
    QVERIFY(board.pipe() == ByteCount{3 * kMss} && delivered.bytes == ByteCount{kMss});
    // A hole sent again without being lost counts twice.
    board.on_retransmitted(at(7), at_time(1s));
    QVERIFY(board.pipe() == ByteCount{4 * kMss});
    QVERIFY(board.is_consistent());
  }

  void next_seg_rules() {
    Scoreboard board = sent(8);
    sack(board, {segments(2, 2), segments(5, 5)});
    // Rule 1: nothing is lost. Rule 3: 0, 1, 3, 4 are holes. Rule 4: 7 is the last.
    QVERIFY(board.next_lost() == nullptr);
    QStringList holes;
    while (const SentSegment* hole = board.next_unsacked_hole()) {
      holes << QString::number(number(hole));
      board.on_retransmitted(hole->begin, at_time(0ms));
    }
    QCOMPARE(holes.join(' '), QString("0 1 3 4"));
    QCOMPARE(number(board.last_unsacked()), 7);
    sack(board, {segments(7, 7)});
    QCOMPARE(number(board.last_unsacked()), 6);
  }

  void a_timeout_makes_everything_lost_that_is_not_sacked() {
    Scoreboard board = sent(6);
    sack(board, {segments(2, 4)});
    board.on_retransmitted(at(0), at_time(0ms));
    board.mark_all_lost();
    QVERIFY(board.pipe() == ByteCount{0});
    QCOMPARE(resend_all(board), QString("0 1 5"));
  }

  void an_acknowledgment_inside_a_segment_keeps_the_rest() {
    Scoreboard board = sent(2);
    Delivered delivered;
    board.acknowledge(StreamOffset{400}, delivered);
    QVERIFY(delivered.bytes == ByteCount{400} && board.pipe() == ByteCount{1600});
    QVERIFY(board.front().begin == StreamOffset{400});
    const SentSegment* piece = board.split(StreamOffset{400}, ByteCount{250});
    QVERIFY(piece->end == StreamOffset{650});
    QCOMPARE(board.size(), std::size_t{3});
    QVERIFY(board.pipe() == ByteCount{1600} && board.is_consistent());
    QVERIFY(board.split(StreamOffset{401}, ByteCount{250}) == nullptr);
  }

  // Karn: what was sent again gives no round-trip sample.
  void samples_come_from_what_was_sent_once() {
    Scoreboard board = sent(4);
    board.mark_first_lost();
    board.on_retransmitted(at(0), at_time(1s));
    Delivered one;
    board.acknowledge(at(1), one);
    QVERIFY(!one.latest_sent && one.filled_hole);
    Delivered two;
    board.acknowledge(at(3), two);
    QVERIFY(two.latest_sent == Instant{} + 2ms && !two.filled_hole);
    Delivered three;
    board.apply_sack(std::vector{segments(3, 3)}, three);
    QVERIFY(three.latest_sent == Instant{} + 3ms && three.newly_sacked);
  }

  // A block may end inside a segment, when the receiver's window cut it, and cover it all later.
  void a_block_that_grows_over_a_segment() {
    Scoreboard board = sent(4);
    sack(board, {{at(1), StreamOffset{2500}}});
    QVERIFY(board.sacked() == ByteCount{kMss});
    sack(board, {{at(1), at(3)}});
    QVERIFY(board.sacked() == ByteCount{2 * kMss});
  }

  void agrees_with_a_naive_model() {
    for (const std::uint64_t seed : testing::seeds(200)) {
      Random random(seed);
      Scoreboard board;
      Model model;
      for (int step = 0; step < 120; ++step) {
        act(random, board, model);
        const QByteArray where = QString("seed %1 step %2").arg(seed).arg(step).toUtf8();
        QVERIFY2(board.is_consistent(), where);
        QVERIFY2(board.pipe().value() == model.pipe(), where);
        QVERIFY2(number(board.next_lost()) == model.next_lost(), where);
        QVERIFY2(number(board.next_unsacked_hole()) == model.next_hole(), where);
      }
    }
  }

 private:
  static void act(Random& random, Scoreboard& board, Model& model) {
    const std::size_t outstanding = model.entries.size() - model.first;
    switch (random.below(outstanding == 0 ? 1 : 6)) {
      case 0:
        for (std::uint64_t n = random.below(8) + 1; n > 0; --n) {
          const auto i = static_cast<std::int64_t>(model.entries.size());
          board.on_sent(at(i), at(i + 1), at_time(0ms));
          model.entries.emplace_back();
        }
        return;
      case 1: {
        if (random.below(4) != 0) return;
        model.first += random.below(outstanding + 1);
        // A receiver acknowledges all that it holds in order.
        while (model.first < model.entries.size() && model.entries[model.first].sacked)
          ++model.first;
        Delivered delivered;
        board.acknowledge(at(static_cast<std::int64_t>(model.first)), delivered);
        return;
      }
      case 2:
      case 3:
        sack_some(random, board, model);
        return;
      case 4:
        if (const std::int64_t next = model.next_lost(); next >= 0) {
          board.on_retransmitted(at(next), at_time(0ms));
          model.entries[static_cast<std::size_t>(next)].again = true;
        }
        return;
      default:
        if (random.below(6) != 0) return;
        board.mark_all_lost();
        for (std::size_t i = model.first; i < model.entries.size(); ++i) {
          if (!model.entries[i].sacked)
            model.entries[i] = {.sacked = false, .lost = true, .again = false};
        }
    }
  }

  // As a receiver does: blocks cover all it holds around some places.
  static void sack_some(Random& random, Scoreboard& board, Model& model) {
    std::vector<Stretch> blocks;
    for (std::uint64_t n = random.below(3) + 1; n > 0; --n) {
      const std::size_t place = model.first + 1 + random.below(model.entries.size() - model.first);
      if (place >= model.entries.size()) continue;
      model.entries[place].sacked = true;
      std::size_t begin = place;
      std::size_t end = place + 1;
      while (begin > model.first + 1 && model.entries[begin - 1].sacked) --begin;
      while (end < model.entries.size() && model.entries[end].sacked) ++end;
      blocks.push_back({at(static_cast<std::int64_t>(begin)), at(static_cast<std::int64_t>(end))});
    }
    Delivered delivered;
    board.apply_sack(blocks, delivered);
    board.mark_lost_by_sack(ByteCount{kMss});
    model.judge();
  }
};

namespace {
const inflight::testing::Register<ScoreboardTest> registered;
}
#include "scoreboard_test.moc"
