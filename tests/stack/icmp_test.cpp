// ICMP at a stack: echo, refusals and their rate, and errors about its segments: who may send them,
// what they may do (RFC 5927), and that a path's MTU is followed at once.
#include "wire/icmp.h"

#include <QTest>
#include <algorithm>

#include "stack/net.h"
#include "support/registry.h"
#include "wire/udp.h"

using namespace inflight;
using namespace inflight::stack;
using namespace inflight::testing;

namespace {

using M = wire::IcmpMeaning;

const wire::IpAddress kRouter = wire::IpAddress::v4(10, 9, 9, 9);
const wire::IpAddress kRouter6 = wire::parse_address("fd00::99").value();

wire::Packet message(wire::PacketPool& pool, const wire::IpAddress& from, const wire::IpAddress& to,
                     const wire::IcmpHeader& header, Bytes body) {
  const std::size_t ip_size = wire::ip_header_size(from.version());
  wire::Packet packet = pool.make(ip_size + wire::kIcmpHeaderSize + body.size());
  wire::emit_ip(
      {.source = from, .destination = to, .protocol = wire::icmp_protocol(from.version())},
      packet.size() - ip_size, packet.bytes().first(ip_size));
  const MutableBytes payload = packet.bytes().subspan(ip_size);
  ByteWriter(payload.subspan(wire::kIcmpHeaderSize)).bytes(body);
  wire::emit_icmp(from, to, header, payload);
  return packet;
}

wire::IcmpView icmp_view(const wire::Packet& packet) {
  const auto ip = wire::parse_ip(packet.bytes(), wire::Completeness::Complete).value();
  return wire::parse_icmp(ip.header.source, ip.header.destination, ip.payload).value();
}

wire::Packet datagram(wire::PacketPool& pool, std::uint8_t protocol, std::size_t size,
                      bool six = false) {
  const std::size_t ip_size = six ? 40 : 20;
  wire::Packet packet = pool.make(ip_size + size);
  wire::emit_ip({.source = six ? kClient6 : kClient,
                 .destination = six ? kServer6 : kServer,
                 .protocol = protocol},
                size, packet.bytes().first(ip_size));
  const MutableBytes payload = packet.bytes().subspan(ip_size);
  std::ranges::fill(payload, std::uint8_t{7});
  if (protocol == wire::ip_protocol::kUdp) {
    wire::emit_udp({six ? kClient6 : kClient, 1000}, {six ? kServer6 : kServer, 53}, payload);
  }
  return packet;
}

// A connection of the client with data in flight; what it sent is with the test.
struct Flight {
  Net net;
  Handle handle{};
  std::vector<wire::Packet> sent;
  bool six;

  explicit Flight(bool v6 = false, const tcp::Config& config = {}) : six(v6) {
    net.server.listen(80, {});
    handle = net.client.connect(config, {six ? kServer6 : kServer, 80}, net.now).value();
    net.settle();
    net.client.find(handle)->write(std::vector<std::uint8_t>(10'000, 7));
    collect();
  }
  void collect() {
    while (auto packet = net.client.poll_packet(net.now)) sent.push_back(std::move(packet->packet));
  }
  // A router says that one of the packets could not pass.
  void complain(const wire::IcmpHeader& header, Bytes quoted) {
    net.client.handle_packet(
        message(net.pool, six ? kRouter6 : kRouter, six ? kClient6 : kClient, header, quoted),
        net.now);
  }
  wire::IcmpHeader too_big(std::uint32_t mtu) const {
    return wire::packet_too_big_header(six ? wire::IpVersion::V6 : wire::IpVersion::V4, mtu);
  }
  tcp::Snapshot snapshot() const { return std::as_const(net.client).find(handle)->snapshot(); }
  // Carries what was sent to the server, and everything that follows from it.
  void deliver() {
    for (wire::Packet& packet : sent) {
      packet.arrival = net.now;
      net.server.handle_packet(packet, net.now);
    }
    sent.clear();
    net.settle();
  }
};

}  // namespace

class IcmpAtStackTest : public QObject {
  Q_OBJECT

 private:
  void versions() {
    QTest::addColumn<bool>("six");
    QTest::newRow("IPv4") << false;
    QTest::newRow("IPv6") << true;
  }

