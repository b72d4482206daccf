// Initial sequence numbers and timestamp offsets (RFC 6528, RFC 7323 §7.1), and what they make
// possible: a connection that follows another through TIME-WAIT (RFC 6191).
#include "stack/initial_numbers.h"

#include <QTest>
#include <set>

#include "stack/net.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::stack;
using namespace inflight::testing;

namespace {

constexpr FourTuple tuple_of(std::uint16_t port) {
  return {{wire::IpAddress::v4(10, 0, 0, 1), port}, {wire::IpAddress::v4(10, 0, 0, 2), 80}};
}

// The server closed first and waits for two MSL; the client, from port 5000, ended at number 2002
// and its timestamps at 50.
struct Waiting {
  Net net;
  wire::TcpHeader last;

  explicit Waiting(bool timestamps) {
    net.server.listen(80, {});
    wire::TcpHeader header = syn_from(5000);
    header.seq = SeqNum{2000};
    if (timestamps) header.options.timestamps = wire::TcpTimestamps{40, 0};
    const wire::TcpHeader accepted = deliver(header);
    header.flags = {.ack = true};
    header.seq = SeqNum{2001};
    header.ack = accepted.seq + 1;
    if (timestamps) header.options.timestamps = wire::TcpTimestamps{50, 0};
    static_cast<void>(deliver(header));
    const Handle handle = *net.server.accept();
    net.server.find(handle)->close();
    net.server.release(handle);
    while (net.server.poll_packet(net.now)) {
    }
    header.flags.fin = true;
    header.ack = accepted.seq + 2;
    last = deliver(header);
  }
  wire::TcpHeader deliver(const wire::TcpHeader& header) {
    wire::Packet packet = segment(net.pool, header);
    packet.arrival = net.now;
    net.server.handle_packet(packet, net.now);
    const auto reply = net.server.poll_packet(net.now);
    return reply ? view(reply->packet).header : wire::TcpHeader{};
  }
  // What a SYN from the same port gets, at once: a SYN of its own or an ACK of the old connection.
  wire::TcpHeader try_again(std::uint32_t seq, std::optional<std::uint32_t> timestamp) {
    wire::TcpHeader syn = syn_from(5000);
    syn.seq = SeqNum{seq};
    if (timestamp) syn.options.timestamps = wire::TcpTimestamps{*timestamp, 0};
    return deliver(syn);
  }
};

}  // namespace

class InitialNumbersTest : public QObject {
  Q_OBJECT

 private slots:
  // RFC 9293 MUST-8, MUST-9: two connections to the same place do not begin alike.
  void initial_numbers_differ() {
    Net net;
    std::set<std::uint32_t> numbers;
    for (int i = 0; i < 50; ++i) {
      net.open(80);
      numbers.insert(view(net.client.poll_packet(net.now)->packet).header.seq.value());
    }
    QCOMPARE(numbers.size(), std::size_t{50});
  }

  // RFC 6528 §3: one clock for each pair of endpoints, a tick every 4 microseconds.
  void numbers_of_a_tuple_follow_the_clock() {
    const InitialNumbers numbers(Random(1));
    const SeqNum first = numbers.sequence(tuple_of(5000), Instant{});
    QCOMPARE(numbers.sequence(tuple_of(5000), Instant{} + 4us).value(), (first + 1).value());
    QCOMPARE(numbers.sequence(tuple_of(5000), Instant{} + 1s).value(), (first + 250'000).value());
    // It wraps every 4.77 hours.
    QCOMPARE(numbers.sequence(tuple_of(5000), Instant{} + 4us * (std::int64_t{1} << 32)).value(),
             first.value());
    QCOMPARE(numbers.timestamp_offset(tuple_of(5000)), numbers.timestamp_offset(tuple_of(5000)));
  }

  // Whoever sees the numbers of some connections learns nothing of others, nor of another host's.
  void numbers_depend_on_every_part_and_on_the_secret() {
    std::set<std::uint32_t> seen;
    for (int seed = 0; seed < 4; ++seed) {
      const InitialNumbers numbers(Random(static_cast<std::uint64_t>(seed)));
      for (std::uint16_t port = 1; port <= 64; ++port) {
        FourTuple tuple = tuple_of(port);
        seen.insert(numbers.sequence(tuple, Instant{}).value());
        seen.insert(numbers.timestamp_offset(tuple));
        std::swap(tuple.local, tuple.remote);
        seen.insert(numbers.sequence(tuple, Instant{}).value());
        tuple.remote.address = kClient6;
        tuple.local.address = kServer6;
        seen.insert(numbers.sequence(tuple, Instant{}).value());
      }
    }
    QCOMPARE(seen.size(), std::size_t{4 * 64 * 4});
  }

  // RFC 6191 §2, RFC 9293 MAY-2. An old duplicate SYN must not end TIME-WAIT, a new one may.
  void a_syn_may_end_time_wait_data() {
    QTest::addColumn<bool>("timestamps");
    QTest::addColumn<quint32>("seq");
    QTest::addColumn<int>("timestamp");
    QTest::addColumn<bool>("opens");
    QTest::newRow("later timestamp, lower number") << true << 1000U << 51 << true;
    QTest::newRow("earlier timestamp, higher number") << true << 3000U << 49 << false;
    QTest::newRow("same timestamp, higher number") << true << 2003U << 50 << true;
    QTest::newRow("same timestamp, the next number") << true << 2002U << 50 << false;
    QTest::newRow("no timestamps, higher number") << false << 2003U << -1 << true;
    QTest::newRow("no timestamps, the next number") << false << 2002U << -1 << false;
    QTest::newRow("timestamps only now, lower number") << false << 1999U << 60 << false;
    QTest::newRow("timestamps no more, higher number") << true << 2003U << -1 << true;
  }
  void a_syn_may_end_time_wait() {
    QFETCH(bool, timestamps);
    QFETCH(quint32, seq);
    QFETCH(int, timestamp);
    QFETCH(bool, opens);
    Waiting waiting(timestamps);
    const auto value =
        timestamp < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(timestamp));
    const wire::TcpHeader reply = waiting.try_again(seq, value);
    QCOMPARE(reply.flags.syn, opens);
    QCOMPARE(waiting.net.server.counters().reopened, opens ? 1 : 0);
    if (!opens) return;
    QCOMPARE(reply.ack.value(), seq + 1);
    // Behind all that the old connection sent, out of reach of its segments.
    QVERIFY(reply.seq - waiting.last.seq > 65'535);
    waiting.net.run_until(waiting.net.now + 300s);
    QCOMPARE(waiting.net.server.connections(), std::size_t{0});
  }

  // RFC 1337: TIME-WAIT is not assassinated by a RST.
  void a_reset_does_not_end_time_wait() {
    Waiting waiting(true);
    wire::TcpHeader reset = syn_from(5000);
    reset.flags = {.rst = true};
    reset.seq = SeqNum{2002};
    QVERIFY(!waiting.deliver(reset).flags.ack);
    QCOMPARE(waiting.net.server.connections(), std::size_t{1});
    QVERIFY(!waiting.try_again(1000, 49).flags.syn);
  }

  // Nobody listens any more: the SYN is for the connection that waits.
  void only_a_listener_reopens() {
    Waiting waiting(true);
    waiting.net.server.unlisten({{}, 80});
    const wire::TcpHeader reply = waiting.try_again(3000, 60);
    QVERIFY(!reply.flags.syn);
    QCOMPARE(waiting.net.server.counters().reopened, 0);
  }
};

namespace {
const inflight::testing::Register<InitialNumbersTest> registered;
}
#include "initial_numbers_test.moc"
