// Batches over the loopback: nothing changes on the way, sizes and order stay, arrival times
// ascend.
#include "io/udp_socket.h"

#include <QTest>
#include <thread>

#include "io/event_loop.h"
#include "io/resolver.h"
#include "support/registry.h"

namespace inflight::io {

class UdpSocketTest : public QObject {
  Q_OBJECT

 private slots:
  void batches_arrive_as_they_were_sent_data();
  void batches_arrive_as_they_were_sent();
  void a_taken_port_is_named();
  void an_address_of_elsewhere_is_named();
  void both_families_share_a_socket();
  void marks_travel_data();
  void marks_travel();
  void waiting_ends_by_deadline_packet_and_wake();
  void addresses_need_no_resolver();
};

namespace {

const wire::Endpoint kLoopback{wire::IpAddress::v4(127, 0, 0, 1), 0};

std::vector<std::uint8_t> content(std::size_t index, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(index * 31 + i);
  return bytes;
}

std::vector<IncomingDatagram> receive_all(UdpSocket& socket, wire::PacketPool& pool,
                                          const Clock& clock, std::size_t count) {
  std::vector<IncomingDatagram> received;
  const Instant limit = clock.now() + 2s;
  while (received.size() < count && clock.now() < limit) socket.receive(received, pool, clock);
  return received;
}

}  // namespace

void UdpSocketTest::batches_arrive_as_they_were_sent_data() {
  QTest::addColumn<QList<int>>("sizes");
  QTest::newRow("one") << QList<int>{100};
  QTest::newRow("equal") << QList<int>(60, 1312);
  QTest::newRow("a short last one") << QList<int>{1312, 1312, 1312, 500};
  QTest::newRow("short between") << QList<int>{1312, 96, 1312, 1312, 32, 32, 32, 1452, 1};
  QTest::newRow("growing") << QList<int>{10, 20, 30, 40};
  QTest::newRow("more than a joined one holds") << QList<int>(200, 1452);
  QTest::newRow("more than 64 small ones") << QList<int>(250, 32);
}
void UdpSocketTest::batches_arrive_as_they_were_sent() {
  QFETCH(const QList<int>, sizes);
  const Clock clock;
  wire::PacketPool pool;
  auto from = UdpSocket::bind(kLoopback);
  auto to = UdpSocket::bind(kLoopback);
  QVERIFY(from && to);
  std::vector<OutgoingDatagram> out;
  for (const int size : sizes) {
    out.push_back({pool.copy(content(out.size(), static_cast<std::size_t>(size))), to->local()});
  }
  QCOMPARE(from->send(out), out.size());
  const auto in = receive_all(*to, pool, clock, out.size());
  QCOMPARE(in.size(), out.size());
  Instant last{};
  for (std::size_t i = 0; i < in.size(); ++i) {
    QVERIFY(std::ranges::equal(in[i].payload.bytes(), std::as_const(out[i].payload).bytes()));
    QCOMPARE(in[i].from, from->local());
    QVERIFY(in[i].payload.arrival >= last);
    last = in[i].payload.arrival;
  }
  QVERIFY(last <= clock.now());
}

void UdpSocketTest::a_taken_port_is_named() {
  const auto first = UdpSocket::bind(kLoopback);
  QVERIFY(first);
  const auto second = UdpSocket::bind(first->local());
  QVERIFY(!second);
  QCOMPARE(second.error().kind, SocketError::Kind::AddressInUse);
}

void UdpSocketTest::an_address_of_elsewhere_is_named() {
  const auto socket = UdpSocket::bind({wire::IpAddress::v4(192, 0, 2, 1), 0});
  QVERIFY(!socket);
  QCOMPARE(socket.error().kind, SocketError::Kind::AddressNotHere);
}

void UdpSocketTest::both_families_share_a_socket() {
  const Clock clock;
  wire::PacketPool pool;
  auto both = UdpSocket::bind({*wire::parse_address("::"), 0});
  if (!both) QSKIP("no IPv6 here");
  auto v4 = UdpSocket::bind(kLoopback);
  QVERIFY(v4);
  std::vector<OutgoingDatagram> out;
  out.push_back({pool.copy(content(0, 9)), {kLoopback.address, both->local().port}});
  QCOMPARE(v4->send(out), 1U);
  auto in = receive_all(*both, pool, clock, 1);
  QCOMPARE(in.size(), 1U);
  QCOMPARE(in[0].from, v4->local());
  std::vector<OutgoingDatagram> back;
  back.push_back({pool.copy(content(1, 9)), in[0].from});
  QCOMPARE(both->send(back), 1U);
  QCOMPARE(receive_all(*v4, pool, clock, 1).size(), 1U);
}

void UdpSocketTest::marks_travel_data() {
  QTest::addColumn<QString>("from");
  QTest::addColumn<QString>("to");
  QTest::addColumn<QString>("address");
  QTest::newRow("IPv4") << "127.0.0.1" << "127.0.0.1" << "127.0.0.1";
  QTest::newRow("IPv6") << "::1" << "::1" << "::1";
  QTest::newRow("IPv4 to a socket for both") << "127.0.0.1" << "::" << "127.0.0.1";
  QTest::newRow("IPv4 from a socket for both") << "::" << "127.0.0.1" << "127.0.0.1";
}
// In runs that may be joined, with every change of the field.
void UdpSocketTest::marks_travel() {
  using enum wire::Ecn;
  QFETCH(const QString, from);
  QFETCH(const QString, to);
  QFETCH(const QString, address);
  const auto bind = [](const QString& text) {
    return UdpSocket::bind({*wire::parse_address(text.toStdString()), 0});
  };
  const Clock clock;
  wire::PacketPool pool;
  auto sender = bind(from);
  auto receiver = bind(to);
  if (!sender || !receiver) QSKIP("no IPv6 here");
  const wire::Endpoint there{*wire::parse_address(address.toStdString()), receiver->local().port};
  const std::vector marks{Ect0, Ect0, Ect0, Ce, Ce, Ect1, NotEct, NotEct, Ect0, Ce, NotEct};
  std::vector<OutgoingDatagram> out;
  for (const wire::Ecn mark : marks) {
    out.push_back({pool.copy(content(out.size(), 1312)), there, mark});
  }
  QCOMPARE(sender->send(out), out.size());
  const auto in = receive_all(*receiver, pool, clock, out.size());
  QCOMPARE(in.size(), out.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    QCOMPARE(in[i].ecn, marks[i]);
    QVERIFY(std::ranges::equal(in[i].payload.bytes(), std::as_const(out[i].payload).bytes()));
  }
}

void UdpSocketTest::waiting_ends_by_deadline_packet_and_wake() {
  const Clock clock;
  wire::PacketPool pool;
  EventLoop loop;
  auto socket = UdpSocket::bind(kLoopback);
  QVERIFY(socket);
  loop.watch(socket->descriptor());
  Instant begin = clock.now();
  loop.wait(Interest::Readable, begin + 20ms, clock);
  QVERIFY(clock.now() >= begin + 20ms);
  std::vector<OutgoingDatagram> out;
  out.push_back({pool.copy(content(0, 9)), socket->local()});
  QCOMPARE(socket->send(out), 1U);
  begin = clock.now();
  loop.wait(Interest::Readable, begin + 10s, clock);
  QVERIFY(clock.now() < begin + 5s);
  QCOMPARE(receive_all(*socket, pool, clock, 1).size(), 1U);
  const Waker waker = loop.waker();
  const std::jthread other([&] {
    std::this_thread::sleep_for(20ms);
    waker.wake();
  });
  begin = clock.now();
  loop.wait(Interest::Readable, kNever, clock);
  // Woken before it waits: returns at once.
  waker.wake();
  loop.wait(Interest::Readable, kNever, clock);
  QVERIFY(clock.now() < begin + 5s);
  loop.forget(socket->descriptor());
}

void UdpSocketTest::addresses_need_no_resolver() {
  EventLoop loop;
  const Resolution resolution("2001:db8::7", loop.waker());
  const auto answer = resolution.poll();
  QVERIFY(answer && *answer);
  QCOMPARE((*answer)->front(), *wire::parse_address("2001:db8::7"));
}

namespace {
const testing::Register<UdpSocketTest> registered;
}

}  // namespace inflight::io

#include "udp_socket_test.moc"