 private slots:
  void echo_is_answered_data() { versions(); }
  void echo_is_answered() {
    QFETCH(bool, six);
    Net net;
    const auto body = text("are you there?");
    const auto& from = six ? kClient6 : kClient;
    const auto& to = six ? kServer6 : kServer;
    const std::uint8_t type = six ? 128 : 8;
    net.server.handle_packet(message(net.pool, from, to, {type, 0, 0x00070001}, body), net.now);
    const auto answer = net.server.poll_packet(net.now);
    QVERIFY(answer.has_value());
    const auto ip = wire::parse_ip(answer->packet.bytes(), wire::Completeness::Complete).value();
    QVERIFY(ip.header.source == to && ip.header.destination == from);
    const auto view = icmp_view(answer->packet);
    QVERIFY(view.meaning == M::EchoReply);
    QCOMPARE(view.word, 0x00070001U);
    QVERIFY(std::ranges::equal(view.body, body));
    QCOMPARE(net.server.counters().echo_replies, 1);
    // An answer is not answered, nor is one that was damaged.
    net.server.handle_packet(answer->packet, net.now);
    wire::Packet damaged = message(net.pool, from, to, {type, 0, 1}, body);
    damaged.bytes().back() ^= 1;
    net.server.handle_packet(damaged, net.now);
    QVERIFY(!net.server.poll_packet(net.now));
    QCOMPARE(net.server.counters().bad_checksums, 1);
  }

  // RFC 4443 §2.4 f: at most so many in a burst, and so many in a second.
  void replies_are_bounded_in_rate() {
    Net net;
    const auto flood = [&](int count) {
      int answers = 0;
      for (int i = 0; i < count; ++i) {
        net.server.handle_packet(message(net.pool, kClient, kServer, {8, 0, 1}, {}), net.now);
        while (net.server.poll_packet(net.now)) ++answers;
      }
      return answers;
    };
    QCOMPARE(flood(200), IcmpReplies::kBurst);
    net.now += 10ms;
    QCOMPARE(flood(200), IcmpReplies::kRate / 100);
    net.now += 1h;
    QCOMPARE(flood(200), IcmpReplies::kBurst);
    // Nobody asks for packets: they do not pile up.
    net.now += 1h;
    for (int i = 0; i < 1000; ++i) {
      net.now += 1ms;
      net.server.handle_packet(message(net.pool, kClient, kServer, {8, 0, 1}, {}), net.now);
    }
    int waiting = 0;
    while (net.server.poll_packet(net.now)) ++waiting;
    QCOMPARE(waiting, 64);
  }

  void a_port_that_nobody_has_is_refused_data() { versions(); }
  void a_port_that_nobody_has_is_refused() {
    QFETCH(bool, six);
    Net net;
    const wire::Packet asked = datagram(net.pool, wire::ip_protocol::kUdp, 1400, six);
    net.server.handle_packet(asked, net.now);
    const auto answer = net.server.poll_packet(net.now);
    QVERIFY(answer.has_value());
    const auto view = icmp_view(answer->packet);
    QVERIFY(view.meaning == M::PortUnreachable);
    // As much of it as an error may have.
    QCOMPARE(answer->packet.size(), std::size_t{six ? 1280U : 576U});
    QVERIFY(std::ranges::equal(view.body, asked.bytes().first(view.body.size())));
    QCOMPARE(wire::parse_quote(view.body)->destination.port, 53);
  }

  void a_protocol_that_nobody_speaks_is_refused_data() { versions(); }
  void a_protocol_that_nobody_speaks_is_refused() {
    QFETCH(bool, six);
    Net net;
    net.server.handle_packet(datagram(net.pool, 132, 50, six), net.now);
    const auto answer = net.server.poll_packet(net.now);
    QVERIFY(answer.has_value());
    QVERIFY(icmp_view(answer->packet).meaning == M::ProtocolUnreachable);
    if (six) QCOMPARE(icmp_view(answer->packet).word, 6U);
    QCOMPARE(net.server.counters().unknown_protocols, 1);
  }

  // RFC 1122 §3.2.2: no error about an error, nor about what came damaged.
  void what_is_never_refused() {
    Net net;
    wire::Packet damaged = datagram(net.pool, wire::ip_protocol::kUdp, 100);
    damaged.bytes().back() ^= 1;
    net.server.handle_packet(damaged, net.now);
    net.server.handle_packet(message(net.pool, kClient, kServer, {3, 3, 0}, text("nothing")),
                             net.now);
    QVERIFY(!net.server.poll_packet(net.now));
    QCOMPARE(net.server.counters().icmp_ignored, 1);
  }

