// Marks from end to end through both ways a packet can take: a queue between two hosts marks the
// outermost IP header, with the tunnel (RFC 6040) and without, and the sender slows down.
#include "wire/ecn.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <vector>

#include "diagnosis/diagnose.h"
#include "host/outer_headers.h"
#include "lab/assembly.h"
#include "lab/runs.h"
#include "support/registry.h"
#include "trace/derived.h"

using namespace inflight;
using namespace inflight::lab;
using inflight::testing::run;

namespace {

constexpr std::uint16_t kPort = 7000;

std::int64_t count_marks(const trace::Trace& trace) {
  return std::ranges::count(trace.events, trace::EventKind::Marked, &trace::Event::kind);
}

// Two hosts; what goes from the sender to the receiver passes a place that may mark it.
class Net {
 public:
  explicit Net(const Scenario& scenario)
      : scenario_(scenario),
        hosts_(make_hosts(scenario, pool_, Random(1))),
        headers_{host::OuterHeaders(outer_endpoint(scenario, Side::Sender)),
                 host::OuterHeaders(outer_endpoint(scenario, Side::Receiver))} {
    if (scenario.tunnel.enabled) hosts_.sender->tunnel()->connect(tunnel::PeerId{0}, now_);
    hosts_.receiver->stack().listen(kPort, tcp_config(scenario, Side::Receiver));
    settle();
    const wire::Endpoint remote{inner_address(scenario, Side::Receiver), kPort};
    const tcp::Config config = tcp_config(scenario, Side::Sender);
    handle_ = hosts_.sender->stack().connect(config, remote, now_).value();
    settle();
    accepted_ = hosts_.receiver->stack().accept().value();
  }

  void write(std::size_t size) {
    connection().write(std::vector<std::uint8_t>(size, 1));
    settle();
  }
  void settle() {
    for (bool moved = true; moved;) {
      moved = pass(Side::Sender) || pass(Side::Receiver);
      now_ += 1ms;
      hosts_.sender->handle_timeout(now_);
      hosts_.receiver->handle_timeout(now_);
    }
  }
  tcp::Connection& connection() { return *hosts_.sender->stack().find(handle_); }
  tcp::Connection& accepted() { return *hosts_.receiver->stack().find(accepted_); }
  // Packets that left the sender, by the outermost header's field.
  std::array<int, 4> sent{};
  bool marks = false;

 private:
  bool pass(Side from) {
    const bool sending = from == Side::Sender;
    host::Host& source = sending ? *hosts_.sender : *hosts_.receiver;
    host::Host& target = sending ? *hosts_.receiver : *hosts_.sender;
    bool moved = false;
    while (auto datagram = source.poll_datagram(now_)) {
      moved = true;
      wire::Packet packet = std::move(datagram->payload);
      packet.arrival = now_;
      if (datagram->to) {
        headers_[sending ? 0 : 1].put_outgoing(packet, *datagram->to, datagram->ecn);
      }
      const wire::Ecn field = wire::ecn_of(std::as_const(packet).bytes());
      if (sending) ++sent[static_cast<std::size_t>(field)];
      if (sending && marks && field == wire::Ecn::Ect0) {
        wire::set_ecn(packet.bytes(), wire::Ecn::Ce);
      }
      deliver(target, headers_[sending ? 1 : 0], std::move(packet));
    }
    return moved;
  }
  void deliver(host::Host& target, const host::OuterHeaders& headers, wire::Packet packet) {
    if (!scenario_.tunnel.enabled) return target.handle_packet(packet, now_);
    const auto outer = headers.take(packet);
    QVERIFY(outer);
    target.handle_datagram(std::move(packet), outer->from, outer->ecn, now_);
  }

  Scenario scenario_;
  wire::PacketPool pool_;
  HostPair hosts_;
  std::array<host::OuterHeaders, 2> headers_;
  Instant now_{};
  stack::Handle handle_{};
  stack::Handle accepted_{};
};

}  // namespace

class EcnTest : public QObject {
  Q_OBJECT

