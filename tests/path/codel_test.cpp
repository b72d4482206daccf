// CoDel and FQ-CoDel: the control law's instants against its formula, when dropping begins and
// ends, marks in the place of drops, fairness between flows, and bounds over many seeds.
#include "path/codel.h"

#include <QTest>
#include <cmath>
#include <map>

#include "packets.h"
#include "path/fq_codel.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "wire/ecn.h"

using namespace inflight;
using path::Codel;
using path::CodelConfig;
using path::Discipline;
using path::DropPlace;
using path::Fifo;
using path::QueueConfig;
using path::QueueEvents;
using path::testing::at;
using path::testing::flow_packet;
using path::testing::numbered;

namespace {

constexpr std::size_t kSize = 1000;

// A queue that never gets shorter: a new packet joins for each one that leaves or is dropped, each
// having waited `waited`.
struct Standing {
  wire::PacketPool pool;
  Fifo fifo;
  Codel codel;
  QueueEvents events;
  wire::Ecn ecn = wire::Ecn::NotEct;

  void fill(Instant now, Duration waited) {
    while (fifo.packets() < 64) {
      wire::Packet packet = flow_packet(pool, 1, kSize, ecn);
      packet.arrival = now - waited;
      fifo.push(std::move(packet));
    }
  }
  // One packet leaves every millisecond; when drops or marks happened.
  std::vector<Instant> run(Duration from, Duration until, Duration waited) {
    std::vector<Instant> times;
    for (Duration t = from; t < until; t += 1ms) {
      fill(at(t), waited);
      static_cast<void>(codel.pop(fifo, at(t), CodelConfig{}, events));
      // Packets that waited less would stand behind these.
      while (fifo.pop()) {
      }
      while (!events.empty()) times.push_back(events.pop_front().time);
    }
    return times;
  }
};

QueueConfig with(Discipline discipline, ByteCount room) {
  return {.discipline = discipline, .room = room};
}

}  // namespace

class CodelTest : public QObject {
  Q_OBJECT

