// Two connections and a network that loses, repeats, delays and reorders, over many seeds: what is
// read is what was written, both ends finish, the invariants hold after every step, and nothing
// exceeds the window.
#include <QTest>
#include <map>

#include "base/random.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "tcp/script.h"

using namespace inflight;
using namespace inflight::tcp;

namespace {

struct Network {
  double loss = 0;
  double repeat = 0;
  Duration delay = 10ms;
  Duration jitter{};
};

// One end with its stream: writes `total` coded bytes, then closes; reads until the other's FIN.
struct End {
  Connection connection;
  std::int64_t total;
  std::int64_t written = 0;
  std::int64_t read = 0;
  bool closed = false;

  void run(std::size_t read_at_most) {
    std::vector<std::uint8_t> chunk;
    while (written < total) {
      const auto size = static_cast<std::size_t>(std::min<std::int64_t>(total - written, 60'000));
      chunk.resize(size);
      for (std::size_t i = 0; i < size; ++i)
        chunk[i] = testing::coded_byte(written + 1 + static_cast<std::int64_t>(i));
      const std::size_t taken = connection.write(chunk);
      written += static_cast<std::int64_t>(taken);
      if (taken < size) break;
    }
    if (written == total && !std::exchange(closed, true)) connection.close();
    chunk.resize(read_at_most);
    const std::size_t got = connection.read(chunk);
    for (std::size_t i = 0; i < got; ++i) {
      if (chunk[i] != testing::coded_byte(++read)) qFatal("a wrong byte");
    }
  }
  bool done() const { return closed && connection.read_to_end(); }
};

struct Flying {
  int to;
  wire::TcpHeader header;
  std::vector<std::uint8_t> payload;
};

class Pair {
 public:
  Pair(const Config& a, const Config& b, std::int64_t bytes_a, std::int64_t bytes_b,
       const Network& network, std::uint64_t seed)
      : network_(network), random_(seed), config_b_(b), bytes_b_(bytes_b) {
    iss_ = {SeqNum{static_cast<std::uint32_t>(random_.next())},
            SeqNum{static_cast<std::uint32_t>(random_.next())}};
    ends_[0].emplace(End{Connection::connect(a, {1, 2}, iss_[0], now_), bytes_a});
  }

  // True when both have read everything within the time.
  bool run(Duration limit) {
    while (!finished() && now_ < Instant{} + limit) {
      step();
      const Instant next = next_event();
      if (next == kNever) break;
      now_ = std::max(now_, next);
    }
    return finished();
  }
  // For a failure: when, and where both ends stand.
  QString describe() const {
    QString text = QString("at %1 s").arg(to_seconds(now_));
    for (const auto& end : ends_) {
      if (!end) continue;
      const Snapshot snapshot = end->connection.snapshot();
      text +=
          QString(
              " | %1 wrote %2 of %3, unsent %4, in flight %5, window %6, cwnd %7, limit %8, rto %9")
              .arg(QString::fromStdString(std::string(to_string(snapshot.state))))
              .arg(end->written)
              .arg(end->total)
              .arg(snapshot.unsent.value())
              .arg(snapshot.bytes_in_flight.value())
              .arg(snapshot.send_window.value())
              .arg(snapshot.congestion.cwnd)
              .arg(static_cast<int>(snapshot.limit))
              .arg(to_seconds(snapshot.rto));
      text += QString(", read %1, unread %2, mss %3")
                  .arg(end->read)
                  .arg(snapshot.unread.value())
                  .arg(snapshot.mss.value());
    }
    return text;
  }
  End& end(int i) { return *ends_[static_cast<std::size_t>(i)]; }

 private:
  bool finished() const { return ends_[0]->done() && ends_[1] && ends_[1]->done(); }

  Instant next_event() const {
    Instant next = flying_.empty() ? kNever : flying_.begin()->first;
    for (const auto& end : ends_) {
      if (end) next = std::min(next, end->connection.next_timeout());
    }
    return next;
  }

  void step() {
    while (!flying_.empty() && flying_.begin()->first <= now_) {
      const Flying arrived = std::move(flying_.begin()->second);
      flying_.erase(flying_.begin());
      const Segment segment{arrived.header, arrived.payload, now_};
      if (arrived.to == 1 && !ends_[1]) {
        if (!arrived.header.flags.syn) continue;
        ends_[1].emplace(
            End{Connection::accept(config_b_, {2, 1}, iss_[1], segment, now_), bytes_b_});
      } else {
        end(arrived.to).connection.handle_segment(segment, now_);
      }
    }
    for (int i = 0; i < 2; ++i) {
      if (ends_[static_cast<std::size_t>(i)]) drive(i);
    }
  }

  void drive(int i) {
    End& self = end(i);
    if (self.connection.next_timeout() <= now_) self.connection.handle_timeout(now_);
    self.run(random_.below(30'000));
    if (self.connection.unread() > ByteCount{0}) self.run(std::size_t{1} << 22);
    while (const auto segment = self.connection.poll_segment(now_)) launch(1 - i, *segment);
    if (!self.connection.is_consistent()) qFatal("inconsistent");
    while (self.connection.poll_event()) {
    }
  }

  void launch(int to, const OutgoingSegment& segment) {
    if (random_.chance(network_.loss)) return;
    Flying copy{to, segment.header, {segment.payload_head.begin(), segment.payload_head.end()}};
    copy.payload.insert(copy.payload.end(), segment.payload_tail.begin(),
                        segment.payload_tail.end());
    for (int n = random_.chance(network_.repeat) ? 2 : 1; n > 0; --n) {
      const Duration extra{network_.jitter > Duration{}
                               ? static_cast<std::int64_t>(random_.below(
                                     static_cast<std::uint64_t>(network_.jitter.count())))
                               : 0};
      flying_.emplace(now_ + network_.delay + extra, copy);
    }
  }

  Network network_;
  Random random_;
  Config config_b_;
  std::int64_t bytes_b_;
  std::array<SeqNum, 2> iss_;
  std::array<std::optional<End>, 2> ends_;
  std::multimap<Instant, Flying> flying_;
  Instant now_ = Instant{} + 1s;
};

// Each seed draws its own settings and network.
Config drawn_config(Random& random) {
  Config config = testing::script_config();
  config.mss = ByteCount{static_cast<std::int64_t>(random.below(1400)) + 100};
  config.send_buffer = ByteCount{static_cast<std::int64_t>(random.below(200'000)) + 1000};
  config.receive_buffer = ByteCount{static_cast<std::int64_t>(random.below(200'000)) + 1000};
  config.sack = random.chance(0.7);
  config.recovery = static_cast<Recovery>(random.below(3));
  config.rate_reduction = random.chance(0.5);
  config.forward_rto = random.chance(0.5);
  config.undo = random.chance(0.7);
  config.pacing = random.chance(0.3);
  config.window_validation = random.chance(0.3);
  config.timestamps = random.chance(0.5);
  config.window_scaling = random.chance(0.7);
  config.delayed_ack = random.chance(0.5);
  config.nagle = static_cast<tcp::Nagle>(random.below(3));
  config.window_share = random.chance(0.3) ? 0.5 : 1;
  config.congestion = static_cast<congestion::Algorithm>(random.below(3));
  if (random.chance(0.5)) config.hystart = congestion::HystartKind::PlusPlus;
  return config;
}

}  // namespace

class PairTest : public QObject {
  Q_OBJECT

 private slots:
  void chaos_is_survived() {
    for (const std::uint64_t seed : testing::seeds(200)) {
      Random random(seed);
      Network network;
      network.loss = random.chance(0.7) ? random.uniform() * 0.1 : 0;
      network.repeat = random.chance(0.5) ? random.uniform() * 0.1 : 0;
      network.jitter = random.chance(0.5) ? 30ms : 0ms;
      const Config a = drawn_config(random);
      const Config b = drawn_config(random);
      Pair pair(a, b, static_cast<std::int64_t>(random.below(200'000)),
                static_cast<std::int64_t>(random.below(100'000)), network, seed);
      QVERIFY2(pair.run(3h), qPrintable(QString("seed %1 %2").arg(seed).arg(pair.describe())));
      QCOMPARE(pair.end(0).read, pair.end(1).total);
      QCOMPARE(pair.end(1).read, pair.end(0).total);
    }
  }

  // Without losses nothing is ever sent twice, whatever the settings.
  void nothing_is_sent_twice_without_need() {
    for (const std::uint64_t seed : testing::seeds(60)) {
      Random random(seed);
      const Config a = drawn_config(random);
      const Config b = drawn_config(random);
      Pair pair(a, b, 150'000, 50'000, {}, seed);
      QVERIFY2(pair.run(1h), qPrintable(QString("seed %1 %2").arg(seed).arg(pair.describe())));
      for (int i = 0; i < 2; ++i) {
        const auto counters = pair.end(i).connection.snapshot().counters;
        QVERIFY2(counters.rtos == 0 && counters.fast_recoveries == 0,
                 qPrintable(QString("seed %1 end %2").arg(seed).arg(i)));
      }
    }
  }

  // Offsets beyond 2^32, numbers that wrap on the way.
  void more_than_four_gibibytes() {
    if (!testing::full_run()) QSKIP("only in a full run");
    Config config = testing::script_config();
    config.mss = ByteCount{65'000};
    Pair pair(config, config, (std::int64_t{1} << 32) + 1'000'000, 0, {}, 1);
    QVERIFY(pair.run(24h));
    QCOMPARE(pair.end(1).read, (std::int64_t{1} << 32) + 1'000'000);
  }
};

namespace {
const inflight::testing::Register<PairTest> registered;
}
#include "pair_test.moc"
