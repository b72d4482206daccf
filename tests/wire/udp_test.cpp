// UDP headers: roundtrips, lengths, cut datagrams, and the checksum that may not be zero.
#include "wire/udp.h"

#include <QTest>

#include "base/random.h"
#include "support/hex.h"
#include "support/registry.h"
#include "wire/checksum.h"
#include "wire/samples.h"

namespace inflight::wire {

class UdpTest : public QObject {
  Q_OBJECT

 private slots:
  void emits_what_linux_emits();
  void roundtrips_at_every_length();
  void a_checksum_of_zero_is_sent_as_all_ones();
  void lengths_data();
  void lengths();
  void every_truncation();
};

namespace {

using Buffer = std::vector<std::uint8_t>;

enum class Outcome { TooShort, BadLength, Parsed };

}  // namespace

void UdpTest::emits_what_linux_emits() {
  for (const std::string_view hex : {samples::kV6OddUdp, samples::kV6EmptyUdp}) {
    const Buffer packet = testing::from_hex(hex);
    const auto ip = parse_ip(packet, Completeness::Complete).value();
    const auto udp = parse_udp(ip.payload, Completeness::Complete).value();
    QCOMPARE(udp.destination_port, 7777);
    Buffer ours(kUdpHeaderSize);
    ours.insert(ours.end(), udp.payload.begin(), udp.payload.end());
    emit_udp({ip.header.source, udp.source_port}, {ip.header.destination, udp.destination_port},
             ours);
    QCOMPARE(ours, Buffer(ip.payload.begin(), ip.payload.end()));
  }
}

void UdpTest::roundtrips_at_every_length() {
  Random random(1);
  for (const char* text : {"[fd69:6e66::1]:1", "10.66.0.1:65535"}) {
    const Endpoint source = parse_endpoint(text).value();
    const Endpoint destination{source.address, 53};
    std::vector<std::size_t> sizes{65'507};
    for (std::size_t size = 0; size < 70; ++size) sizes.push_back(size);
    for (const std::size_t size : sizes) {
      Buffer datagram(kUdpHeaderSize + size);
      random.fill(MutableBytes(datagram).subspan(kUdpHeaderSize));
      const Buffer before = datagram;
      emit_udp(source, destination, datagram);
      const auto view = parse_udp(datagram, Completeness::Complete).value();
      QCOMPARE(view.source_port, source.port);
      QCOMPARE(view.destination_port, 53);
      QVERIFY(std::ranges::equal(view.payload, Bytes(before).subspan(kUdpHeaderSize)));
      QCOMPARE(transport_checksum(source.address, destination.address, ip_protocol::kUdp, datagram),
               0);
    }
  }
}

void UdpTest::a_checksum_of_zero_is_sent_as_all_ones() {
  const Endpoint source{IpAddress::v4(10, 66, 0, 1), 1};
  Buffer datagram(kUdpHeaderSize + 2);
  emit_udp(source, source, datagram);
  // The computed checksum itself as payload makes the sum all ones and the checksum zero.
  datagram[8] = datagram[6];
  datagram[9] = datagram[7];
  emit_udp(source, source, datagram);
  QCOMPARE(datagram[6], 0xff);
  QCOMPARE(datagram[7], 0xff);
  QCOMPARE(transport_checksum(source.address, source.address, ip_protocol::kUdp, datagram), 0);
}

void UdpTest::lengths_data() {
  QTest::addColumn<int>("declared");
  QTest::addColumn<Outcome>("complete");
  QTest::addColumn<Outcome>("cut");
  QTest::addColumn<int>("payload");
  QTest::newRow("zero") << 0 << Outcome::BadLength << Outcome::BadLength << 0;
  QTest::newRow("below the header") << 7 << Outcome::BadLength << Outcome::BadLength << 0;
  QTest::newRow("the header alone") << 8 << Outcome::Parsed << Outcome::Parsed << 0;
  QTest::newRow("with padding behind") << 11 << Outcome::Parsed << Outcome::Parsed << 3;
  QTest::newRow("exactly") << 12 << Outcome::Parsed << Outcome::Parsed << 4;
  QTest::newRow("past the end") << 13 << Outcome::TooShort << Outcome::Parsed << 4;
}
void UdpTest::lengths() {
  QFETCH(const int, declared);
  QFETCH(const int, payload);
  Buffer datagram(12);
  datagram[5] = static_cast<std::uint8_t>(declared);
  const auto outcome = [&](Completeness completeness) {
    const auto view = parse_udp(datagram, completeness);
    if (view)
      return static_cast<int>(view->payload.size()) == payload ? Outcome::Parsed
                                                               : Outcome::BadLength;
    return view.error() == ParseError::TooShort ? Outcome::TooShort : Outcome::BadLength;
  };
  QTEST(outcome(Completeness::Complete), "complete");
  QTEST(outcome(Completeness::MayBeCut), "cut");
}

void UdpTest::every_truncation() {
  const Buffer packet = testing::from_hex(samples::kV6OddUdp);
  const Bytes datagram = Bytes(packet).subspan(40);
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    QCOMPARE(parse_udp(datagram.first(size), Completeness::Complete).error(), ParseError::TooShort);
    const auto view = parse_udp(datagram.first(size), Completeness::MayBeCut);
    QCOMPARE(view.has_value(), size >= kUdpHeaderSize);
    if (view) QCOMPARE(view->payload.size(), size - kUdpHeaderSize);
  }
}

namespace {
const testing::Register<UdpTest> registered;
}

}  // namespace inflight::wire

#include "udp_test.moc"
