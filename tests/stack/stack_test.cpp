// Stack: which connection a packet is for, strangers, bad packets, taking turns, ports, and when a
// connection is forgotten.
#include "stack/stack.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "stack/net.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::stack;
using namespace inflight::testing;

class StackTest : public QObject {
  Q_OBJECT

 private slots:
  void connects_and_carries_data_data() {
    QTest::addColumn<bool>("six");
    QTest::newRow("IPv4") << false;
    QTest::newRow("IPv6") << true;
  }
  void connects_and_carries_data() {
    QFETCH(bool, six);
    Net net;
    net.server.listen(80, {});
    const Handle handle = net.open(80, six ? kServer6 : kServer);
    net.client.find(handle)->write(text("hello"));
    net.settle();
    const auto accepted = net.server.accept();
    QVERIFY(accepted.has_value());
    QCOMPARE(read_all(*net.server.find(*accepted)), std::string("hello"));
    QVERIFY(net.server.local(*accepted) == net.client.remote(handle));
    QVERIFY(net.server.remote(*accepted) == net.client.local(handle));
    QVERIFY(net.server.local(*accepted).address == (six ? kServer6 : kServer));
    QVERIFY(!net.server.accept());
    QCOMPARE(net.server.counters().bad_checksums, 0);
  }

  // A request may come with the segment that ends the handshake: whoever accepts sees it at once,
  // not when the acknowledgement is due.
  void offers_a_connection_before_it_is_polled() {
    Net net;
    net.server.listen(80, {});
    const Handle handle = net.open(80);
    net.client.find(handle)->write(text("request"));
    const auto carry = [&](Stack& from, Stack& to) {
      while (auto packet = from.poll_packet(net.now)) {
        packet->packet.arrival = net.now;
        to.handle_packet(packet->packet, net.now);
      }
    };
    carry(net.client, net.server);
    QVERIFY(!net.server.accept());
    carry(net.server, net.client);
    carry(net.client, net.server);
    const auto accepted = net.server.accept();
    QVERIFY(accepted.has_value());
    QCOMPARE(read_all(*net.server.find(*accepted)), std::string("request"));
    QVERIFY(!net.server.accept());
  }

  void each_connection_gets_its_own_bytes() {
    Net net;
    net.server.listen(80, {});
    net.server.listen(81, {});
    std::map<std::uint16_t, std::string> sent;
    for (int i = 0; i < 60; ++i) {
      const Handle handle =
          net.open(static_cast<std::uint16_t>(80 + i % 2), i % 3 == 0 ? kServer6 : kServer);
      const std::string words = "number " + std::to_string(i);
      net.client.find(handle)->write(text(words.c_str()));
      sent[net.client.local(handle).port] = words;
    }
    QCOMPARE(sent.size(), std::size_t{60});
    net.settle();
    int accepted = 0;
    while (const auto handle = net.server.accept()) {
      QCOMPARE(read_all(*net.server.find(*handle)), sent.at(net.server.remote(*handle).port));
      ++accepted;
    }
    QCOMPARE(accepted, 60);
  }

  // RFC 9293 §3.10.7.1: number and acknowledgment of the RST depend on the offender.
  void nobody_listens() {
    Net net;
    const Handle handle = net.open(99);
    net.settle();
    QVERIFY(net.client.find(handle)->state() == tcp::State::Closed);
    QCOMPARE(net.server.counters().refused, 1);
    wire::TcpHeader stray = syn_from(5000);
    stray.flags = {.ack = true};
    stray.ack = SeqNum{777};
    net.server.handle_packet(segment(net.pool, stray), net.now);
    const auto reset = net.server.poll_packet(net.now);
    QVERIFY(view(reset->packet).header.flags.rst && !view(reset->packet).header.flags.ack);
    QCOMPARE(view(reset->packet).header.seq.value(), 777U);
    // A RST is never answered.
    stray.flags = {.rst = true};
    net.server.handle_packet(segment(net.pool, stray), net.now);
    QVERIFY(!net.server.poll_packet(net.now));
  }

  void a_syn_to_a_closed_port_is_acknowledged_by_its_reset() {
    Net net;
    net.server.handle_packet(segment(net.pool, syn_from(5000)), net.now);
    const auto reset = net.server.poll_packet(net.now);
    QVERIFY(view(reset->packet).header.flags.rst && view(reset->packet).header.flags.ack);
    QCOMPARE(view(reset->packet).header.ack.value(), 1001U);
  }

