// The link: exact transmission times, the drop-tail bound, re-timing when the rate changes.
#include "path/link.h"

#include <QTest>

#include "packets.h"
#include "support/registry.h"

using namespace inflight;
using path::Link;
using path::testing::at;
using path::testing::flow_packet;
using path::testing::numbered;

namespace {

DataRate bits(std::int64_t n) { return DataRate::bits_per_second(n); }

// Pushes `count` packets at once and returns when the last one left.
Instant last_departure(Link& link, wire::PacketPool& pool, int count, std::size_t size) {
  for (int i = 0; i < count; ++i) {
    if (!link.push(numbered(pool, 1, size), at(0s))) return kNever;
  }
  Instant last{};
  while (const auto packet = link.pop(kNever)) last = packet->arrival;
  return last;
}

}  // namespace

class LinkTest : public QObject {
  Q_OBJECT

 private slots:
  void clocks_packets_out_exactly_data() {
    QTest::addColumn<qint64>("rate");
    QTest::addColumn<int>("packets");
    QTest::addColumn<int>("size");
    QTest::addColumn<qint64>("expected_ns");
    // 1,250 packets of 1,000 bytes are 10 Mbit.
    QTest::newRow("10 Mbit at 1 Mbit/s")
        << qint64{1'000'000} << 1250 << 1000 << qint64{10000000000};
    QTest::newRow("10 Mbit at 100 Mbit/s")
        << qint64{100'000'000} << 1250 << 1000 << qint64{100'000'000};
    QTest::newRow("one byte at 10 Gbit/s") << qint64{10'000'000'000} << 1 << 1 << qint64{1};
    // 0.8 ns each: single roundings would give 1,000.
    QTest::newRow("1000 bytes singly at 10 Gbit/s")
        << qint64{10'000'000'000} << 1000 << 1 << qint64{800};
    // 48,288.288 ns each.
    QTest::newRow("1000 packets at 222 Mbit/s")
        << qint64{222'000'000} << 1000 << 1340 << qint64{48'288'289};
    QTest::newRow("one packet at 1 bit/s") << qint64{1} << 1 << 1500 << qint64{12'000'000'000'000};
  }
  void clocks_packets_out_exactly() {
    QFETCH(qint64, rate);
    QFETCH(int, packets);
    QFETCH(int, size);
    QFETCH(qint64, expected_ns);
    wire::PacketPool pool;
    Link link(bits(rate), {.room = ByteCount{10'000'000}}, Random{1});
    const Instant last = last_departure(link, pool, packets, static_cast<std::size_t>(size));
    QCOMPARE(last.time_since_epoch().count(), expected_ns);
  }

  void late_polling_changes_no_time() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{10'000}}, Random{1});
    for (int i = 0; i < 3; ++i) QVERIFY(link.push(numbered(pool, 1, 1000), at(0s)));
    for (const auto expected : {1ms, 2ms, 3ms}) {
      QCOMPARE(link.pop(at(1min))->arrival, at(expected));
    }
    QVERIFY(!link.pop(at(1min)));
    QVERIFY(link.push(numbered(pool, 1, 1000), at(2min)));
    QCOMPARE(link.next_departure(), at(2min + 1ms));
  }

  void queue_takes_what_fits_and_no_more() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{2000}}, Random{1});
    QVERIFY(link.push(numbered(pool, 1, 1500), at(0s)));  // being transmitted: not in the queue
    QCOMPARE(link.queued(), ByteCount{0});
    QVERIFY(link.push(numbered(pool, 2, 1000), at(0s)));
    QVERIFY(!link.push(numbered(pool, 3, 1001), at(0s)));
    QVERIFY(link.push(numbered(pool, 4, 1000), at(0s)));  // exactly full
    QCOMPARE(link.queued(), ByteCount{2000});
    QVERIFY(!link.push(numbered(pool, 5, 1), at(0s)));
    QCOMPARE(link.pop(at(1500us))->tag, std::uint64_t{1});
    QCOMPARE(link.queued(), ByteCount{1000});
    QCOMPARE(link.transmitting(), ByteCount{1000});
    QCOMPARE(link.max_queued(), ByteCount{2000});
    QVERIFY(link.push(numbered(pool, 6, 1000), at(1500us)));
  }

  void carries_one_packet_without_a_queue() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{0}}, Random{1});
    QVERIFY(link.push(numbered(pool, 1, 1000), at(0s)));
    QVERIFY(!link.push(numbered(pool, 2, 1000), at(500us)));
    QVERIFY(link.pop(at(1ms)));
    QVERIFY(link.push(numbered(pool, 3, 1000), at(1ms)));
  }

  void retimes_the_rest_of_a_packet() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{10'000}}, Random{1});
    for (int i = 0; i < 2; ++i) QVERIFY(link.push(numbered(pool, 1, 1000), at(0s)));
    // 250 of 1,000 us have gone: 6,000 bits are left, 3 ms at 2 Mbit/s.
    link.set(2_Mbit, {.room = ByteCount{10'000}}, at(250us));
    QCOMPARE(link.next_departure(), at(3250us));
    QVERIFY(link.pop(at(3250us)));
    QCOMPARE(link.next_departure(), at(7250us));
    link.set(80_Mbit, {.room = ByteCount{10'000}}, at(3250us));
    QCOMPARE(link.next_departure(), at(3350us));
  }

  void a_shrunk_queue_drains() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{3000}}, Random{1});
    for (int i = 0; i < 4; ++i) QVERIFY(link.push(numbered(pool, 1, 1000), at(0s)));
    link.set(8_Mbit, {.room = ByteCount{1000}}, at(0s));
    QCOMPARE(link.queued(), ByteCount{3000});
    for (const auto expected : {1ms, 2ms, 3ms}) {
      QVERIFY(!link.push(numbered(pool, 2, 1000), at(expected - 1us)));
      QCOMPARE(link.pop(at(expected))->arrival, at(expected));
    }
    QVERIFY(link.push(numbered(pool, 3, 1000), at(3ms)));
  }

  // What waits moves to the new queue with the time it has waited; what finds no room there is
  // dropped and said so.
  void another_discipline_takes_over() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{300'000}}, Random{1});
    for (std::uint64_t i = 0; i < 300; ++i) QVERIFY(link.push(numbered(pool, i, 1000), at(0s)));
    path::QueueConfig codel{.discipline = path::Discipline::Codel, .room = ByteCount{200'000}};
    link.set(8_Mbit, codel, at(500us));
    QCOMPARE(link.queued(), ByteCount{200'000});
    for (std::uint64_t i = 201; i < 300; ++i) QCOMPARE(link.poll_event()->tag, i);
    QVERIFY(!link.poll_event());
    // Packet i is looked at when it has waited i ms, 5 ms are too long: an interval later the first
    // is dropped.
    for (std::uint64_t i = 0; i < 104; ++i) QCOMPARE(link.pop(kNever)->tag, i);
    QVERIFY(!link.poll_event());
    QCOMPARE(link.pop(kNever)->tag, std::uint64_t{104});
    const path::QueueEvent dropped{
        .dropped = path::DropPlace::Codel, .tag = 105, .time = at(105ms), .size = ByteCount{1000}};
    QVERIFY(link.poll_event() == dropped);
    QCOMPARE(link.pop(kNever)->tag, std::uint64_t{106});
  }

  void marks_behind_a_threshold() {
    wire::PacketPool pool;
    Link link(8_Mbit, {.room = ByteCount{10'000}, .mark_threshold = ByteCount{2000}}, Random{1});
    for (std::uint64_t i = 0; i < 6; ++i) {
      const auto ecn = i == 4 ? wire::Ecn::NotEct : wire::Ecn::Ect0;
      QVERIFY(link.push(flow_packet(pool, i, 1000, ecn), at(0s)));
    }
    // One is being transmitted and two wait; the fourth knows no marks.
    for (const std::uint64_t marked : {3, 5}) {
      const auto event = link.poll_event();
      QVERIFY(event && !event->dropped);
      QCOMPARE(event->tag, marked);
    }
    QVERIFY(!link.poll_event());
  }
};

namespace {
const inflight::testing::Register<LinkTest> registered;
}
#include "link_test.moc"
