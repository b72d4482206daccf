// The whole path: what arrives when, what is dropped and said so, duplication and reordering, the
// conservation of packets over many seeds, and the same run from the same seed.
#include "path/path.h"

#include <QTest>
#include <algorithm>

#include "packets.h"
#include "support/registry.h"

using namespace inflight;
using path::Drop;
using path::DropPlace;
using path::Path;
using path::PathConfig;
using path::testing::Arrival;
using path::testing::arrivals;
using path::testing::at;
using path::testing::flow_packet;
using path::testing::numbered;

namespace {

constexpr std::uint64_t kSeeds = 200;

PathConfig random_config(Random& random) {
  return {.rate = DataRate::bits_per_second(
              static_cast<std::int64_t>(100'000 + random.below(50'000'000))),
          .queue = {.discipline = static_cast<path::Discipline>(random.below(3)),
                    .room = ByteCount{static_cast<std::int64_t>(random.below(100'000))},
                    .codel = {.target = 1ms, .interval = 20ms},
                    .mark_threshold = ByteCount{20'000}},
          .policer = random.chance(0.5)
                         ? std::nullopt
                         : std::optional(path::PolicerConfig{20_Mbit, ByteCount{30'000}}),
          .outage = random.chance(0.1),
          .delay = Duration{static_cast<std::int64_t>(random.below(100'000'000))},
          .jitter = Duration{static_cast<std::int64_t>(random.below(20'000'000))},
          .loss = random.uniform() * 0.1,
          .burst_share = random.uniform() * 0.05,
          .burst_mean_packets = 1 + random.uniform() * 10,
          .reorder = random.uniform() * 0.2,
          .reorder_delay = Duration{static_cast<std::int64_t>(random.below(30'000'000))},
          .duplicate = random.uniform() * 0.2,
          .mtu = ByteCount{1400}};
}

// One run with random pushes, polls and changes; what it showed, for comparison.
struct Run {
  std::vector<Arrival> arrived;
  std::vector<Drop> dropped;
  path::Snapshot end;
};

Run random_run(std::uint64_t seed, bool change_config) {
  wire::PacketPool pool;
  Random random{seed};
  Path path(random_config(random), random.fork("path"), pool);
  Run run;
  Instant now{};
  for (std::uint64_t step = 1; step <= 500; ++step) {
    now += Duration{static_cast<std::int64_t>(random.below(1'000'000))};
    const auto ecn = random.chance(0.5) ? wire::Ecn::Ect0 : wire::Ecn::NotEct;
    wire::Packet pushed = flow_packet(pool, random.below(4), 40 + random.below(1461), ecn);
    pushed.tag = step;
    path.push(std::move(pushed), now);
    if (change_config && random.chance(0.05)) path.set(random_config(random), now);
    while (const auto packet = path.pop(now)) {
      run.arrived.push_back({packet->tag, packet->arrival});
      if (packet->arrival > now) run.arrived.push_back({0, kNever});
    }
    while (const auto drop = path.poll_drop()) run.dropped.push_back(*drop);
    const path::Snapshot state = path.snapshot(now);
    const auto& n = state.counters;
    // Buffers outside the pool are exactly the packets inside the path.
    if (n.pushed + n.duplicated != n.popped + n.dropped() + state.inside ||
        pool.outstanding() != state.inside || state.queue < ByteCount{0} ||
        state.in_transit < ByteCount{0} ||
        (state.inside == 0) != (path.next_departure() == kNever)) {
      run.arrived.push_back({0, kNever});
    }
  }
  for (const Arrival& arrival : arrivals(path, kNever)) run.arrived.push_back(arrival);
  // CoDel drops on the way out.
  while (const auto drop = path.poll_drop()) run.dropped.push_back(*drop);
  run.end = path.snapshot(now + 1h);
  return run;
}

}  // namespace

class PathTest : public QObject {
  Q_OBJECT

 private slots:
  void rate_then_delay() {
    wire::PacketPool pool;
    Path path({.rate = 8_Mbit, .delay = 30ms}, Random{1}, pool);
    QCOMPARE(path.next_departure(), kNever);
    path.push(numbered(pool, 1, 1000), at(0s));
    path.push(numbered(pool, 2, 500), at(0s));
    QCOMPARE(path.next_departure(), at(31ms));
    const auto snapshot = path.snapshot(at(0s));
    QCOMPARE(snapshot.queue, ByteCount{500});
    QCOMPARE(snapshot.in_transit, ByteCount{1000});
    QVERIFY(!path.pop(at(31ms - 1ns)));
    const std::vector<Arrival> expected{{1, at(31ms)}, {2, at(31500us)}};
    QCOMPARE(arrivals(path, kNever), expected);
  }

  void ten_megabits_data() {
    QTest::addColumn<qint64>("rate");
    QTest::addColumn<qint64>("expected_ms");
    QTest::newRow("1 Mbit/s") << qint64{1'000'000} << qint64{10'000};
    QTest::newRow("100 Mbit/s") << qint64{100'000'000} << qint64{100};
  }
  void ten_megabits() {
    QFETCH(qint64, rate);
    QFETCH(qint64, expected_ms);
    wire::PacketPool pool;
    Path path({.rate = DataRate::bits_per_second(rate), .queue = {.room = 2_MiB}, .delay = 0s},
              Random{1}, pool);
    for (std::uint64_t i = 0; i < 1000; ++i) path.push(numbered(pool, i, 1250), at(0s));
    QCOMPARE(arrivals(path, kNever).back().time, at(std::chrono::milliseconds(expected_ms)));
  }

  void says_what_it_dropped_where_and_when() {
    wire::PacketPool pool;
    Path path({.rate = 8_Mbit, .queue = {.room = ByteCount{1000}}, .mtu = ByteCount{1280}},
              Random{1}, pool);
    path.push(numbered(pool, 1, 1281), at(1ms));
    path.push(numbered(pool, 2, 1280), at(2ms));
    path.push(numbered(pool, 3, 1000), at(2ms));
    path.push(numbered(pool, 4, 40), at(2ms));
    const Drop too_big{1, DropPlace::Mtu, at(1ms), ByteCount{1281}};
    const Drop no_room{4, DropPlace::Queue, at(2ms), ByteCount{40}};
    QVERIFY(path.poll_drop() == too_big);
    QVERIFY(path.poll_drop() == no_room);
    QVERIFY(!path.poll_drop());
    const auto state = path.snapshot(at(2ms));
    QCOMPARE(state.counters.dropped(DropPlace::Mtu), std::uint64_t{1});
    QCOMPARE(state.counters.dropped(DropPlace::Queue), std::uint64_t{1});
    QCOMPARE(state.max_queue, ByteCount{1000});
  }

  void certain_loss_is_counted_by_its_kind() {
    wire::PacketPool pool;
    Path random_loss({.loss = 1}, Random{1}, pool);
    random_loss.push(numbered(pool, 1, 100), at(0s));
    QCOMPARE(random_loss.poll_drop()->place, DropPlace::Random);
    Path burst_loss({.burst_share = 1, .burst_mean_packets = 3}, Random{1}, pool);
    burst_loss.push(numbered(pool, 1, 100), at(0s));
    QCOMPARE(burst_loss.poll_drop()->place, DropPlace::Burst);
    QCOMPARE(burst_loss.next_departure(), kNever);
    Path policed({.policer = path::PolicerConfig{8_Mbit, ByteCount{150}}}, Random{1}, pool);
    policed.push(numbered(pool, 1, 100), at(0s));
    policed.push(numbered(pool, 2, 100), at(0s));
    QCOMPARE(policed.poll_drop()->place, DropPlace::Policer);
    Path down({.outage = true}, Random{1}, pool);
    down.push(numbered(pool, 1, 100), at(0s));
    QCOMPARE(down.poll_drop()->place, DropPlace::Outage);
    QCOMPARE(down.next_departure(), kNever);
  }

  // A drop on the way out of the queue is known when the packet would have left, and frees what it
  // took; a mark is told apart from it.
  void says_what_codel_dropped_and_marked() {
    wire::PacketPool pool;
    for (const auto ecn : {wire::Ecn::NotEct, wire::Ecn::Ect0}) {
      Path path({.rate = 8_Mbit, .queue = {.discipline = path::Discipline::Codel}, .delay = 0s},
                Random{1}, pool);
      for (int i = 0; i < 300; ++i) path.push(flow_packet(pool, 1, 1000, ecn), at(0s));
      const auto all = arrivals(path, kNever);
      const path::Snapshot end = path.snapshot(at(1h));
      const bool marks = ecn == wire::Ecn::Ect0;
      QCOMPARE(end.counters.marked > 0, marks);
      QCOMPARE(end.counters.dropped(DropPlace::Codel) > 0, !marks);
      QCOMPARE(all.size() + end.counters.dropped(), std::size_t{300});
      QCOMPARE(path.poll_mark().has_value(), marks);
      QCOMPARE(path.poll_drop().has_value(), !marks);
      QCOMPARE(end.in_transit, ByteCount{0});
    }
  }

  void unread_drops_are_bounded_but_counted() {
    wire::PacketPool pool;
    Path path({.loss = 1}, Random{1}, pool);
    for (std::size_t i = 0; i < Path::kMaxUnreadDrops + 5; ++i) {
      path.push(numbered(pool, i, 100), at(0s));
    }
    std::size_t reported = 0;
    while (path.poll_drop()) ++reported;
    QCOMPARE(reported, Path::kMaxUnreadDrops);
    QCOMPARE(path.snapshot(at(0s)).counters.dropped(DropPlace::Random),
             std::uint64_t{Path::kMaxUnreadDrops + 5});
  }

  void a_copy_follows_its_original() {
    wire::PacketPool pool;
    Path path({.rate = 8_Mbit, .delay = 30ms, .duplicate = 1}, Random{1}, pool);
    wire::Packet packet = pool.copy(std::vector<std::uint8_t>(1000, 0xab));
    packet.tag = 9;
    path.push(std::move(packet), at(0s));
    for (int i = 0; i < 2; ++i) {
      const auto arrived = path.pop(at(31ms));
      QCOMPARE(arrived->tag, std::uint64_t{9});
      QCOMPARE(arrived->arrival, at(31ms));
      QVERIFY(std::ranges::all_of(arrived->bytes(), [](auto byte) { return byte == 0xab; }));
    }
    QVERIFY(!path.pop(at(1s)));
    QCOMPARE(path.snapshot(at(1s)).counters.duplicated, std::uint64_t{1});
  }

  void held_packets_are_overtaken_and_come_late_by_the_hold() {
    wire::PacketPool pool;
    Path path({.rate = 8_Mbit,
               .queue = {.room = 1_MiB},
               .delay = 30ms,
               .reorder = 0.1,
               .reorder_delay = 5ms},
              Random{4}, pool);
    constexpr std::uint64_t kPackets = 1000;
    for (std::uint64_t i = 1; i <= kPackets; ++i) path.push(numbered(pool, i, 1000), at(0s));
    const auto order = arrivals(path, kNever);
    QCOMPARE(order.size(), std::size_t{kPackets});
    std::uint64_t late = 0;
    for (const Arrival& arrival : order) {
      const Instant in_order = at(30ms + std::int64_t(arrival.number) * 1ms);
      if (arrival.time == in_order) continue;
      QCOMPARE(arrival.time, in_order + 5ms);
      ++late;
    }
    QCOMPARE(path.snapshot(at(1h)).counters.held_back, late);
    QVERIFY(late > 60 && late < 140);  // 100 expected, standard deviation 9.5
    QVERIFY(!std::ranges::is_sorted(order, {}, &Arrival::number));
    QVERIFY(std::ranges::is_sorted(order, {}, &Arrival::time));
  }

  void no_packet_is_lost_track_of() {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const Run run = random_run(seed, true);
      const QByteArray context = "seed " + QByteArray::number(qulonglong{seed});
      QVERIFY2(run.end.inside == 0 && run.end.queue == ByteCount{0} &&
                   run.end.in_transit == ByteCount{0},
               context);
      QVERIFY2(run.dropped.size() == run.end.counters.dropped(), context);
      QVERIFY2(run.arrived.size() == run.end.counters.popped, context);
      QVERIFY2(std::ranges::none_of(run.arrived, [](auto& a) { return a.number == 0; }), context);
      QVERIFY2(std::ranges::is_sorted(run.arrived, {}, &Arrival::time), context);
    }
  }

  void same_seed_same_run() {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Run a = random_run(seed, true);
      const Run b = random_run(seed, true);
      QVERIFY(a.arrived == b.arrived && a.dropped == b.dropped && a.end == b.end);
    }
    QVERIFY(random_run(1, false).arrived != random_run(2, false).arrived);
  }

  void one_knob_leaves_the_others_luck_alone() {
    wire::PacketPool pool;
    Path plain({.loss = 0.1}, Random{3}, pool);
    Path busy({.jitter = 3ms, .loss = 0.1, .reorder = 0.1, .duplicate = 0.1}, Random{3}, pool);
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const Instant now = at(std::int64_t(i) * 1ms);
      plain.push(numbered(pool, i, 500), now);
      busy.push(numbered(pool, i, 500), now);
      const auto a = plain.poll_drop();
      QVERIFY(a == busy.poll_drop());
      while (plain.pop(now)) {
      }
      while (busy.pop(now)) {
      }
    }
  }
};

namespace {
const inflight::testing::Register<PathTest> registered;
}
#include "path_test.moc"
