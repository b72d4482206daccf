// Thinning keeps what a picture needs.
#include "live/coalesce.h"

#include <QTest>

#include "live/message.h"
#include "live/sample_stream.h"
#include "support/registry.h"

namespace inflight::live {

class CoalesceTest : public QObject {
  Q_OBJECT

 private slots:
  void keeps_extremes_and_the_last_of_each_millisecond();
  void keeps_the_limit_that_held_longest();
  void a_stream_keeps_its_budget_and_every_event();
};

namespace {
using trace::SeriesId;
}  // namespace

void CoalesceTest::keeps_extremes_and_the_last_of_each_millisecond() {
  trace::Batch batch;
  const std::vector<double> first{5, 9, 1, 4, 3};
  for (std::size_t i = 0; i < first.size(); ++i) {
    batch.samples.push_back({SeriesId::Cwnd, {Instant{1ms + i * 100us}, first[i]}});
    batch.samples.push_back({SeriesId::Pipe, {Instant{1ms + i * 100us}, 7}});
  }
  batch.samples.push_back({SeriesId::Cwnd, {Instant{2ms}, 2}});
  coalesce(batch, 1ms);
  std::vector<double> cwnd;
  std::size_t pipe = 0;
  for (const auto& [series, sample] : batch.samples) {
    if (series == SeriesId::Cwnd) cwnd.push_back(sample.value);
    if (series == SeriesId::Pipe) ++pipe;
  }
  QCOMPARE(cwnd, (std::vector<double>{9, 1, 3, 2}));
  QCOMPARE(pipe, 2U);  // the first stands for both extremes
  QCOMPARE(batch.coalesced, 5U);
}

void CoalesceTest::keeps_the_limit_that_held_longest() {
  using trace::Limit;
  std::vector<std::pair<Instant, Limit>> limits{{Instant{1ms}, Limit::SlowStart},
                                                {Instant{1100us}, Limit::Idle},
                                                {Instant{1900us}, Limit::Recovery},
                                                {Instant{2ms}, Limit::Unknown}};
  coalesce_limits(limits, 1ms);
  QCOMPARE(limits.size(), 2U);
  QCOMPARE(limits[0].second, Limit::Idle);
}

void CoalesceTest::a_stream_keeps_its_budget_and_every_event() {
  trace::Recorder recorder;
  for (int i = 0; i < 20'000; ++i) {
    const Instant time{i * 2us};
    for (const SeriesId id : {SeriesId::Cwnd, SeriesId::BytesInFlight, SeriesId::Pipe,
                              SeriesId::SendBuffer, SeriesId::SentBytes}) {
      recorder.sample(id, time, 1e6 + (i * 7919) % 1000);
    }
    if (i % 100 == 0)
      recorder.event({.time = time, .kind = trace::EventKind::Retransmit, .detail = {}});
  }
  SampleStream stream;
  stream.take(recorder);
  const auto first = stream.poll(Instant{40ms});
  QVERIFY(first && first->size() <= SampleStream::kBudget);
  QVERIFY(!stream.poll(Instant{41ms}));
  std::size_t events = 0;
  for (auto line = first; line; line = stream.flush()) {
    const auto message = parse_line(*line);
    QVERIFY(message);
    events += std::get<Samples>(*message).batch.events.size();
  }
  QCOMPARE(events, 200U);
}

namespace {
const testing::Register<CoalesceTest> registered;
}

}  // namespace inflight::live

#include "coalesce_test.moc"
