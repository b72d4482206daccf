// Proportional rate reduction against the figures of FACTS 2.3: what each ACK lets go, in segments.
#include "congestion/rate_reduction.h"

#include <QTest>
#include <vector>

#include "support/registry.h"

namespace inflight::testing {
using congestion::RateReduction;
using congestion::RecoveryAck;

class RateReductionTest : public QObject {
  Q_OBJECT

 private slots:
  void proportional_part_data();
  void proportional_part();
  void burst_loss();
  void a_safe_ack_adds_a_segment();
  void never_beyond_ssthresh();
  void an_ack_that_delivers_nothing_sends_nothing();
};

namespace {

constexpr ByteCount kMss{1000};

// What an ACK lets go; all of it is sent.
std::int64_t segments(RateReduction& reduction, RecoveryAck ack) {
  ack.mss = kMss;
  const ByteCount allowed = reduction.on_ack(ack) - ack.pipe;
  const std::int64_t count = allowed / kMss;
  reduction.on_sent(count * kMss);
  return count;
}

}  // namespace

void RateReductionTest::proportional_part_data() {
  QTest::addColumn<int>("ssthresh");
  QTest::addColumn<std::vector<std::int64_t>>("sent");
  QTest::newRow("half") << 10 << std::vector<std::int64_t>{1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
  QTest::newRow("seven tenths") << 14 << std::vector<std::int64_t>{1, 1, 1, 0, 1, 1, 0, 1, 1, 0};
}

void RateReductionTest::proportional_part() {
  QFETCH(int, ssthresh);
  QFETCH(std::vector<std::int64_t>, sent);
  RateReduction reduction(20 * kMss, ssthresh * kMss);
  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    seen.push_back(segments(reduction, {.delivered = kMss, .pipe = 19 * kMss}));
  }
  QCOMPARE(seen, sent);
}

void RateReductionTest::burst_loss() {
  // Fifteen of twenty are lost: ACKs of the others find 4, 5 and 6 in flight, and each lets one go
  // until SND.UNA moves.
  RateReduction reduction(20 * kMss, 10 * kMss);
  for (const int pipe : {4, 5, 6}) {
    QCOMPARE(segments(reduction, {.delivered = kMss, .pipe = pipe * kMss}), 1);
  }
}

void RateReductionTest::a_safe_ack_adds_a_segment() {
  RateReduction reduction(20 * kMss, 10 * kMss);
  QCOMPARE(segments(reduction, {.delivered = kMss, .pipe = 4 * kMss}), 1);
  QCOMPARE(segments(reduction, {.delivered = kMss, .pipe = 4 * kMss, .safe = true}), 2);
}

void RateReductionTest::never_beyond_ssthresh() {
  RateReduction reduction(20 * kMss, 10 * kMss);
  QCOMPARE(segments(reduction, {.delivered = 15 * kMss, .pipe = 8 * kMss, .safe = true}), 2);
}

void RateReductionTest::an_ack_that_delivers_nothing_sends_nothing() {
  RateReduction reduction(20 * kMss, 10 * kMss);
  QCOMPARE(segments(reduction, {.delivered = kMss, .pipe = 12 * kMss}), 1);
  QCOMPARE(segments(reduction, {.delivered = {}, .pipe = 5 * kMss}), 0);
}

}  // namespace inflight::testing

namespace {
const inflight::testing::Register<inflight::testing::RateReductionTest> registered;
}
#include "rate_reduction_test.moc"
