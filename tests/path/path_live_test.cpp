// A path that is changed while packets are under way: what has passed a part keeps what it got
// there, what has not gets the new figures, and nobody overtakes anybody.
#include <QTest>

#include "packets.h"
#include "path/path.h"
#include "support/registry.h"

using namespace inflight;
using path::Path;
using path::PathConfig;
using path::testing::Arrival;
using path::testing::arrivals;
using path::testing::at;
using path::testing::numbered;

class PathLiveTest : public QObject {
  Q_OBJECT

 private slots:
  void a_new_rate_retimes_what_waits() {
    wire::PacketPool pool;
    PathConfig config{.rate = 8_Mbit, .delay = 30ms};
    Path path(config, Random{1}, pool);
    for (std::uint64_t i = 1; i <= 3; ++i) path.push(numbered(pool, i, 1000), at(0s));
    config.rate = 80_Mbit;
    // Packet 1 is already propagating, half of packet 2 is out.
    path.set(config, at(1500us));
    const std::vector<Arrival> expected{{1, at(31ms)}, {2, at(31550us)}, {3, at(31650us)}};
    QCOMPARE(arrivals(path, kNever), expected);
    QVERIFY(path.config() == config);
  }

  void a_shorter_delay_overtakes_nobody() {
    wire::PacketPool pool;
    PathConfig config{.rate = 8_Mbit, .delay = 100ms};
    Path path(config, Random{1}, pool);
    path.push(numbered(pool, 1, 1000), at(0s));
    config.delay = 10ms;
    path.set(config, at(2ms));
    path.push(numbered(pool, 2, 1000), at(2ms));
    QCOMPARE(path.next_departure(), at(101ms));
    path.push(numbered(pool, 3, 1000), at(150ms));
    const std::vector<Arrival> expected{{1, at(101ms)}, {2, at(101ms)}, {3, at(161ms)}};
    QCOMPARE(arrivals(path, kNever), expected);
  }

  void a_longer_delay_holds_for_those_behind() {
    wire::PacketPool pool;
    PathConfig config{.rate = 8_Mbit, .delay = 10ms};
    Path path(config, Random{1}, pool);
    path.push(numbered(pool, 1, 1000), at(0s));
    path.push(numbered(pool, 2, 1000), at(0s));
    config.delay = 50ms;
    path.set(config, at(1ms));  // packet 1 has just left the link
    const std::vector<Arrival> expected{{1, at(11ms)}, {2, at(52ms)}};
    QCOMPARE(arrivals(path, kNever), expected);
  }

  void loss_and_mtu_act_on_the_next_packet() {
    wire::PacketPool pool;
    PathConfig config{.mtu = ByteCount{1500}};
    Path path(config, Random{1}, pool);
    path.push(numbered(pool, 1, 1500), at(0s));
    config.mtu = ByteCount{1280};
    path.set(config, at(0s));
    path.push(numbered(pool, 2, 1500), at(0s));
    config.loss = 1;
    path.set(config, at(0s));
    path.push(numbered(pool, 3, 100), at(0s));
    QCOMPARE(path.poll_drop()->place, path::DropPlace::Mtu);
    QCOMPARE(path.poll_drop()->place, path::DropPlace::Random);
    QCOMPARE(arrivals(path, kNever).size(), std::size_t{1});
  }

  void reordering_switched_off_lets_the_held_come() {
    wire::PacketPool pool;
    PathConfig config{.rate = 8_Mbit, .delay = 1ms, .reorder = 1, .reorder_delay = 20ms};
    Path path(config, Random{1}, pool);
    path.push(numbered(pool, 1, 1000), at(0s));
    config.reorder = 0;
    path.set(config, at(5ms));
    path.push(numbered(pool, 2, 1000), at(5ms));
    const std::vector<Arrival> expected{{2, at(7ms)}, {1, at(22ms)}};
    QCOMPARE(arrivals(path, kNever), expected);
  }
};

namespace {
const inflight::testing::Register<PathLiveTest> registered;
}
#include "path_live_test.moc"
