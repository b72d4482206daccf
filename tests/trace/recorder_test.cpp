// What the recorder keeps, what it drops, and that its hash does not depend on the batches.
#include "trace/recorder.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::trace;
using inflight::testing::at_ms;

class RecorderTest : public QObject {
  Q_OBJECT
 private slots:
  void unchangedGaugesAddNothing() {
    Recorder recorder;
    recorder.sample(SeriesId::Cwnd, at_ms(1), 10);
    recorder.sample(SeriesId::Cwnd, at_ms(2), 10);
    recorder.sample(SeriesId::Cwnd, at_ms(3), 10, Repeat::Keep);
    recorder.sample(SeriesId::RttSample, at_ms(3), 0.05);
    recorder.sample(SeriesId::RttSample, at_ms(3), 0.05);
    const Batch batch = recorder.take_batch();
    QCOMPARE(batch.samples.size(), std::size_t{4});
    QCOMPARE(batch.until, at_ms(3));
    recorder.sample(SeriesId::Cwnd, at_ms(4), 10);
    QVERIFY(recorder.empty());
  }

  void lastValueOfAnInstantRemains() {
    Recorder recorder;
    recorder.sample(SeriesId::Cwnd, at_ms(1), 10);
    recorder.sample(SeriesId::ReadBytes, at_ms(1), 1000);
    recorder.sample(SeriesId::Cwnd, at_ms(1), 11);
    recorder.sample(SeriesId::Cwnd, at_ms(1), 12);
    Batch batch = recorder.take_batch();
    QCOMPARE(batch.samples.size(), std::size_t{2});
    QCOMPARE(batch.samples[0].sample.value, 12.0);
    // What went out stays as it was: the same instant again is a second sample.
    recorder.sample(SeriesId::Cwnd, at_ms(1), 13);
    batch = recorder.take_batch();
    QCOMPARE(batch.samples.size(), std::size_t{1});
  }

  void limitsAndProgress() {
    Recorder recorder;
    recorder.limit(at_ms(0), Limit::Handshake);
    recorder.limit(at_ms(5), Limit::SlowStart);
    recorder.limit(at_ms(6), Limit::SlowStart);
    recorder.advance(at_ms(20));
    Trace trace;
    trace.append(recorder.take_batch());
    recorder.limit(at_ms(30), Limit::Recovery);
    recorder.advance(at_ms(40));
    trace.append(recorder.take_batch());
    QCOMPARE(trace.limits.intervals().size(), std::size_t{3});
    QCOMPARE(trace.limits.intervals()[1].end, at_ms(30));
    QCOMPARE(trace.end(), at_ms(40));
  }

  void lateEventsFindTheirPlace() {
    Trace trace;
    Batch batch;
    for (const double time : {1.0, 5.0, 3.0, 3.0, 9.0})
      batch.events.push_back({.time = at_ms(time)});
    trace.append(batch);
    QVERIFY(std::ranges::is_sorted(trace.events, {}, &Event::time));
    QCOMPARE(trace.events.size(), std::size_t{5});
  }

  void hashIgnoresBatches() {
    const auto run = [](int batch_every, double nudge) {
      Recorder recorder;
      Random random(3);
      for (int i = 0; i < 500; ++i) {
        recorder.sample(static_cast<SeriesId>(random.below(kSeriesCount)), at_ms(i),
                        static_cast<double>(random.below(5)) + (i == 250 ? nudge : 0));
        std::array<std::uint8_t, 77> packet{};
        random.fill(packet);
        recorder.hash_bytes(packet);
        if (i % 50 == 0) recorder.event({.time = at_ms(i), .kind = EventKind::Loss});
        if (i % batch_every == 0) static_cast<void>(recorder.take_batch());
      }
      return recorder.hash();
    };
    QCOMPARE(run(1, 0), run(1000, 0));
    QVERIFY(run(7, 0) != run(7, 1e-9));
  }

  // Computed by an independent program: the hash is part of the files and must not change between
  // builds.
  void hashIsStable() {
    RunHash hash;
    hash.add(std::uint64_t{42});
    hash.add(1.5);
    std::array<std::uint8_t, 100> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    hash.add(bytes);
    QCOMPARE(hash.value(), quint64{6470867036961954525ULL});
  }

  void everyByteMatters() {
    std::array<std::uint8_t, 100> bytes{};
    const auto hash = [&] {
      RunHash h;
      h.add(bytes);
      return h.value();
    };
    const std::uint64_t original = hash();
    for (std::uint8_t& byte : bytes) {
      byte ^= 1;
      QVERIFY(hash() != original);
      byte ^= 1;
    }
  }
};

namespace {
const inflight::testing::Register<RecorderTest> registered;
}
#include "recorder_test.moc"
