// Random bytes through tunnel and path arrive as they were written, by SHA-256: with losses,
// reordering and duplication over many seeds, IPv4 and IPv6; and 1 GiB through the rekeys that its
// time brings. The loop that moves the packets is this test's own; hosts, tunnels and paths are the
// Lab's.
#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QTest>

#include "lab/assembly.h"
#include "lab/runs.h"
#include "support/registry.h"
#include "support/seeds.h"

using namespace inflight;
using namespace inflight::lab;

namespace {

// Writes random bytes and hashes what was taken; closes at the end.
class Writer {
 public:
  Writer(std::int64_t total, const Random& random)
      : left_(total), random_(random.fork("written")), hash_(QCryptographicHash::Sha256) {}

  void run(tcp::Connection& connection) {
    while (left_ > 0 || !block_.empty()) {
      if (block_.empty()) refill();
      const std::size_t taken = connection.write(block_);
      hash_.addData(QByteArrayView(block_.data(), static_cast<qsizetype>(taken)));
      block_.erase(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(taken));
      if (!block_.empty()) return;
    }
    if (!std::exchange(closed_, true)) connection.close();
  }
  QByteArray sha256() const { return hash_.result().toHex(); }

 private:
  void refill() {
    block_.resize(static_cast<std::size_t>(std::min<std::int64_t>(left_, 65'536)));
    random_.fill(block_);
    left_ -= static_cast<std::int64_t>(block_.size());
  }

  std::int64_t left_;
  Random random_;
  QCryptographicHash hash_;
  std::vector<std::uint8_t> block_;
  bool closed_ = false;
};

class Reader {
 public:
  void run(tcp::Connection& connection) {
    const auto [head, tail] = connection.readable();
    for (const Bytes piece : {head, tail})
      hash_.addData(QByteArrayView(piece.data(), static_cast<qsizetype>(piece.size())));
    read_ += static_cast<std::int64_t>(head.size() + tail.size());
    connection.discard(head.size() + tail.size());
    finished_ = connection.read_to_end();
  }
  bool finished() const { return finished_; }
  std::int64_t read() const { return read_; }
  QByteArray sha256() const { return hash_.result().toHex(); }

 private:
  QCryptographicHash hash_{QCryptographicHash::Sha256};
  std::int64_t read_ = 0;
  bool finished_ = false;
};

class Transfer {
 public:
  Transfer(const Scenario& scenario, std::int64_t bytes)
      : random_(scenario.seed),
        hosts_(make_hosts(scenario, pool_, random_)),
        forward_(path_config(scenario, Side::Sender), random_.fork("forward"), pool_),
        back_(path_config(scenario, Side::Receiver), random_.fork("back"), pool_),
        writer_(bytes, random_) {
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
  const Writer& writer() const { return writer_; }
  const Reader& reader() const { return reader_; }
  Instant now() const { return now_; }
  tcp::Snapshot sender() const {
    return std::as_const(hosts_.sender->stack()).find(sending_)->snapshot();
  }

 private:
  void step() {
    deliver(forward_, *hosts_.receiver);
    deliver(back_, *hosts_.sender);
    hosts_.sender->handle_timeout(now_);
    hosts_.receiver->handle_timeout(now_);
    if (tcp::Connection* connection = hosts_.sender->stack().find(sending_))
      writer_.run(*connection);
    stack::Stack& receiving = hosts_.receiver->stack();
    if (!accepted_) accepted_ = receiving.accept();
    if (accepted_) reader_.run(*receiving.find(*accepted_));
    while (auto packet = hosts_.sender->poll_packet(now_)) forward_.push(std::move(*packet), now_);
    while (auto packet = hosts_.receiver->poll_packet(now_)) back_.push(std::move(*packet), now_);
    for (path::Path* path : {&forward_, &back_}) {
      while (path->poll_drop()) {
      }
    }
  }
  void deliver(path::Path& path, host::Host& to) {
    while (auto packet = path.pop(now_)) to.handle_packet(std::move(*packet), now_);
  }

  Random random_;
  wire::PacketPool pool_;
  HostPair hosts_;
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
      scenario.sender.sack = seed % 3 != 0;
      Transfer transfer(scenario, 8 * 1024 * 1024);
      const QByteArray name = "seed " + QByteArray::number(static_cast<qulonglong>(seed));
      QVERIFY2(transfer.run(1h), name);
      QVERIFY2(transfer.reader().read() == 8 * 1024 * 1024, name);
      QVERIFY2(transfer.reader().sha256() == transfer.writer().sha256(), name);
      QVERIFY2(transfer.sender().counters.retransmits > 100, name);
    }
    qInfo("%zu seeds in %.1f s", seeds.size(), static_cast<double>(timer.elapsed()) * 1e-3);
  }

  // Some three minutes of virtual time: a rekey each two minutes (WireGuard's REKEY_AFTER_TIME).
  void a_gibibyte_through_rekeys() {
    if (testing::seeds(100).size() < 100 && !testing::full_run()) QSKIP("not with few seeds");
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
    QCOMPARE(transfer.reader().sha256(), transfer.writer().sha256());
    qInfo("1 GiB in %.1f s", static_cast<double>(timer.elapsed()) * 1e-3);
  }
};

namespace {
const inflight::testing::Register<IntegrityTest> registered;
}
#include "integrity_test.moc"