  void bad_packets_are_dropped_and_counted() {
    Net net;
    net.server.listen(80, {});
    wire::Packet damaged = segment(net.pool, syn_from(5000));
    damaged.bytes()[30] ^= 1;
    net.server.handle_packet(damaged, net.now);
    QCOMPARE(net.server.counters().bad_checksums, 1);
    net.server.handle_packet(
        segment(net.pool, syn_from(5000), kClient, wire::IpAddress::v4(10, 0, 0, 9)), net.now);
    QCOMPARE(net.server.counters().not_for_us, 1);
    wire::Packet cut = segment(net.pool, syn_from(5000));
    cut.trim_back(8);
    net.server.handle_packet(cut, net.now);
    net.server.handle_packet(wire::Packet{}, net.now);
    QCOMPARE(net.server.counters().malformed, 2);
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(!net.server.poll_packet(net.now));
  }

  void a_released_connection_is_forgotten_when_closed() {
    Net net;
    net.server.listen(80, {});
    const Handle handle = net.open(80);
    net.settle();
    const Handle peer = *net.server.accept();
    net.client.find(handle)->close();
    net.client.release(handle);
    net.server.find(peer)->close();
    net.server.release(peer);
    net.settle();
    // Both closed first: each waits two MSL.
    QVERIFY(net.client.connections() + net.server.connections() >= 1);
    net.run_until(net.now + 61s);
    QCOMPARE(net.client.connections(), std::size_t{0});
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(net.client.find(handle) == nullptr);
    QVERIFY(net.client.next_timeout() == kNever);
  }

  void a_closed_connection_stays_until_released() {
    Net net;
    const Handle handle = net.open(99);
    net.settle();
    QVERIFY(net.client.find(handle) != nullptr);
    net.client.release(handle);
    net.settle();
    QVERIFY(net.client.find(handle) == nullptr);
    net.client.release(handle);
  }

