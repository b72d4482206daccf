// The way out of an engine thread: room, waiting, coalescing, abandoning.
#include "ui/bridge/run_queue.h"

#include <QTest>
#include <atomic>
#include <thread>

#include "support/registry.h"
#include "ui/bridge/coalesce.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// n samples of one series, one every 100 us, from `begin`.
Delivery delivery(Instant begin, int n, trace::SeriesId series = trace::SeriesId::Cwnd) {
  trace::Batch batch;
  for (int i = 0; i < n; ++i) {
    batch.samples.push_back({series, {begin + i * 100us, static_cast<double>(i)}});
  }
  batch.until = begin + n * 100us;
  return {std::make_shared<const trace::Batch>(std::move(batch)), nullptr, {}, {}};
}

}  // namespace

class RunQueueTest : public QObject {
  Q_OBJECT

 private slots:
  void takes_what_was_pushed_in_order() {
    RunQueue queue(WhenFull::Wait);
    QVERIFY(queue.push(delivery(Instant{}, 1)));
    QVERIFY(queue.push(delivery(Instant{1s}, 1)));
    queue.finish({RunOutcome::Finished, {}});
    const auto taken = queue.takeAll();
    QCOMPARE(taken.deliveries.size(), std::size_t{2});
    QCOMPARE(taken.deliveries[1].batch->samples.front().sample.time, Instant{1s});
    QVERIFY(taken.end.has_value());
    QVERIFY(!queue.takeAll().end.has_value());
  }

  void a_full_queue_makes_the_lab_wait_until_there_is_room() {
    RunQueue queue(WhenFull::Wait, 100);
    QVERIFY(queue.push(delivery(Instant{}, 90)));
    std::atomic<bool> isThrough = false;
    std::thread engine([&] {
      queue.push(delivery(Instant{1s}, 90));
      isThrough = true;
    });
    std::size_t batches = queue.takeAll().deliveries.size();
    while (batches < 2) batches += queue.takeAll().deliveries.size();
    engine.join();
    QVERIFY(isThrough);
    QCOMPARE(batches, std::size_t{2});
  }

  void a_batch_larger_than_the_queue_still_passes() {
    RunQueue queue(WhenFull::Wait, 10);
    QVERIFY(queue.push(delivery(Instant{}, 1000)));
    QCOMPARE(queue.takeAll().deliveries.size(), std::size_t{1});
  }

  void abandoning_wakes_an_engine_that_waits() {
    RunQueue queue(WhenFull::Wait, 10);
    QVERIFY(queue.push(delivery(Instant{}, 10)));
    std::atomic<bool> result = true;
    std::thread engine([&] { result = queue.push(delivery(Instant{1s}, 10)); });
    queue.abandon();
    engine.join();
    QVERIFY(!result);
    QVERIFY(!queue.push(delivery(Instant{2s}, 1)));
  }

  void a_live_run_never_waits_and_counts_what_was_merged() {
    RunQueue queue(WhenFull::Coalesce, 100);
    std::size_t pushed = 0;
    for (int i = 0; i < 50; ++i) {
      QVERIFY(queue.push(delivery(Instant{i * 10ms}, 100)));
      pushed += 100;
    }
    std::size_t kept = 0;
    std::uint64_t merged = 0;
    for (const auto& taken : queue.takeAll().deliveries) {
      kept += taken.batch->samples.size();
      merged += taken.batch->coalesced;
    }
    QCOMPARE(kept + merged, pushed);
    QVERIFY(kept < pushed / 2);
  }

  void coalescing_keeps_minimum_maximum_and_last() {
    trace::Batch first;
    trace::Batch second;
    const double values[] = {5, 1, 9, 4};
    for (int i = 0; i < 4; ++i) {
      auto& batch = i < 2 ? first : second;
      batch.samples.push_back({trace::SeriesId::Cwnd, {Instant{i * 10us}, values[i]}});
    }
    const auto merged = coalesce(first, second);
    std::vector<double> kept;
    for (const auto& sample : merged->samples) kept.push_back(sample.sample.value);
    QCOMPARE(kept, (std::vector<double>{1, 9, 4}));
    QCOMPARE(merged->coalesced, std::uint64_t{1});
  }

  void coalescing_keeps_counters_events_and_limits() {
    auto first = *delivery(Instant{}, 10, trace::SeriesId::ReadBytes).batch;
    auto second = *delivery(Instant{1ms}, 10, trace::SeriesId::ReadBytes).batch;
    first.events.push_back({Instant{}, trace::EventKind::Loss});
    second.events.push_back({Instant{1ms}, trace::EventKind::Retransmit});
    second.limits.emplace_back(Instant{1ms}, trace::Limit::Recovery);
    const auto merged = coalesce(first, second);
    QCOMPARE(merged->samples.size(), std::size_t{20});
    QCOMPARE(merged->events.size(), std::size_t{2});
    QCOMPARE(merged->limits.size(), std::size_t{1});
    QCOMPARE(merged->coalesced, std::uint64_t{0});
    QCOMPARE(merged->until, second.until);
  }
};

namespace {
const inflight::testing::Register<RunQueueTest> registered;
}
#include "run_queue_test.moc"
