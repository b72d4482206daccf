// Listeners: the backlog, whom a SYN is for, what a listener leaves behind when it closes, and
// segments that a half-open connection must refuse.
#include <QTest>

#include "stack/net.h"
#include "support/registry.h"

using namespace inflight;
using namespace inflight::stack;
using namespace inflight::testing;

namespace {

const wire::IpAddress kOther = wire::IpAddress::v4(10, 0, 0, 3);

// What the server answers to a segment; a header without flags if nothing.
wire::TcpHeader answer(Net& net, const wire::TcpHeader& header) {
  net.server.handle_packet(segment(net.pool, header), net.now);
  const auto packet = net.server.poll_packet(net.now);
  return packet ? view(packet->packet).header : wire::TcpHeader{};
}

}  // namespace

class ListenersTest : public QObject {
  Q_OBJECT

 private slots:
  void a_full_backlog_drops_and_recovers() {
    Config config = with_addresses({kServer});
    config.backlog = 2;
    Net net(config);
    net.server.listen(80, {});
    std::vector<Handle> handles;
    for (int i = 0; i < 3; ++i) handles.push_back(net.open(80));
    net.settle();
    QVERIFY(net.client.find(handles[2])->state() == tcp::State::SynSent);
    QVERIFY(net.server.accept() && net.server.accept() && !net.server.accept());
    // The SYN comes again.
    net.run_until(net.now + 2s);
    QVERIFY(net.client.find(handles[2])->state() == tcp::State::Established);
    QVERIFY(net.server.accept());
  }

  // Half-open connections that end leave their place, and are no connections to accept.
  void half_open_connections_that_end_leave_the_backlog() {
    Config config = with_addresses({kServer});
    config.backlog = 2;
    Net net(config);
    net.server.listen(80, {});
    for (std::uint16_t port = 5000; port < 5010; ++port) {
      net.server.handle_packet(segment(net.pool, syn_from(port)), net.now);
      QVERIFY2(net.server.poll_packet(net.now), "answered");
      wire::TcpHeader reset = syn_from(port);
      reset.flags = {.rst = true};
      reset.seq = SeqNum{1001};
      net.server.handle_packet(segment(net.pool, reset), net.now);
      QVERIFY(!net.server.poll_packet(net.now));
      QVERIFY(!net.server.accept());
      QCOMPARE(net.server.connections(), std::size_t{0});
    }
  }

  void a_syn_nobody_answers_is_forgotten() {
    Net net;
    net.server.listen(80, {});
    net.server.handle_packet(segment(net.pool, syn_from(5000)), net.now);
    for (int i = 0; i < 20; ++i) {
      while (net.server.poll_packet(net.now)) {
      }
      net.now = std::max(net.now, net.server.next_timeout());
      if (net.now == kNever) break;
      net.server.handle_timeout(net.now);
    }
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(!net.server.accept());
  }

  void listening_anew_keeps_the_backlog_right() {
    Config config = with_addresses({kServer});
    config.backlog = 2;
    Net net(config);
    net.server.listen(80, {});
    net.open(80);
    net.settle();
    net.server.listen(80, {});
    QVERIFY(net.server.accept());
    net.open(80);
    net.open(80);
    net.settle();
    QVERIFY(net.server.accept() && net.server.accept());
  }

  // RFC 9293 MUST-57, MUST-63: neither a connection nor an answer.
  void packets_from_nobody_are_ignored_data() {
    QTest::addColumn<QString>("source");
    QTest::newRow("group") << "224.0.0.1";
    QTest::newRow("broadcast") << "255.255.255.255";
    QTest::newRow("unspecified") << "0.0.0.0";
  }
  void packets_from_nobody_are_ignored() {
    QFETCH(QString, source);
    Net net;
    net.server.listen(80, {});
    const auto from = wire::parse_address(source.toStdString()).value();
    net.server.handle_packet(segment(net.pool, syn_from(5000), from), net.now);
    QCOMPARE(net.server.connections(), std::size_t{0});
    QCOMPARE(net.server.counters().bad_addresses, 1);
    QVERIFY(!net.server.poll_packet(net.now));
  }

  void a_syn_to_a_group_is_not_for_us() {
    Net net;
    net.server.listen(80, {});
    for (const auto& to :
         {wire::IpAddress::v4(224, 0, 0, 1), wire::IpAddress::v4(255, 255, 255, 255)}) {
      net.server.handle_packet(segment(net.pool, syn_from(5000), kClient, to), net.now);
    }
    QCOMPARE(net.server.counters().not_for_us, 2);
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(!net.server.poll_packet(net.now));
  }

  // RFC 9293 MUST-43: with a local address it takes what comes to that; the other takes the rest.
  void a_listener_of_one_address_goes_first() {
    Net net(with_addresses({kServer, kOther}));
    tcp::Config plain;
    plain.timestamps = false;
    net.server.listen({kOther, 80}, plain);
    const auto syn_to = [&](const wire::IpAddress& to) {
      wire::TcpHeader syn = syn_from(5000);
      syn.options.timestamps = wire::TcpTimestamps{1, 0};
      net.server.handle_packet(segment(net.pool, syn, kClient, to), net.now);
      return view(net.server.poll_packet(net.now)->packet).header;
    };
    QVERIFY(syn_to(kServer).flags.rst);
    net.server.listen(80, {});
    QVERIFY(syn_to(kServer).options.timestamps.has_value());
    QVERIFY(!syn_to(kOther).options.timestamps.has_value());
    net.server.unlisten({kOther, 80});
    net.server.unlisten({{}, 80});
    wire::TcpHeader again = syn_from(5001);
    QVERIFY(answer(net, again).flags.rst);
  }

