// The server's samples on our time line: mapped, kept in order, and only what is the server's to
// tell.
#include "live/remote_samples.h"

#include <QTest>

#include "support/registry.h"

namespace inflight::live {

class RemoteSamplesTest : public QObject {
  Q_OBJECT

 private slots:
  void the_shortest_round_trip_decides();
  void times_are_mapped_and_never_go_back();
  void each_direction_has_its_own_series();
};

namespace {

using trace::SeriesId;

// The server's clock is 100 s ahead.
ClockOffset ahead() {
  ClockOffset offset;
  offset.on_answer(Instant{1s}, Instant{101s}, Instant{1s});
  return offset;
}

trace::Batch batch_of(SeriesId series, std::initializer_list<trace::Sample> samples) {
  trace::Batch batch;
  for (const trace::Sample& sample : samples) batch.samples.push_back({series, sample});
  return batch;
}

}  // namespace

void RemoteSamplesTest::the_shortest_round_trip_decides() {
  ClockOffset offset;
  QVERIFY(!offset.round_trip());
  offset.on_answer(Instant{0ms}, Instant{5'080ms}, Instant{100ms});
  offset.on_answer(Instant{200ms}, Instant{5'210ms}, Instant{220ms});
  offset.on_answer(Instant{300ms}, Instant{5'390ms}, Instant{400ms});
  QCOMPARE(offset.round_trip(), std::optional<Duration>(20ms));
  QCOMPARE(offset.uncertainty(), Duration{10ms});
  QCOMPARE(offset.to_ours(Instant{6s}), Instant{1s});
}

void RemoteSamplesTest::times_are_mapped_and_never_go_back() {
  trace::Recorder recorder;
  RemoteSamples remote(Direction::Down, ahead(), Instant{2s});
  // Before our t = 0; then in order; then, in another batch, before what was recorded; then too
  // late.
  remote.record(batch_of(SeriesId::Cwnd, {{Instant{101s}, 1}, {Instant{103s}, 2}}), kNever,
                recorder);
  remote.record(batch_of(SeriesId::Cwnd, {{Instant{102'500ms}, 3}, {Instant{110s}, 4}}),
                Instant{5s}, recorder);
  const trace::Batch out = recorder.take_batch();
  QCOMPARE(out.samples.size(), 2U);
  QCOMPARE(out.samples[0].sample, (trace::Sample{Instant{}, 1}));
  QCOMPARE(out.samples[1].sample, (trace::Sample{Instant{1s}, 3}));
}

void RemoteSamplesTest::each_direction_has_its_own_series() {
  for (const Direction direction : {Direction::Down, Direction::Up}) {
    trace::Recorder recorder;
    RemoteSamples remote(direction, ahead(), Instant{2s});
    trace::Batch batch = batch_of(SeriesId::ReadBytes, {{Instant{103s}, 7}});
    batch.samples.push_back({SeriesId::Cwnd, {Instant{103s}, 8}});
    batch.samples.push_back({SeriesId::WireBytes, {Instant{103s}, 9}});
    batch.events.push_back(
        {.time = Instant{103s}, .kind = trace::EventKind::Retransmit, .detail = {}});
    remote.record(batch, kNever, recorder);
    const trace::Batch out = recorder.take_batch();
    const bool down = direction == Direction::Down;
    QCOMPARE(out.samples.size(), 1U);
    QCOMPARE(out.samples[0].series, down ? SeriesId::Cwnd : SeriesId::ReadBytes);
    QCOMPARE(out.events.size(), down ? 1U : 0U);
    QCOMPARE(remote.bytes_read(), ByteCount{down ? 0 : 7});
  }
}

namespace {
const testing::Register<RemoteSamplesTest> registered;
}

}  // namespace inflight::live

#include "remote_samples_test.moc"
