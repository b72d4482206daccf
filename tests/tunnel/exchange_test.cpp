// Two tunnels over a wire that loses, delays, reorders and duplicates datagrams, for minutes of
// virtual time and several rekeys: what comes out is what went in, each packet at most once, and
// nothing is lost but what the wire lost.
#include <QTest>
#include <algorithm>
#include <map>

#include "pair.h"
#include "support/registry.h"

namespace inflight::testing {

using namespace tunnel;

namespace {

struct Weather {
  double loss = 0;
  double duplication = 0;
  Duration delay = 20ms;
  Duration jitter = 0ms;
};

class Storm {
 public:
  Storm(std::uint64_t seed, const Weather& weather) : random_(seed), weather_(weather) {}

  void run(Duration length) {
    std::array<Instant, 2> next_send{Instant{}, Instant{1ms}};
    const Instant end = Instant{} + length;
    while (now_ < end) {
      Instant next = std::min(next_send[0], next_send[1]);
      if (!wire_.empty()) next = std::min(next, wire_.begin()->first);
      for (End* side : sides()) next = std::min(next, side->tunnel->next_timeout().at);
      now_ = std::max(now_, next);
      while (!wire_.empty() && wire_.begin()->first <= now_) deliver_next();
      for (std::size_t i = 0; i < 2; ++i) {
        if (next_send[i] > now_) continue;
        send(*sides()[i]);
        next_send[i] = now_ + Duration(static_cast<Duration::rep>(random_.below(100'000'000)));
      }
      for (End* side : sides()) {
        side->tunnel->handle_timeout(now_);
        while (auto datagram = side->tunnel->poll_datagram(now_)) launch(*side, *datagram);
      }
    }
  }

  std::array<End*, 2> sides() { return {&pair.a, &pair.b}; }

  Pair pair;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  // Packets that came out and were not put in, or came out twice.
  std::uint64_t wrong = 0;
  std::uint64_t lost_on_the_wire = 0;

 private:
  struct Flying {
    End* to = nullptr;
    wire::Endpoint from;
    Buffer bytes;
  };

  void send(End& side) {
    const bool is_a = side.name == 'a';
    const bool v6 = random_.chance(0.3);
    Buffer packet = inner_packet(is_a ? 1 : 2, is_a ? 2 : 1, 60 + random_.below(1361), 0,
                                 v6 ? wire::IpVersion::V6 : wire::IpVersion::V4);
    MutableBytes payload = MutableBytes(packet).subspan(40);
    random_.fill(payload);
    ByteWriter(payload).u64be(++sent);
    expected_[is_a ? 1 : 0].emplace(sent, packet);
    auto result = side.tunnel->handle_packet(pair.pool.copy(packet), now_);
    if (result.datagram) launch(side, *result.datagram);
  }

  void launch(End& side, const Datagram& datagram) {
    End& to = side.name == 'a' ? pair.b : pair.a;
    if (random_.chance(weather_.loss)) {
      ++lost_on_the_wire;
      return;
    }
    const Bytes bytes = datagram.payload.bytes();
    const int copies = random_.chance(weather_.duplication) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const auto extra = random_.below(static_cast<std::uint64_t>(weather_.jitter.count()) + 1);
      wire_.emplace(now_ + weather_.delay + Duration(static_cast<Duration::rep>(extra)),
                    Flying{&to, side.endpoint, {bytes.begin(), bytes.end()}});
    }
  }

  void deliver_next() {
    const Flying flying = std::move(wire_.begin()->second);
    wire_.erase(wire_.begin());
    auto result =
        flying.to->tunnel->handle_datagram(pair.pool.copy(flying.bytes), flying.from, now_);
    if (!result.packet) return;
    const Bytes bytes = result.packet->bytes();
    auto& expected = expected_[flying.to->name == 'a' ? 0 : 1];
    const auto found = expected.find(ByteReader(bytes.subspan(40)).u64be());
    if (found == expected.end() || !std::ranges::equal(found->second, bytes)) {
      ++wrong;
      return;
    }
    ++received;
    expected.erase(found);
  }

  Random random_;
  Weather weather_;
  Instant now_{};
  std::multimap<Instant, Flying> wire_;
  std::array<std::map<std::uint64_t, Buffer>, 2> expected_;
};

}  // namespace

class ExchangeTest : public QObject {
  Q_OBJECT

 private slots:
  void fair_weather_loses_nothing() {
    Storm storm(1, {.delay = 30ms});
    storm.run(10min);
    QCOMPARE(storm.wrong, 0U);
    // What is still on its way at the end, and nothing else.
    QVERIFY(storm.sent - storm.received < 10);
    QCOMPARE(storm.pair.a.tunnel->counters().sessions, 5U);
    QCOMPARE(storm.pair.b.tunnel->counters().rekeys, 4U);
  }

  void storms_data() {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 6; ++seed) QTest::addRow("seed %d", seed) << seed;
  }
  void storms() {
    QFETCH(int, seed);
    Storm storm(static_cast<std::uint64_t>(seed),
                {.loss = 0.1, .duplication = 0.05, .delay = 20ms, .jitter = 300ms});
    storm.run(7min);
    QCOMPARE(storm.wrong, 0U);
    const auto missing = storm.sent - storm.received;
    QVERIFY2(missing <= storm.lost_on_the_wire + 20,
             qPrintable(QString("%1 missing, %2 lost").arg(missing).arg(storm.lost_on_the_wire)));
    for (End* side : storm.sides()) {
      const Counters& counters = side->tunnel->counters();
      QVERIFY(counters.rekeys >= 2);
      QVERIFY(counters.dropped(DropReason::ReplayedCounter) > 0);
      QCOMPARE(counters.sessions, counters.rekeys + 1);
      for (const auto reason :
           {DropReason::BadTag, DropReason::BadMac1, DropReason::Malformed,
            DropReason::StageOverflow, DropReason::SourceNotAllowed, DropReason::SessionExpired}) {
        QCOMPARE(counters.dropped(reason), 0U);
      }
    }
  }

  void same_seed_same_run() {
    Storm first(3, {.loss = 0.2, .delay = 20ms, .jitter = 50ms});
    Storm second(3, {.loss = 0.2, .delay = 20ms, .jitter = 50ms});
    first.run(3min);
    second.run(3min);
    QCOMPARE(first.received, second.received);
    QCOMPARE(first.pair.a.tunnel->counters().bytes_received.value(),
             second.pair.a.tunnel->counters().bytes_received.value());
    QVERIFY(first.pair.b.tunnel->next_timeout().at == second.pair.b.tunnel->next_timeout().at);
  }
};

namespace {
const Register<ExchangeTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "exchange_test.moc"
