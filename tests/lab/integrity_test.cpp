// Random bytes through tunnel and path arrive as they were written, by SHA-256: with losses,
// reordering and duplication over many seeds, IPv4 and IPv6; and 1 GiB through the rekeys that its
// time brings. The loop that moves the packets is this test's own; hosts, tunnels and paths are the
// Lab's.
#include <sodium.h>

#include <QByteArray>
#include <QElapsedTimer>
#include <QTest>

#include "lab/assembly.h"
#include "lab/network.h"
#include "lab/runs.h"
#include "support/registry.h"
#include "support/seeds.h"

using namespace inflight;
using namespace inflight::lab;

namespace {

// libsodium's, which is some three times as fast as Qt's: hashing is most of what these tests do.
class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(Bytes bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }
  // Of everything added so far.
  QByteArray hex() const {
    crypto_hash_sha256_state state = state_;
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state, digest.data());
    return QByteArrayView(digest.data(), static_cast<qsizetype>(digest.size()))
        .toByteArray()
        .toHex();
  }

 private:
  crypto_hash_sha256_state state_{};
};

constexpr std::int64_t kBlock = 8 * 1024 * 1024;

// The random bytes that are written, over and over: a block is twice what can be under way, so no
// byte can take the place of one a block further on.
const std::vector<std::uint8_t>& block() {
  static const std::vector<std::uint8_t> bytes = [] {
    std::vector<std::uint8_t> random(kBlock);
    Random(1).fill(random);
    return random;
  }();
  return bytes;
}

QByteArray sha256_of_blocks(std::int64_t total) {
  Sha256 hash;
  for (std::int64_t left = total; left > 0; left -= kBlock) {
    hash.add(Bytes(block()).first(static_cast<std::size_t>(std::min(left, kBlock))));
  }
  return hash.hex();
}

// Writes them; closes at the end.
class Writer {
 public:
  explicit Writer(std::int64_t total) : total_(total) {}

  void run(tcp::Connection& connection) {
    while (written_ < total_) {
      const std::int64_t at = written_ % kBlock;
      const auto size = static_cast<std::size_t>(std::min(kBlock - at, total_ - written_));
      const auto taken =
          connection.write(Bytes(block()).subspan(static_cast<std::size_t>(at), size));
      written_ += static_cast<std::int64_t>(taken);
      if (taken < size) return;
    }
    if (!std::exchange(closed_, true)) connection.close();
  }

 private:
  std::int64_t total_;
  std::int64_t written_ = 0;
  bool closed_ = false;
};

class Reader {
 public:
  void run(tcp::Connection& connection) {
    const auto [head, tail] = connection.readable();
    for (const Bytes piece : {head, tail}) hash_.add(piece);
    read_ += static_cast<std::int64_t>(head.size() + tail.size());
    connection.discard(head.size() + tail.size());
    finished_ = connection.read_to_end();
  }
  bool finished() const { return finished_; }
  std::int64_t read() const { return read_; }
  QByteArray sha256() const { return hash_.hex(); }

 private:
  Sha256 hash_;
  std::int64_t read_ = 0;
  bool finished_ = false;
};

class Transfer {
 public:
  Transfer(const Scenario& scenario, std::int64_t bytes)
      : random_(scenario.seed),
        hosts_(make_hosts(scenario, pool_, random_)),
        sender_(*hosts_.sender, outer_endpoint(scenario, Side::Sender)),
        receiver_(*hosts_.receiver, outer_endpoint(scenario, Side::Receiver)),
        forward_(path_config(scenario, Side::Sender), random_.fork("forward"), pool_),
        back_(path_config(scenario, Side::Receiver), random_.fork("back"), pool_),
        writer_(bytes) {
    hosts_.receiver->stack().listen(kPort, tcp_config(scenario, Side::Receiver));
    const auto handle = hosts_.sender->stack().connect(
        tcp_config(scenario, Side::Sender), {inner_address(scenario, Side::Receiver), kPort}, now_);
    CHECK(handle.has_value());
    sending_ = *handle;
  }

  // True when the reader saw the end within the time.
  bool run(Duration limit) {
    step();
    while (!reader_.finished() && now_ < Instant{} + limit) {
      now_ =
          std::max(now_, std::min({hosts_.sender->next_timeout(), hosts_.receiver->next_timeout(),
                                   forward_.next_departure(), back_.next_departure()}));
      step();
    }
    return reader_.finished();
  }
  const Reader& reader() const { return reader_; }
  Instant now() const { return now_; }
  tcp::Snapshot sender() const {
    return std::as_const(hosts_.sender->stack()).find(sending_)->snapshot();
  }

