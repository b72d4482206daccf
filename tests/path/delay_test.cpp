// The delay: exact propagation, jitter within its bounds and in order, no reordering on changes;
// and the reordering stage on its own.
#include "path/delay.h"

#include <QTest>

#include "packets.h"
#include "path/reorder.h"
#include "support/registry.h"

using namespace inflight;
using path::Delay;
using path::Reorder;
using path::testing::at;
using path::testing::numbered;

class DelayTest : public QObject {
  Q_OBJECT

 private slots:
  void delivers_after_the_delay() {
    wire::PacketPool pool;
    Delay delay(30ms, 0s, Random{1});
    QCOMPARE(delay.next_departure(), kNever);
    QVERIFY(delay.push(numbered(pool, 1, 100), at(5ms)));
    QCOMPARE(delay.bytes(), ByteCount{100});
    QCOMPARE(delay.next_departure(), at(35ms));
    QVERIFY(!delay.pop(at(35ms - 1ns)));
    QCOMPARE(delay.pop(at(40ms))->arrival, at(35ms));
    QCOMPARE(delay.bytes(), ByteCount{0});
    QVERIFY(!delay.pop(kNever));
  }

  void jitter_is_uniform_where_packets_are_far_apart() {
    wire::PacketPool pool;
    Delay delay(30ms, 10ms, Random{7});
    Duration sum{};
    Duration least = kForever;
    Duration most{};
    constexpr int kPackets = 20'000;
    for (int i = 0; i < kPackets; ++i) {
      const Instant sent = at(i * 1s);
      QVERIFY(delay.push(numbered(pool, 1, 100), sent));
      const Duration extra = delay.pop(kNever)->arrival - sent - 30ms;
      sum += extra;
      least = std::min(least, extra);
      most = std::max(most, extra);
    }
    QVERIFY(least >= 0s && least < 50us);
    QVERIFY(most <= 10ms && most > 9950us);
    // Standard deviation of the mean: 10 ms / sqrt(12 x 20,000) = 20 us; five of them.
    const Duration mean = sum / kPackets;
    QVERIFY(mean > 4900us && mean < 5100us);
  }

  void jitter_keeps_order() {
    wire::PacketPool pool;
    Delay delay(30ms, 10ms, Random{3});
    for (std::uint64_t i = 1; i <= 5000; ++i) {
      QVERIFY(delay.push(numbered(pool, i, 100), at(Duration{std::int64_t(i) * 100'000})));
    }
    Instant before{};
    for (std::uint64_t i = 1; i <= 5000; ++i) {
      const auto packet = delay.pop(kNever);
      QCOMPARE(packet->tag, i);
      QVERIFY(packet->arrival >= before);
      before = packet->arrival;
    }
  }

  void a_shorter_delay_overtakes_nobody() {
    wire::PacketPool pool;
    Delay delay(100ms, 0s, Random{1});
    QVERIFY(delay.push(numbered(pool, 1, 100), at(0s)));
    delay.set(10ms, 0s);
    QVERIFY(delay.push(numbered(pool, 2, 100), at(20ms)));
    QVERIFY(delay.push(numbered(pool, 3, 100), at(95ms)));
    QCOMPARE(delay.earliest_departure(at(0s)), at(105ms));
    QCOMPARE(delay.pop(kNever)->arrival, at(100ms));
    QCOMPARE(delay.pop(kNever)->arrival, at(100ms));
    QCOMPARE(delay.pop(kNever)->arrival, at(105ms));
  }

  void a_shorter_hold_keeps_the_held_in_order() {
    wire::PacketPool pool;
    Reorder reorder(1, 10ms, Random{1});
    QVERIFY(reorder.takes_next());
    QVERIFY(reorder.push(numbered(pool, 1, 100), at(0s)));
    reorder.set(1, 1ms);
    QVERIFY(reorder.push(numbered(pool, 2, 100), at(1ms)));
    QCOMPARE(reorder.pop(kNever)->arrival, at(10ms));
    QCOMPARE(reorder.pop(kNever)->arrival, at(10ms));
    QVERIFY(reorder.empty() && !reorder.pop(kNever));
    reorder.set(0, 1ms);
    QVERIFY(!reorder.takes_next());
  }
};

namespace {
const inflight::testing::Register<DelayTest> registered;
}
#include "delay_test.moc"