  // RFC 9293 MUST-56: recorded and told, never fatal once the other host has been heard. RFC 5927
  // §5: the same of hard errors.
  void no_error_ends_a_connection_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("error");
    QTest::newRow("network") << 3 << 0 << static_cast<int>(M::NetworkUnreachable);
    QTest::newRow("host") << 3 << 1 << static_cast<int>(M::HostUnreachable);
    QTest::newRow("protocol") << 3 << 2 << static_cast<int>(M::ProtocolUnreachable);
    QTest::newRow("port") << 3 << 3 << static_cast<int>(M::PortUnreachable);
    QTest::newRow("time") << 11 << 0 << static_cast<int>(M::TimeExceeded);
    QTest::newRow("parameter") << 12 << 0 << static_cast<int>(M::ParameterProblem);
    QTest::newRow("source quench") << 4 << 0 << -1;
  }
  void no_error_ends_a_connection() {
    QFETCH(int, type);
    QFETCH(int, code);
    QFETCH(int, error);
    Flight flight;
    const double cwnd = flight.snapshot().congestion.cwnd;
    flight.complain({static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code), 0},
                    flight.sent[0].bytes().first(28));
    QVERIFY(flight.snapshot().state == tcp::State::Established);
    QCOMPARE(flight.snapshot().congestion.cwnd, cwnd);
    QCOMPARE(flight.net.client.counters().icmp_ignored, error < 0 ? 1 : 0);
    const auto told = flight.snapshot().network_error;
    QCOMPARE(told ? static_cast<int>(*told) : -1, error);
    flight.deliver();
    QCOMPARE(flight.snapshot().counters.bytes_acked, ByteCount{10'000});
  }

  // RFC 1122 §4.2.3.9, RFC 5461: while connecting.
  void errors_while_connecting_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("eager");
    QTest::addColumn<bool>("ends");
    for (const auto& [code, hard] :
         {std::pair{0, false}, {1, false}, {2, true}, {3, true}, {5, false}, {13, false}}) {
      QTest::addRow("code %d", code) << code << false << hard;
      QTest::addRow("code %d, as in Linux", code) << code << true << true;
    }
  }
  void errors_while_connecting() {
    QFETCH(int, code);
    QFETCH(bool, eager);
    QFETCH(bool, ends);
    Net net;
    tcp::Config config;
    if (eager) config.attempt_ends = tcp::AttemptEnds::OnAnyError;
    const Handle handle = net.client.connect(config, {kServer, 80}, net.now).value();
    const auto syn = net.client.poll_packet(net.now);
    net.client.handle_packet(
        message(net.pool, kRouter, kClient, {3, static_cast<std::uint8_t>(code), 0},
                syn->packet.bytes().first(28)),
        net.now);
    const tcp::Snapshot snapshot = net.client.find(handle)->snapshot();
    QCOMPARE(snapshot.state == tcp::State::Closed, ends);
    QVERIFY(!ends || snapshot.end_reason == tcp::EndReason::Unreachable);
    QVERIFY(snapshot.network_error.has_value());
    // One that goes on is answered in the end.
    net.server.listen(80, {});
    net.run_until(net.now + 2s);
    QCOMPARE(net.client.find(handle)->state() == tcp::State::Established, !ends);
  }

