// Host: the outbound queue that drops or holds back, the encryption rate, what is reported of drops
// and of packets that left. Two hosts without a tunnel, joined by a wire without delay, where not
// said otherwise.
#include "host/host.h"

#include <QTest>

#include "support/registry.h"

using namespace inflight;
using namespace inflight::host;

namespace {

const wire::IpAddress kSender = wire::IpAddress::v4(10, 0, 0, 1);
const wire::IpAddress kReceiver = wire::IpAddress::v4(10, 0, 0, 2);
constexpr std::uint16_t kPort = 80;
// 10 Mbit/s: 1,200 microseconds for a packet of 1,500 bytes.
constexpr DataRate kSealing = DataRate::bits_per_second(10'000'000);

Config host_config(const wire::IpAddress& address) {
  Config config;
  config.stack.addresses = {address};
  return config;
}

tcp::Config bulk_config() {
  tcp::Config config;
  config.initial_window = 40;
  config.timestamps = false;
  // Most of these packets are never answered: no tail loss probe is to come between them.
  config.recovery = tcp::Recovery::Sack;
  return config;
}

struct Net {
  wire::PacketPool pool;
  Host sender;
  Host receiver;
  Instant now = Instant{} + 1s;
  stack::Handle handle{};

  // Connected, 100 kB written, nothing of it sent.
  explicit Net(OutboundConfig outbound, std::optional<DataRate> sealing = kSealing)
      : sender(host_config(kSender), nullptr, pool, Random(1)),
        receiver(host_config(kReceiver), nullptr, pool, Random(2)) {
    receiver.stack().listen(kPort, bulk_config());
    handle = sender.stack().connect(bulk_config(), {kReceiver, kPort}, now).value();
    exchange();
    sender.set_outbound(outbound);
    sender.set_sealing_rate(sealing);
    sender.stack().find(handle)->write(std::vector<std::uint8_t>(100'000, 1));
  }
  void exchange() {
    for (bool moved = true; moved;) {
      moved = false;
      for (Host* from : {&sender, &receiver}) {
        Host& to = from == &sender ? receiver : sender;
        while (auto datagram = from->poll_datagram(now)) {
          moved = true;
          datagram->payload.arrival = now;
          to.handle_packet(datagram->payload, now);
        }
      }
    }
  }
  // How many packets leave the sender now; they are lost.
  int leave() {
    int count = 0;
    while (sender.poll_datagram(now)) ++count;
    return count;
  }
};

}  // namespace

class HostTest : public QObject {
  Q_OBJECT

 private slots:
  // Forty segments fit cwnd, one is being encrypted, ten wait: the rest is dropped, and said to be.
  void a_full_queue_drops() {
    Net net({.length = 10, .policy = OutboundPolicy::Drop});
    QCOMPARE(net.leave(), 0);
    QCOMPARE(net.sender.outbound().size(), 10);
    QVERIFY(!net.sender.blocked());
    std::int64_t expected = 1 + 11 * 1460;
    int drops = 0;
    while (const auto drop = net.sender.poll_drop()) {
      QVERIFY(drop->time == net.now);
      QCOMPARE(drop->offset.value(), expected);
      QVERIFY(drop->payload == ByteCount{1460});
      expected += 1460;
      ++drops;
    }
    QCOMPARE(drops, 29);
    QCOMPARE(net.sender.outbound().drops(), 29);
    QCOMPARE(net.sender.outbound().max_size(), 10);
  }

  void a_full_queue_holds_back() {
    Net net({.length = 10, .policy = OutboundPolicy::Backpressure});
    QCOMPARE(net.leave(), 0);
    QCOMPARE(net.sender.outbound().size(), 10);
    QVERIFY(net.sender.blocked());
    QVERIFY(!net.sender.poll_drop());
    // Eleven segments are taken from TCP, no more.
    const auto snapshot = std::as_const(net.sender.stack()).find(net.handle)->snapshot();
    QVERIFY(snapshot.bytes_in_flight == ByteCount{11 * 1460});
    net.now += 10ms;
    QVERIFY(net.sender.blocked_time(net.now) == 10ms);
    // Eight have been encrypted meanwhile, one at a time when asked.
    QVERIFY(net.sender.next_timeout() <= net.now);
    QCOMPARE(net.sender.outbound().drops(), 0);
  }