 private slots:
  // interval / sqrt(count), to a nanosecond.
  void control_law_data() {
    QTest::addColumn<quint32>("count");
    QTest::addColumn<qint64>("ns");
    QTest::newRow("1") << quint32{1} << qint64{100'000'000};
    QTest::newRow("2") << quint32{2} << qint64{70'710'678};
    QTest::newRow("3") << quint32{3} << qint64{57'735'027};
    QTest::newRow("4") << quint32{4} << qint64{50'000'000};
    QTest::newRow("16") << quint32{16} << qint64{25'000'000};
    QTest::newRow("10000") << quint32{10'000} << qint64{1'000'000};
  }
  void control_law() {
    QFETCH(quint32, count);
    QFETCH(qint64, ns);
    QCOMPARE(Codel::control_law(at(1s), 100ms, count), at(1s) + Duration{ns});
  }

  void leaves_short_waiting_alone() {
    Standing queue;
    QVERIFY(queue.run(0s, 10s, 4999us).empty());
    QVERIFY(!queue.codel.dropping());
  }

  // First after a whole interval above the target, then at 1, 1/sqrt(2), 1/sqrt(3) intervals more.
  void drops_ever_faster_data() {
    QTest::addColumn<int>("ecn");
    QTest::newRow("drops") << static_cast<int>(wire::Ecn::NotEct);
    QTest::newRow("marks") << static_cast<int>(wire::Ecn::Ect0);
  }
  void drops_ever_faster() {
    QFETCH(int, ecn);
    Standing queue;
    queue.ecn = static_cast<wire::Ecn>(ecn);
    const std::vector<Instant> times = queue.run(0s, 2s, 20ms);
    QVERIFY(times.size() > 40);
    QCOMPARE(times[0], at(100ms));
    double due = 0.2;
    for (std::size_t i = 1; i < times.size(); ++i) {
      // It looks once a millisecond.
      QCOMPARE(times[i], at(from_seconds(std::ceil(due * 1000 - 1e-6) / 1000)));
      due += 0.1 / std::sqrt(static_cast<double>(i + 1));
    }
    QVERIFY(queue.codel.dropping());
    QCOMPARE(queue.codel.count(), static_cast<std::uint32_t>(times.size()));
  }

  void stops_when_the_waiting_is_short() {
    Standing queue;
    const std::size_t first = queue.run(0s, 1s, 20ms).size();
    QVERIFY(queue.run(1s, 1100ms, 1ms).empty());
    QVERIFY(!queue.codel.dropping());
    // Soon again: it goes on with what it had counted, less the first.
    QVERIFY(queue.run(1100ms, 1200ms, 20ms).empty());
    QCOMPARE(queue.run(1200ms, 1201ms, 20ms).size(), std::size_t{1});
    QCOMPARE(queue.codel.count(), static_cast<std::uint32_t>(first - 1));
    // Long after it begins anew.
    QVERIFY(queue.run(1201ms, 5s, 1ms).empty());
    QCOMPARE(queue.run(5s, 5101ms, 20ms).size(), std::size_t{1});
    QCOMPARE(queue.codel.count(), std::uint32_t{1});
  }

  // RFC 8289 §5.5, "bytes <= maxpacket": one packet that waited long because the link is slow.
  void never_drops_the_last_packet() {
    wire::PacketPool pool;
    Fifo fifo;
    Codel codel;
    QueueEvents events;
    for (int i = 0; i < 100; ++i) {
      wire::Packet packet = numbered(pool, 1, kSize);
      packet.arrival = at(i * 1s);
      fifo.push(std::move(packet));
      QVERIFY(codel.pop(fifo, at(i * 1s + 900ms), CodelConfig{}, events));
    }
    QVERIFY(events.empty());
    QVERIFY(!codel.pop(fifo, at(101s), CodelConfig{}, events));
  }

  void marked_packets_go_on() {
    Standing queue;
    queue.ecn = wire::Ecn::Ect1;
    queue.fill(at(0s), 20ms);
    static_cast<void>(queue.codel.pop(queue.fifo, at(0s), CodelConfig{}, queue.events));
    const std::size_t before = queue.fifo.packets();
    const auto marked = queue.codel.pop(queue.fifo, at(100ms), CodelConfig{}, queue.events);
    QVERIFY(marked.has_value());
    QCOMPARE(queue.fifo.packets(), before - 1);
    QVERIFY(wire::ecn_of(marked->bytes()) == wire::Ecn::Ce);
    QCOMPARE(queue.events.size(), std::size_t{1});
    QVERIFY(!queue.events.front().dropped);
  }

  void room_bounds_it_too() {
    wire::PacketPool pool;
    QueueEvents events;
    const auto queue = make_queue(with(Discipline::Codel, ByteCount{2000}), Random{1});
    QVERIFY(queue->push(numbered(pool, 1, 1000), events));
    QVERIFY(queue->push(numbered(pool, 2, 1000), events));
    QVERIFY(!queue->push(numbered(pool, 3, 1), events));
    QVERIFY(events.empty());
  }

  // Whoever fills the queue does not keep another from getting half of the link.
  void flows_take_turns_by_bytes() {
    wire::PacketPool pool;
    QueueEvents events;
    const auto queue = make_queue(with(Discipline::FqCodel, 1_MiB), Random{1});
    for (int i = 0; i < 300; ++i) QVERIFY(queue->push(flow_packet(pool, 1, 1500), events));
    for (int i = 0; i < 300; ++i) QVERIFY(queue->push(flow_packet(pool, 2, 500), events));
    std::map<std::uint64_t, std::size_t> sent;
    for (int i = 0; i < 300; ++i) {
      const auto packet = queue->pop(at(0s), events);
      sent[packet->tag] += packet->size();
    }
    QVERIFY(std::abs(static_cast<double>(sent[1]) - static_cast<double>(sent[2])) <= 3000);
  }

  void a_sparse_flow_goes_first() {
    wire::PacketPool pool;
    QueueEvents events;
    const auto queue = make_queue(with(Discipline::FqCodel, 1_MiB), Random{1});
    for (int i = 0; i < 100; ++i) QVERIFY(queue->push(flow_packet(pool, 1, 1500), events));
    // Flow 1 has had its first turn and is an old flow by now.
    for (int i = 0; i < 3; ++i) QVERIFY(queue->pop(at(0s), events));
    QVERIFY(queue->push(flow_packet(pool, 2, 100), events));
    QCOMPARE(queue->pop(at(0s), events)->tag, std::uint64_t{2});
    QCOMPARE(queue->pop(at(0s), events)->tag, std::uint64_t{1});
  }

  void overflow_takes_from_the_longest() {
    wire::PacketPool pool;
    QueueEvents events;
    const auto queue = make_queue(with(Discipline::FqCodel, ByteCount{10'000}), Random{1});
    for (int i = 0; i < 10; ++i) QVERIFY(queue->push(flow_packet(pool, 1, 1000), events));
    QVERIFY(events.empty());
    QVERIFY(queue->push(flow_packet(pool, 2, 1000), events));
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().tag, std::uint64_t{1});
    QVERIFY(events.front().dropped == DropPlace::Queue);
    QCOMPARE(queue->bytes(), ByteCount{10'000});
    QVERIFY(!queue->push(flow_packet(pool, 3, 10'001), events));
  }

  // Order within a flow, no byte lost or made, the room kept: over random arrivals and departures,
  // with a change of discipline now and then.
  void keeps_order_and_count_over_seeds() {
    for (const std::uint64_t seed : inflight::testing::seeds(100)) {
      const QString failure = random_run(seed);
      QVERIFY2(failure.isEmpty(), qPrintable(failure + ", seed " + QString::number(seed)));
    }
  }

 private:
  static QString random_run(std::uint64_t seed) {
    wire::PacketPool pool;
    Random random{seed};
    QueueEvents events;
    QueueConfig config = with(Discipline::FqCodel, ByteCount{50'000});
    auto queue = make_queue(config, random);
    std::map<std::uint64_t, std::uint64_t> last;
    std::uint64_t pushed = 0;
    std::uint64_t gone = 0;
    Instant now{};
    for (std::uint64_t step = 0; step < 2000; ++step) {
      now += Duration{static_cast<std::int64_t>(random.below(2'000'000))};
      const std::uint64_t flow = random.below(8);
      // The tag: flow, and how many came before.
      ++pushed;
      {
        wire::Packet packet = flow_packet(pool, flow, 60 + random.below(1440));
        packet.tag = flow << 32 | step;
        packet.arrival = now;
        if (!queue->push(std::move(packet), events)) ++gone;
      }
      if (random.chance(0.01)) {
        config.discipline = static_cast<Discipline>(random.below(3));
        auto next = make_queue(config, random);
        while (auto moved = queue->take()) {
          if (!next->push(std::move(*moved), events)) ++gone;
        }
        queue = std::move(next);
      }
      const bool leaves = random.chance(0.4);
      const auto left = leaves ? queue->pop(now, events) : std::nullopt;
      for (; !events.empty(); static_cast<void>(events.pop_front())) {
        gone += events.front().dropped ? 1 : 0;
      }
      if (left) {
        ++gone;
        auto& previous = last[left->tag >> 32];
        if (left->tag < previous) return "order";
        previous = left->tag;
      }
      if (queue->bytes() > config.room) return "room";
      if (pushed - gone != queue->packets()) return "count";
      if (pool.outstanding() != queue->packets() + (left ? 1 : 0)) return "leak";
    }
    return {};
  }
};

namespace {
const inflight::testing::Register<CodelTest> registered;
}
#include "codel_test.moc"