  // RFC 5927 §4.1, §4.2: who cannot see what is in flight is not believed.
  void messages_about_nothing_in_flight_are_ignored() {
    Flight flight;
    const auto quoted = [&](std::uint32_t change, std::size_t field) {
      const Bytes first = flight.sent[0].bytes().first(28);
      std::vector<std::uint8_t> quote(first.begin(), first.end());
      const std::uint32_t before = ByteReader(Bytes(quote).subspan(field)).u32be();
      ByteWriter(MutableBytes(quote).subspan(field)).u32be(before + change);
      return quote;
    };
    constexpr std::size_t kPorts = 20;
    constexpr std::size_t kSequence = 24;
    int ignored = 0;
    for (const std::uint32_t change : {10'000U, 0U - 1, 0x80000000U, 70'000U}) {
      flight.complain(flight.too_big(600), quoted(change, kSequence));
      flight.complain({3, 1, 0}, quoted(change, kSequence));
      ignored += 2;
    }
    flight.complain(flight.too_big(600), quoted(1, kPorts));
    flight.complain(flight.too_big(600), Bytes(quoted(0, kPorts)).first(27));
    QCOMPARE(flight.net.client.counters().icmp_ignored, ignored + 2);
    QCOMPARE(flight.net.client.counters().icmp_errors, 0);
    QCOMPARE(flight.snapshot().mss, ByteCount{1448});
    // The last byte in flight is in flight.
    flight.complain(flight.too_big(1000), quoted(9'999, kSequence));
    QCOMPARE(flight.snapshot().mss, ByteCount{1000 - 40 - 12});
  }

  // RFC 1191 §5, RFC 8201 §5.4: smaller segments from now on, what was too large again and at once,
  // and no less of a congestion window.
  void too_large_segments_are_sent_again_at_once_data() { versions(); }
  void too_large_segments_are_sent_again_at_once() {
    QFETCH(bool, six);
    Flight flight(six);
    const std::size_t before = flight.sent.size();
    const auto first = view(flight.sent[0]).header.seq;
    const double cwnd = flight.snapshot().congestion.cwnd;
    flight.complain(flight.too_big(1300), flight.sent[0].bytes());
    flight.sent.clear();
    flight.collect();
    QVERIFY(flight.sent.size() >= before);
    QCOMPARE(view(flight.sent[0]).header.seq.value(), first.value());
    QCOMPARE(flight.sent[0].size(), std::size_t{1300});
    for (const wire::Packet& packet : flight.sent) QVERIFY(packet.size() <= 1300);
    QCOMPARE(flight.snapshot().congestion.cwnd, cwnd);
    QCOMPARE(flight.snapshot().counters.rtos, 0);
    flight.deliver();
    QCOMPARE(flight.snapshot().counters.bytes_acked, ByteCount{10'000});
    QVERIFY(flight.net.client.find(flight.handle)->is_consistent());
    bool told = false;
    while (const auto event = flight.net.client.find(flight.handle)->poll_event()) {
      told = told || event->kind == tcp::EventKind::PathMtuChanged;
      if (event->kind == tcp::EventKind::Retransmitted) {
        QVERIFY(event->trigger == tcp::Trigger::PathMtu);
      }
    }
    QVERIFY(told);
  }

  void the_path_is_remembered_for_ten_minutes() {
    Flight flight;
    flight.complain(flight.too_big(1000), flight.sent[0].bytes());
    flight.sent.clear();
    flight.deliver();
    // Another connection to there begins with it; one to elsewhere does not.
    const auto largest = [&](const wire::Endpoint& to) {
      const Handle handle = flight.net.client.connect({}, to, flight.net.now).value();
      flight.net.settle();
      return flight.net.client.find(handle)->snapshot().mss;
    };
    QCOMPARE(largest({kServer, 80}), ByteCount{948});
    QCOMPARE(largest({kServer6, 80}), ByteCount{1448});
    // RFC 1191 §6.3: and then the path is tried again, by the connections that are there as well.
    flight.net.run_until(flight.net.now + 599s);
    QCOMPARE(flight.snapshot().mss, ByteCount{948});
    flight.net.run_until(flight.net.now + 2s);
    QCOMPARE(flight.snapshot().mss, ByteCount{1448});
    QCOMPARE(largest({kServer, 80}), ByteCount{1448});
  }

  // Below what a packet should have, routers may cut it (IPv4), or the message lies (IPv6).
  void floors() {
    Flight four;
    QVERIFY(
        wire::parse_ip(four.sent[0].bytes(), wire::Completeness::Complete)->header.dont_fragment);
    four.complain(four.too_big(100), four.sent[0].bytes());
    QCOMPARE(four.snapshot().mss, ByteCount{552 - 52});
    four.sent.clear();
    four.collect();
    QVERIFY(
        !wire::parse_ip(four.sent[0].bytes(), wire::Completeness::Complete)->header.dont_fragment);
    Flight six(true);
    six.complain(six.too_big(1279), six.sent[0].bytes());
    QCOMPARE(six.snapshot().mss, ByteCount{1448});
    six.complain(six.too_big(1280), six.sent[0].bytes());
    QCOMPARE(six.snapshot().mss, ByteCount{1280 - 72});
  }

  void hop_limit_and_dscp_are_the_connections_own() {
    tcp::Config config;
    config.hop_limit = 7;
    config.dscp = 46;
    Flight flight(false, config);
    const auto ip = wire::parse_ip(flight.sent[0].bytes(), wire::Completeness::Complete).value();
    QCOMPARE(ip.header.hop_limit, 7);
    QCOMPARE(ip.header.dscp, 46);
  }
};

namespace {
const inflight::testing::Register<IcmpAtStackTest> registered;
}
#include "icmp_test.moc"