  void blocked_time_ends() {
    Net net({.length = 30, .policy = OutboundPolicy::Backpressure});
    net.leave();
    QVERIFY(net.sender.blocked());
    const Instant begin = net.now;
    Instant end{};
    for (int sent = 0; sent < 40;) {
      net.now = net.sender.next_timeout();
      sent += net.leave();
      if (!net.sender.blocked() && end == Instant{}) end = net.now;
    }
    // Nine of the forty had to wait for a place; that no more follow is seen when TCP is asked
    // again.
    QVERIFY(end - begin == 10 * 1200us);
    QVERIFY(net.sender.blocked_time(net.now) == end - begin);
  }

  void packets_leave_at_the_encryption_rate() {
    Net net({.length = 100, .policy = OutboundPolicy::Drop});
    const Instant begin = net.now;
    QCOMPARE(net.leave(), 0);
    QVERIFY(net.sender.sealing_backlog() == ByteCount{40 * 1500});
    for (int i = 1; i <= 40; ++i) {
      QVERIFY(net.sender.next_timeout() == begin + i * 1200us);
      net.now = begin + i * 1200us;
      QCOMPARE(net.leave(), 1);
    }
    QVERIFY(net.sender.sealing_backlog() == ByteCount{0});
  }

  void without_a_rate_nothing_waits() {
    for (const auto policy : {OutboundPolicy::Drop, OutboundPolicy::Backpressure}) {
      Net net({.length = 1, .policy = policy}, std::nullopt);
      QCOMPARE(net.leave(), 40);
      QCOMPARE(net.sender.outbound().drops(), 0);
      QVERIFY(!net.sender.blocked());
      QVERIFY(net.sender.blocked_time(net.now) == Duration{});
    }
  }

  void the_policy_changes_while_it_runs() {
    Net net({.length = 10, .policy = OutboundPolicy::Backpressure});
    net.leave();
    QVERIFY(net.sender.blocked());
    net.sender.set_outbound({.length = 10, .policy = OutboundPolicy::Drop});
    net.leave();
    QVERIFY(!net.sender.blocked());
    QCOMPARE(net.sender.outbound().drops(), 29);
    // A shorter queue drops nothing of what it holds.
    net.sender.set_outbound({.length = 2, .policy = OutboundPolicy::Backpressure});
    QCOMPARE(net.sender.outbound().size(), 10);
  }

  // The path names a lost packet by its tag: the host knows what it carried.
  void a_packet_that_left_is_known_by_its_tag() {
    Net net({}, std::nullopt);
    const auto first = net.sender.poll_datagram(net.now);
    const auto second = net.sender.poll_datagram(net.now);
    QVERIFY(first && second && first->payload.tag != 0);
    const std::uint64_t tag = second->payload.tag;
    QCOMPARE(tag, first->payload.tag + 1);
    const auto stretch = net.sender.find_sent(tag);
    QVERIFY(stretch && stretch->offset == StreamOffset{1461} &&
            stretch->payload == ByteCount{1460});
    QVERIFY(!net.sender.find_sent(0) && !net.sender.find_sent(tag + 1000));
    // The SYN carried no data.
    QVERIFY(!net.sender.find_sent(1));
  }

  void data_arrives() {
    Net net({.length = 10, .policy = OutboundPolicy::Backpressure}, std::nullopt);
    net.exchange();
    const auto handle = net.receiver.stack().accept();
    QVERIFY(handle && net.receiver.stack().find(*handle)->unread() == ByteCount{100'000});
  }
};

namespace {
const inflight::testing::Register<HostTest> registered;
}
#include "host_test.moc"
