// Packet buffers: room in front and behind, moves, and their way back to the pool.
#include "wire/packet.h"

#include <QTest>
#include <array>
#include <vector>

#include "support/registry.h"

namespace inflight::wire {

class PacketTest : public QObject {
  Q_OBJECT

 private slots:
  void has_room_on_both_sides_data();
  void has_room_on_both_sides();
  void grows_and_trims();
  void headers_go_in_front_of_a_copy();
  void moving_leaves_an_empty_packet();
  void buffers_return_to_the_pool();
  void a_reused_buffer_starts_afresh();
  void large_buffers_are_not_kept();
  void keeps_only_so_many();
};

void PacketTest::has_room_on_both_sides_data() {
  QTest::addColumn<quint64>("size");
  for (const quint64 size : {0U, 1U, 1280U, 2047U, 2048U, 2049U, 65'535U}) {
    QTest::addRow("%llu bytes", static_cast<unsigned long long>(size)) << size;
  }
}
void PacketTest::has_room_on_both_sides() {
  QFETCH(const quint64, size);
  PacketPool pool;
  const Packet packet = pool.make(size);
  QCOMPARE(packet.size(), size);
  QCOMPARE(packet.bytes().size(), size);
  QCOMPARE(packet.empty(), size == 0);
  QCOMPARE(packet.headroom(), PacketPool::kHeadroom);
  QVERIFY(packet.tailroom() >= PacketPool::kTailroom);
}

void PacketTest::grows_and_trims() {
  PacketPool pool;
  Packet packet = pool.copy(std::array<std::uint8_t, 3>{1, 2, 3});
  packet.grow_front(PacketPool::kHeadroom)[0] = 9;
  QCOMPARE(packet.headroom(), 0U);
  QCOMPARE(packet.bytes()[0], 9);
  QCOMPARE(packet.bytes()[PacketPool::kHeadroom], 1);
  const std::size_t tail = packet.tailroom();
  packet.grow_back(tail).back() = 7;
  QCOMPARE(packet.tailroom(), 0U);
  QCOMPARE(packet.bytes().back(), 7);
  packet.trim_back(tail);
  packet.trim_front(PacketPool::kHeadroom);
  QCOMPARE(packet.size(), 3U);
  QCOMPARE(packet.bytes()[2], 3);
  packet.trim_front(3);
  QVERIFY(packet.empty());
}

void PacketTest::headers_go_in_front_of_a_copy() {
  PacketPool pool;
  Packet packet = pool.copy(std::array<std::uint8_t, 2>{3, 4});
  const MutableBytes front = packet.grow_front(2);
  front[0] = 1;
  front[1] = 2;
  packet.grow_back(1)[0] = 5;
  const std::array<std::uint8_t, 5> expected{1, 2, 3, 4, 5};
  QVERIFY(std::ranges::equal(packet.bytes(), expected));
}

void PacketTest::moving_leaves_an_empty_packet() {
  PacketPool pool;
  Packet a = pool.copy(std::array<std::uint8_t, 2>{1, 2});
  a.arrival = Instant{5ms};
  a.tag = 77;
  Packet b(std::move(a));
  QCOMPARE(b.size(), 2U);
  QCOMPARE(b.arrival, Instant{5ms});
  QCOMPARE(b.tag, std::uint64_t{77});
  Packet c = pool.make(10);
  QCOMPARE(pool.outstanding(), 2U);
  c = std::move(b);
  QCOMPARE(c.size(), 2U);
  QCOMPARE(pool.outstanding(), 1U);
  Packet& alias = c;
  c = std::move(alias);
  QCOMPARE(c.size(), 2U);
}

void PacketTest::buffers_return_to_the_pool() {
  PacketPool pool;
  {
    std::vector<Packet> packets;
    for (int i = 0; i < 5; ++i) packets.push_back(pool.make(100));
    QCOMPARE(pool.outstanding(), 5U);
    QCOMPARE(pool.idle(), 0U);
  }
  QCOMPARE(pool.outstanding(), 0U);
  QCOMPARE(pool.idle(), 5U);
  const Packet again = pool.make(1500);
  QCOMPARE(pool.idle(), 4U);
}

void PacketTest::a_reused_buffer_starts_afresh() {
  PacketPool pool;
  {
    Packet packet = pool.make(100);
    packet.tag = 5;
    packet.arrival = Instant{1s};
    packet.grow_front(60);
  }
  const Packet packet = pool.make(7);
  QCOMPARE(packet.tag, std::uint64_t{0});
  QCOMPARE(packet.arrival, Instant{});
  QCOMPARE(packet.size(), 7U);
  QCOMPARE(packet.headroom(), PacketPool::kHeadroom);
}

void PacketTest::large_buffers_are_not_kept() {
  PacketPool pool;
  {
    const Packet large = pool.make(PacketPool::kDefaultCapacity + 1);
  }
  QCOMPARE(pool.idle(), 0U);
  {
    const Packet fits = pool.make(PacketPool::kDefaultCapacity);
  }
  QCOMPARE(pool.idle(), 1U);
}

void PacketTest::keeps_only_so_many() {
  PacketPool pool;
  {
    std::vector<Packet> packets;
    for (std::size_t i = 0; i <= PacketPool::kMaxIdle; ++i) packets.push_back(pool.make(1));
  }
  QCOMPARE(pool.idle(), PacketPool::kMaxIdle);
}

namespace {
const testing::Register<PacketTest> registered;
}

}  // namespace inflight::wire

#include "packet_test.moc"