 private:
  void step() {
    deliver(forward_, receiver_);
    deliver(back_, sender_);
    hosts_.sender->handle_timeout(now_);
    hosts_.receiver->handle_timeout(now_);
    if (tcp::Connection* connection = hosts_.sender->stack().find(sending_))
      writer_.run(*connection);
    stack::Stack& receiving = hosts_.receiver->stack();
    if (!accepted_) accepted_ = receiving.accept();
    if (accepted_) reader_.run(*receiving.find(*accepted_));
    sender_.send(forward_, now_);
    receiver_.send(back_, now_);
    for (path::Path* path : {&forward_, &back_}) {
      while (path->poll_drop()) {
      }
    }
  }
  void deliver(path::Path& path, Network& to) {
    while (auto packet = path.pop(now_)) to.deliver(std::move(*packet), now_);
  }

  Random random_;
  wire::PacketPool pool_;
  HostPair hosts_;
  Network sender_;
  Network receiver_;
  path::Path forward_;
  path::Path back_;
  Writer writer_;
  Reader reader_;
  stack::Handle sending_{};
  std::optional<stack::Handle> accepted_;
  Instant now_{};
};

}  // namespace

class IntegrityTest : public QObject {
  Q_OBJECT

 private slots:
  void eight_mebibytes_over_a_bad_path() {
    QElapsedTimer timer;
    timer.start();
    const auto seeds = testing::seeds(200);
    const QByteArray expected = sha256_of_blocks(kBlock);
    for (const std::uint64_t seed : seeds) {
      Scenario scenario;
      scenario.seed = seed;
      scenario.path.rate = DataRate::bits_per_second(1'000'000'000);
      scenario.path.rtt = 10ms;
      scenario.path.loss = 0.03;
      scenario.path.reorder = 0.02;
      scenario.path.reorder_delay = 3ms;
      scenario.path.duplicate = 0.02;
      scenario.tcp.ipv6 = seed % 2 == 0;
      // Every third without SACK.
      scenario.sender.recovery = static_cast<tcp::Recovery>(seed % 3);
      scenario.sender.rate_reduction = seed % 2 == 0;
      scenario.sender.undo = seed % 4 < 2;
      scenario.sender.forward_rto = seed % 5 < 3;
      scenario.sender.congestion = static_cast<congestion::Algorithm>(seed / 3 % 3);
      Transfer transfer(scenario, kBlock);
      const QByteArray name = "seed " + QByteArray::number(static_cast<qulonglong>(seed));
      QVERIFY2(transfer.run(1h), name);
      QVERIFY2(transfer.reader().read() == kBlock, name);
      QVERIFY2(transfer.reader().sha256() == expected, name);
      QVERIFY2(transfer.sender().counters.retransmits > 100, name);
    }
    qInfo("%zu seeds in %.1f s", seeds.size(), static_cast<double>(timer.elapsed()) * 1e-3);
  }

  // Some three minutes of virtual time: a rekey each two minutes (WireGuard's REKEY_AFTER_TIME).
  void a_gibibyte_through_rekeys() {
    if (testing::reduced_run()) QSKIP("not with few seeds");
    QElapsedTimer timer;
    timer.start();
    Scenario scenario;
    scenario.path.rate = DataRate::bits_per_second(50'000'000);
    scenario.path.rtt = 40ms;
    scenario.path.queue = ByteCount{250'000};
    scenario.sender.hystart = congestion::HystartKind::Gvisor;
    Transfer transfer(scenario, std::int64_t{1} << 30);
    QVERIFY(transfer.run(1h));
    QVERIFY(transfer.now() > Instant{} + 130s);
    QCOMPARE(transfer.reader().read(), std::int64_t{1} << 30);
    QCOMPARE(transfer.reader().sha256(), sha256_of_blocks(std::int64_t{1} << 30));
    qInfo("1 GiB in %.1f s", static_cast<double>(timer.elapsed()) * 1e-3);
  }
};

namespace {
const inflight::testing::Register<IntegrityTest> registered;
}
#include "integrity_test.moc"