 private slots:
  void marks_reach_the_sender_data() {
    QTest::addColumn<bool>("tunnel");
    QTest::addColumn<bool>("ipv6");
    QTest::newRow("bare IPv4") << false << false;
    QTest::newRow("bare IPv6") << false << true;
    QTest::newRow("tunnel") << true << false;
    QTest::newRow("tunnel, IPv6 inside") << true << true;
  }
  void marks_reach_the_sender() {
    QFETCH(bool, tunnel);
    QFETCH(bool, ipv6);
    Scenario scenario;
    scenario.tcp.ecn = true;
    scenario.tcp.ipv6 = ipv6;
    scenario.tunnel.enabled = tunnel;
    Net net(scenario);
    // Handshakes, SYN and ACKs cannot be marked.
    QCOMPARE(net.sent[static_cast<std::size_t>(wire::Ecn::Ect0)], 0);
    net.write(10'000);
    QVERIFY(net.sent[static_cast<std::size_t>(wire::Ecn::Ect0)] >= 7);
    QCOMPARE(net.connection().snapshot().counters.mark_reductions, 0);
    const double before = net.connection().snapshot().congestion.cwnd;
    net.marks = true;
    net.write(5'000);
    net.marks = false;
    QVERIFY(net.accepted().snapshot().counters.marked_segments_received >= 4);
    QCOMPARE(net.connection().snapshot().counters.mark_reductions, 1);
    QVERIFY(net.connection().snapshot().congestion.cwnd < before);
    // Nothing was lost, and nothing more happens once CWR was heard.
    net.write(100'000);
    QCOMPARE(net.connection().snapshot().counters.mark_reductions, 1);
    QCOMPARE(net.connection().snapshot().counters.retransmits, 0);
    QCOMPARE(net.accepted().snapshot().unread, ByteCount{115'000});
  }

  // As whole runs: a CoDel queue marks those who know marks, and nothing has to be sent again.
  void codel_marks_instead_of_dropping_data() {
    QTest::addColumn<bool>("tunnel");
    QTest::newRow("bare") << false;
    QTest::newRow("tunnel") << true;
  }
  void codel_marks_instead_of_dropping() {
    QFETCH(bool, tunnel);
    Scenario scenario;
    scenario.path.rate = DataRate::bits_per_second(50'000'000);
    scenario.path.rtt = 40ms;
    QVERIFY(lab::set(scenario, "path.discipline", "codel"));
    scenario.sender.hystart = congestion::HystartKind::Linux;
    scenario.tunnel.enabled = tunnel;
    scenario.duration = 8s;
    const trace::Trace dropped = run(scenario);
    QVERIFY(dropped.summary.tcp.retransmits > 0);
    QCOMPARE(count_marks(dropped), 0);
    scenario.tcp.ecn = true;
    const trace::Trace marked = run(scenario);
    QVERIFY(count_marks(marked) >= 3);
    QCOMPARE(marked.summary.tcp.retransmits, 0);
    QVERIFY(trace::overall(marked).megabits_per_second > 35);
  }

  // A threshold far below what the path holds keeps the window down, and the verdict says so.
  void a_low_threshold_is_the_limit() {
    Scenario scenario;
    scenario.path.rate = DataRate::bits_per_second(200'000'000);
    scenario.path.rtt = 100ms;
    scenario.path.mark_threshold = ByteCount{6'000};
    scenario.tcp.ecn = true;
    scenario.duration = 8s;
    const trace::Trace trace = run(scenario);
    QVERIFY(count_marks(trace) >= 1);
    QCOMPARE(trace.summary.tcp.retransmits, 0);
    QCOMPARE(QString::fromStdString(
                 std::string(trace::to_string(diagnosis::diagnose(trace).limited_by))),
             QString("ecn"));
  }

  // Without it nothing may be marked; a queue would drop instead.
  void off_by_default() {
    Net net{Scenario{}};
    net.write(10'000);
    QCOMPARE(net.sent[static_cast<std::size_t>(wire::Ecn::Ect0)], 0);
  }
};

namespace {
const inflight::testing::Register<EcnTest> registered;
}
#include "ecn_test.moc"
