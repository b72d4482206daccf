// What connections cost in memory: an idle one, many at once, and a packet in the steady state.
// Bytes and calls are counted; no time is measured.
#include <QTest>

#include "memory/counting_allocator.h"
#include "memory/two_stacks.h"
#include "support/registry.h"

namespace inflight::memory {
namespace {

constexpr int kConnections = 1000;
// Of one end of an established connection, its buffers not counted.
constexpr std::int64_t kMostIdleBytes = 4096;
// The smallest ring that a buffer takes when it is first used.
constexpr std::int64_t kSmallestRing = 4096;

tcp::Config bulk_config() {
  tcp::Config config;
  config.send_buffer = ByteCount{400'000};
  config.receive_buffer = ByteCount{400'000};
  return config;
}

// Writes `total` bytes to each connection and reads them at the other end.
class Transfers {
 public:
  Transfers(TwoStacks& stacks, std::vector<stack::Handle> clients, std::int64_t total)
      : stacks_(stacks), clients_(std::move(clients)), left_(clients_.size(), total) {
    servers_.reserve(clients_.size());
  }

  void operator()() {
    for (std::size_t i = 0; i < clients_.size(); ++i) write(clients_[i], left_[i]);
    while (const auto handle = stacks_.server().accept()) servers_.push_back(*handle);
    for (const stack::Handle handle : servers_) {
      const auto unread =
          static_cast<std::size_t>(std::as_const(stacks_.server()).find(handle)->unread().value());
      if (unread > 0)
        read_ += static_cast<std::int64_t>(stacks_.server().find(handle)->discard(unread));
    }
    drain_events();
  }
  std::int64_t bytes_read() const { return read_; }
  std::size_t accepted() const { return servers_.size(); }

 private:
  static constexpr std::array<std::uint8_t, 10'000> kPiece{};

  // As much as there is room for.
  void write(stack::Handle handle, std::int64_t& left) {
    while (left > 0) {
      const auto size = std::min<std::size_t>(static_cast<std::size_t>(left), kPiece.size());
      const std::size_t taken = stacks_.client().find(handle)->write(Bytes(kPiece).first(size));
      left -= static_cast<std::int64_t>(taken);
      if (taken < size) return;
    }
  }
  void drain_events() {
    for (const stack::Handle handle : clients_) {
      while (stacks_.client().find(handle)->poll_event()) {
      }
    }
    for (const stack::Handle handle : servers_) {
      while (stacks_.server().find(handle)->poll_event()) {
      }
    }
  }

  TwoStacks& stacks_;
  std::vector<stack::Handle> clients_;
  std::vector<stack::Handle> servers_;
  std::vector<std::int64_t> left_;
  std::int64_t read_ = 0;
};

std::vector<stack::Handle> open(TwoStacks& stacks, const tcp::Config& config, int count) {
  std::vector<stack::Handle> handles;
  for (int i = 0; i < count; ++i) handles.push_back(stacks.connect(config));
  return handles;
}

}  // namespace

class MemoryTest : public QObject {
  Q_OBJECT

 private slots:
  void idle_connection_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("rings");
    QTest::newRow("just established") << 0 << 0;
    // Both of the client's and the server's buffers were used once, in one direction.
    QTest::newRow("after a request") << 1000 << 2;
  }
  // The packet pool's idle buffers belong to no connection: they are there before.
  void idle_connection() {
    QFETCH(const int, bytes);
    QFETCH(const int, rings);
    TwoStacks stacks({});
    Transfers warm_up(stacks, open(stacks, {}, kConnections), bytes);
    stacks.run(5s, [&] { warm_up(); });
    const std::int64_t before = held_bytes();
    Transfers transfers(stacks, open(stacks, {}, kConnections), bytes);
    stacks.run(5s, [&] { transfers(); });
    QCOMPARE(transfers.accepted(), std::size_t{kConnections});
    const std::int64_t per_pair = (held_bytes() - before) / kConnections - rings * kSmallestRing;
    qInfo("%lld bytes each", static_cast<long long>(per_pair / 2));
    QVERIFY2(per_pair / 2 <= kMostIdleBytes, qPrintable(QString::number(per_pair / 2)));
  }

  void many_connections_move_data() {
    constexpr std::int64_t kEach = 20'000;
    TwoStacks stacks(bulk_config());
    Transfers transfers(stacks, open(stacks, bulk_config(), kConnections), kEach);
    stacks.run(5s, [&] { transfers(); });
    QCOMPARE(transfers.accepted(), std::size_t{kConnections});
    QCOMPARE(transfers.bytes_read(), kEach * kConnections);
  }

  void steady_state_allocates_nothing_data() {
    QTest::addColumn<int>("drop_every");
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<bool>("pacing");
    // Queues may still grow to the most they ever hold, by doubling; a recovery may cost one each.
    QTest::addColumn<int>("most");
    const int cubic = int(congestion::Algorithm::Cubic);
    const int bbr = int(congestion::Algorithm::Bbr);
    QTest::newRow("CUBIC") << 0 << cubic << false << 4;
    QTest::newRow("paced") << 0 << cubic << true << 4;
    QTest::newRow("BBR") << 0 << bbr << false << 4;
    QTest::newRow("each 100th packet lost") << 100 << cubic << false << 30;
  }
  void steady_state_allocates_nothing() {
    QFETCH(const int, drop_every);
    QFETCH(const int, algorithm);
    QFETCH(const bool, pacing);
    QFETCH(const int, most);
    tcp::Config config = bulk_config();
    config.congestion = static_cast<congestion::Algorithm>(algorithm);
    config.pacing = pacing;
    TwoStacks stacks(config, drop_every);
    Transfers transfers(stacks, open(stacks, config, 1), std::int64_t{1} << 40);
    stacks.run(10s, [&] { transfers(); });
    const std::int64_t before = allocations();
    const std::int64_t packets_before = stacks.packets();
    stacks.run(5s, [&] { transfers(); });
    const std::int64_t packets = stacks.packets() - packets_before;
    QVERIFY2(packets > 2'000, qPrintable(QString::number(packets)));
    const std::int64_t allocated = allocations() - before;
    QVERIFY2(allocated <= most, qPrintable(QString::number(allocated)));
  }
};

namespace {
const testing::Register<MemoryTest> registered;
}

}  // namespace inflight::memory

#include "memory_test.moc"