  // Everybody has much to send: each gets a packet in turn.
  void connections_take_turns() {
    Net net;
    net.server.listen(80, {});
    const std::vector<std::uint8_t> much(14'000, 7);
    std::vector<Handle> handles;
    for (int i = 0; i < 40; ++i) handles.push_back(net.open(80));
    net.settle();
    for (const Handle handle : handles) net.client.find(handle)->write(much);
    std::map<Handle, int> packets;
    for (int i = 0; i < 40 * 5; ++i) ++packets[net.client.poll_packet(net.now)->connection];
    QCOMPARE(packets.size(), std::size_t{40});
    for (const auto& [handle, count] : packets) QCOMPARE(count, 5);
  }

  void a_packet_says_what_it_carries() {
    Net net;
    net.server.listen(80, {});
    const Handle handle = net.open(80);
    auto syn = net.client.poll_packet(net.now);
    QVERIFY(syn->payload == ByteCount{0} && syn->connection == handle);
    net.server.handle_packet(syn->packet, net.now);
    net.settle();
    net.client.find(handle)->write(text("0123456789"));
    const auto data = net.client.poll_packet(net.now);
    QVERIFY(data->offset == StreamOffset{1} && data->payload == ByteCount{10});
  }

  // Refused explicitly: counted, and never mistaken for a segment. RFC 5095, RFC 6274: nor is a
  // packet obeyed, or taken, whose sender chose its route.
  void fragments_and_source_routes_are_refused() {
    Net net;
    net.server.listen(80, {});
    const auto with_checksum = [](wire::Packet packet) {
      const MutableBytes header = packet.bytes().first((packet.bytes()[0] & 15) * 4U);
      header[10] = header[11] = 0;
      ByteWriter(header.subspan(10)).u16be(wire::checksum_finish(wire::checksum_add(0, header)));
      return packet;
    };
    for (const std::uint16_t field : {std::uint16_t{0x2000}, std::uint16_t{0x0001}}) {
      wire::Packet packet = segment(net.pool, syn_from(5000));
      ByteWriter(packet.bytes().subspan(6)).u16be(field);
      net.server.handle_packet(with_checksum(std::move(packet)), net.now);
    }
    QCOMPARE(net.server.counters().fragments, 2);
    wire::Packet routed = segment(net.pool, syn_from(5000));
    static_cast<void>(routed.grow_back(8));
    const MutableBytes bytes = routed.bytes();
    std::ranges::copy_backward(bytes.subspan(20, bytes.size() - 28), bytes.end());
    const std::array<std::uint8_t, 8> option{0x83, 7, 4, 10, 0, 0, 9, 0};
    ByteWriter(bytes.subspan(20)).bytes(option);
    bytes[0] = 0x47;
    ByteWriter(bytes.subspan(2)).u16be(static_cast<std::uint16_t>(bytes.size()));
    net.server.handle_packet(with_checksum(std::move(routed)), net.now);
    QCOMPARE(net.server.counters().source_routed, 1);
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(!net.server.poll_packet(net.now));
    // Another option means nothing here, and harms nothing (RFC 9293 MUST-50).
    wire::Packet odd = segment(net.pool, syn_from(5000));
    static_cast<void>(odd.grow_back(4));
    std::ranges::copy_backward(odd.bytes().subspan(20, odd.size() - 24), odd.bytes().end());
    ByteWriter(odd.bytes().subspan(20)).u32be(0x94040000);
    odd.bytes()[0] = 0x46;
    ByteWriter(odd.bytes().subspan(2)).u16be(static_cast<std::uint16_t>(odd.size()));
    net.server.handle_packet(with_checksum(std::move(odd)), net.now);
    QVERIFY(view(net.server.poll_packet(net.now)->packet).header.flags.syn);
  }

  // RFC 6335: dynamic ports, none twice, none that is listened on.
  void ephemeral_ports() {
    Config config = with_addresses({kClient});
    config.max_connections = 20'000;
    wire::PacketPool pool;
    Stack stack(config, pool, Random(3));
    for (int port = 49'152; port < 49'252; ++port)
      stack.listen(static_cast<std::uint16_t>(port), {});
    std::set<std::uint16_t> ports;
    for (int i = 0; i < 16'384 - 100; ++i) {
      const auto handle = stack.connect({}, {kServer, 80}, Instant{});
      QVERIFY(handle.has_value());
      ports.insert(stack.local(*handle).port);
    }
    QCOMPARE(ports.size(), std::size_t{16'384 - 100});
    QVERIFY(*ports.begin() == 49'252);
    QVERIFY(stack.connect({}, {kServer, 80}, Instant{}).error() == ConnectError::NoPort);
    // Another remote end: the same ports again.
    QVERIFY(stack.connect({}, {kServer, 81}, Instant{}).has_value());
  }

  void connecting_can_fail() {
    wire::PacketPool pool;
    Config config = with_addresses({kClient});
    config.max_connections = 1;
    Stack stack(config, pool, Random(3));
    QVERIFY(stack.connect({}, {kServer6, 80}, Instant{}).error() == ConnectError::NoAddress);
    QVERIFY(stack.connect({}, {kServer, 80}, Instant{}).has_value());
    QVERIFY(stack.connect({}, {kServer, 80}, Instant{}).error() ==
            ConnectError::TooManyConnections);
  }

  // RFC 9293 MUST-46.
  void nobody_can_be_connected_to() {
    wire::PacketPool pool;
    Stack stack(with_addresses({kClient, kClient6}), pool, Random(3));
    for (const char* text : {"224.0.0.1:80", "255.255.255.255:80", "0.0.0.0:80", "[ff02::1]:80",
                             "[::]:80", "10.0.0.2:0"}) {
      const auto remote = wire::parse_endpoint(text).value();
      QVERIFY2(stack.connect({}, remote, Instant{}).error() == ConnectError::BadRemote, text);
    }
    QCOMPARE(stack.connections(), std::size_t{0});
  }

  // RFC 9293 MUST-43: the caller chooses address, port, both or neither.
  void connects_from_a_chosen_endpoint() {
    const wire::IpAddress second = wire::IpAddress::v4(10, 0, 0, 7);
    wire::PacketPool pool;
    Stack stack(with_addresses({kClient, second}), pool, Random(3));
    const wire::Endpoint to{kServer, 80};
    const auto from = [&](const wire::Endpoint& local) {
      return stack.connect_from({}, local, to, Instant{});
    };
    QVERIFY(stack.local(*from({second, 0})).address == second);
    QVERIFY(stack.local(*from({{}, 1234})) == (wire::Endpoint{kClient, 1234}));
    QVERIFY(stack.local(*from({second, 1234})) == (wire::Endpoint{second, 1234}));
    QVERIFY(from({second, 1234}).error() == ConnectError::AddressInUse);
    QVERIFY(from({wire::IpAddress::v4(10, 0, 0, 8), 0}).error() == ConnectError::NoAddress);
    // The port is taken between those two ends only (RFC 9293 MUST-42: beside a listener, too).
    stack.listen(1234, {});
    QVERIFY(stack.connect_from({}, {second, 1234}, {kServer, 81}, Instant{}).has_value());
  }

  void ip_fields_change_while_connected() {
    wire::PacketPool pool;
    Stack stack(with_addresses({kClient}), pool, Random(3));
    const Handle handle = stack.connect({}, {kServer, 80}, Instant{}).value();
    stack.set_ip_fields(handle, 9, 46);
    const auto syn = stack.poll_packet(Instant{});
    const auto ip = wire::parse_ip(syn->packet.bytes(), wire::Completeness::Complete).value();
    QCOMPARE(ip.header.hop_limit, 9);
    QCOMPARE(ip.header.dscp, 46);
  }
};

namespace {
const inflight::testing::Register<StackTest> registered;
}
#include "stack_test.moc"