  // Whoever connected and was never accepted learns that nobody will.
  void closing_a_listener_resets_what_waits() {
    Net net;
    net.server.listen(80, {});
    const Handle early = net.open(80);
    net.settle();
    const Handle accepted = *net.server.accept();
    const Handle late = net.open(80);
    net.settle();
    net.server.handle_packet(segment(net.pool, syn_from(5000)), net.now);
    net.server.unlisten({{}, 80});
    net.settle();
    QVERIFY(net.client.find(late)->state() == tcp::State::Closed);
    QVERIFY(net.client.find(early)->state() == tcp::State::Established);
    QVERIFY(net.server.find(accepted)->state() == tcp::State::Established);
    QVERIFY(!net.server.accept());
    QCOMPARE(net.server.connections(), std::size_t{1});
    // The port is free: it answers as a closed one does, and can be listened on again.
    QVERIFY(answer(net, syn_from(6000)).flags.rst);
    net.server.listen(80, {});
    QVERIFY(answer(net, syn_from(6000)).flags.syn);
  }

  void connections_are_accepted_in_the_order_in_which_they_were_established() {
    Net net;
    net.server.listen(80, {});
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 5; ++i) {
      ports.push_back(net.client.local(net.open(80)).port);
      net.settle();
    }
    for (const std::uint16_t port : ports) {
      const auto handle = net.server.accept();
      QVERIFY(handle.has_value());
      QCOMPARE(net.server.remote(*handle).port, port);
    }
  }

  void each_listener_has_its_own_queue() {
    Net net;
    net.server.listen(80, {});
    net.server.listen(81, {});
    for (const bool second : {false, true, false}) {
      static_cast<void>(net.open(second ? 81 : 80));
      net.settle();
    }
    QVERIFY(net.server.can_accept({{}, 81}));
    const auto other = net.server.accept({{}, 81});
    QVERIFY(other.has_value());
    QCOMPARE(net.server.local(*other).port, std::uint16_t{81});
    QVERIFY(!net.server.can_accept({{}, 81}));
    QVERIFY(!net.server.accept({{}, 81}));
    QVERIFY(net.server.accept({{}, 80}) && net.server.accept({{}, 80}));
    QVERIFY(!net.server.accept({{}, 80}));
  }

  void a_listener_may_bound_its_own_queue() {
    Net net;
    net.server.listen({{}, 80}, {}, {.backlog = 1});
    for (int i = 0; i < 2; ++i) static_cast<void>(net.open(80));
    net.settle();
    QCOMPARE(net.server.connections(), std::size_t{1});
  }

  void a_listener_may_wait_for_data() {
    Net net;
    net.server.listen({{}, 80}, {}, {.defers_until_data = true});
    const Handle handle = net.open(80);
    net.settle();
    QVERIFY(!net.server.accept());
    const std::array<std::uint8_t, 1> byte{1};
    net.client.find(handle)->write(byte);
    net.settle();
    QVERIFY(net.server.accept());
  }

  // RFC 9293 §3.10.7.4: a wrong ACK is refused with a RST, and the handshake goes on: the right one
  // still ends it.
  void a_wrong_ack_in_syn_received_is_refused() {
    Net net;
    net.server.listen(80, {});
    const wire::TcpHeader accepted = answer(net, syn_from(5000));
    wire::TcpHeader ack = syn_from(5000);
    ack.flags = {.ack = true};
    ack.seq = SeqNum{1001};
    for (const SeqNum wrong : {accepted.seq, accepted.seq + 2}) {
      ack.ack = wrong;
      const wire::TcpHeader reset = answer(net, ack);
      QVERIFY(reset.flags.rst && !reset.flags.ack);
      QCOMPARE(reset.seq.value(), wrong.value());
    }
    QVERIFY(!net.server.accept());
    ack.ack = accepted.seq + 1;
    static_cast<void>(answer(net, ack));
    QVERIFY(net.server.accept());
  }

  // RFC 9293 §3.10.7.4: a RST takes a passive open back to LISTEN: nothing is left, and the same
  // endpoint may try again.
  void a_reset_in_syn_received_returns_to_listening() {
    Net net;
    net.server.listen(80, {});
    QVERIFY(answer(net, syn_from(5000)).flags.syn);
    wire::TcpHeader reset = syn_from(5000);
    reset.flags = {.rst = true};
    reset.seq = SeqNum{1001};
    QVERIFY(!answer(net, reset).flags.rst);
    QCOMPARE(net.server.connections(), std::size_t{0});
    QVERIFY(answer(net, syn_from(5000)).flags.syn);
  }
};

namespace {
const inflight::testing::Register<ListenersTest> registered;
}
#include "listeners_test.moc"
