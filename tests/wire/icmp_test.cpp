// ICMP and ICMPv6: messages of the Linux kernel read and made again, what types and codes mean, and
// which packet an error quotes.
#include "wire/icmp.h"

#include <QTest>

#include "support/hex.h"
#include "support/registry.h"
#include "wire/samples.h"
#include "wire/udp.h"

namespace inflight::wire {

class IcmpTest : public QObject {
  Q_OBJECT

 private slots:
  void answers_an_echo_as_linux_does();
  void refuses_a_port_as_linux_does();
  void meanings_data();
  void meanings();
  void next_hop_mtu();
  void a_wrong_checksum_is_an_error();
  void every_truncation();
  void quotes_of_segments();
};

namespace {

using Buffer = std::vector<std::uint8_t>;
using M = IcmpMeaning;

const IpAddress kA = IpAddress::v4(10, 0, 0, 1);
const IpAddress kB = IpAddress::v4(10, 0, 0, 2);
const IpAddress kA6 = parse_address("fd00::1").value();
const IpAddress kB6 = parse_address("fd00::2").value();

Buffer message(const IpAddress& from, const IpAddress& to, const IcmpHeader& header, Bytes body) {
  Buffer bytes(kIcmpHeaderSize);
  bytes.insert(bytes.end(), body.begin(), body.end());
  emit_icmp(from, to, header, bytes);
  return bytes;
}

}  // namespace

void IcmpTest::answers_an_echo_as_linux_does() {
  for (const auto& [request_hex, reply_hex] :
       {std::pair{samples::kV4EchoRequest, samples::kV4EchoReply},
        std::pair{samples::kV6EchoRequest, samples::kV6EchoReply}}) {
    const Buffer request = testing::from_hex(request_hex);
    const auto ip = parse_ip(request, Completeness::Complete).value();
    const IpHeader& header = ip.header;
    QCOMPARE(icmp_protocol(header.source.version()), header.protocol);
    const auto view = parse_icmp(header.source, header.destination, ip.payload).value();
    QVERIFY(view.meaning == M::EchoRequest && !view.is_error());
    QCOMPARE(view.word, 0x12340001U);
    const Buffer reply = testing::from_hex(reply_hex);
    const auto expected = parse_ip(reply, Completeness::Complete).value();
    QCOMPARE(message(header.destination, header.source,
                     echo_reply_header(header.source.version(), view.word), view.body),
             Buffer(expected.payload.begin(), expected.payload.end()));
    QVERIFY(parse_icmp(header.destination, header.source, expected.payload)->meaning ==
            M::EchoReply);
  }
}

void IcmpTest::refuses_a_port_as_linux_does() {
  for (const std::string_view hex : {samples::kV4PortUnreachable, samples::kV6PortUnreachable}) {
    const Buffer packet = testing::from_hex(hex);
    const auto ip = parse_ip(packet, Completeness::Complete).value();
    const auto view = parse_icmp(ip.header.source, ip.header.destination, ip.payload).value();
    QVERIFY(view.meaning == M::PortUnreachable && view.is_error());
    const auto quote = parse_quote(view.body).value();
    QCOMPARE(quote.protocol, ip_protocol::kUdp);
    QCOMPARE(quote.destination.port, 9);
    QVERIFY(quote.source.address == ip.header.destination);
    QCOMPARE(quote.packet_length, view.body.size());
    QCOMPARE(message(ip.header.source, ip.header.destination,
                     port_unreachable_header(ip.header.source.version()), view.body),
             Buffer(ip.payload.begin(), ip.payload.end()));
  }
}

void IcmpTest::meanings_data() {
  QTest::addColumn<bool>("six");
  QTest::addColumn<int>("type");
  QTest::addColumn<int>("code");
  QTest::addColumn<M>("meaning");
  const auto row = [](const char* name, bool six, int type, int code, M meaning) {
    QTest::newRow(name) << six << type << code << meaning;
  };
  row("net unreachable", false, 3, 0, M::NetworkUnreachable);
  row("host unreachable", false, 3, 1, M::HostUnreachable);
  row("protocol unreachable", false, 3, 2, M::ProtocolUnreachable);
  row("port unreachable", false, 3, 3, M::PortUnreachable);
  row("fragmentation needed", false, 3, 4, M::PacketTooBig);
  row("source route failed", false, 3, 5, M::SourceRouteFailed);
  row("host unknown", false, 3, 7, M::HostUnreachable);
  row("net prohibited", false, 3, 9, M::Prohibited);
  row("filtered", false, 3, 13, M::Prohibited);
  row("unheard-of code", false, 3, 99, M::Other);
  row("source quench", false, 4, 0, M::SourceQuench);
  row("redirect", false, 5, 0, M::Other);
  row("hop limit", false, 11, 0, M::TimeExceeded);
  row("reassembly time", false, 11, 1, M::ReassemblyTimedOut);
  row("parameter problem", false, 12, 0, M::ParameterProblem);
  row("v6 no route", true, 1, 0, M::NetworkUnreachable);
  row("v6 prohibited", true, 1, 1, M::Prohibited);
  row("v6 beyond scope", true, 1, 2, M::HostUnreachable);
  row("v6 address", true, 1, 3, M::HostUnreachable);
  row("v6 port", true, 1, 4, M::PortUnreachable);
  row("v6 too big", true, 2, 0, M::PacketTooBig);
  row("v6 hop limit", true, 3, 0, M::TimeExceeded);
  row("v6 header field", true, 4, 0, M::ParameterProblem);
  row("v6 next header", true, 4, 1, M::ProtocolUnreachable);
  row("v6 neighbour solicitation", true, 135, 0, M::Other);
  // The other version's numbers mean nothing.
  row("v6 with a v4 echo", true, 8, 0, M::Other);
  row("v4 with a v6 echo", false, 128, 0, M::Other);
}

void IcmpTest::meanings() {
  QFETCH(bool, six);
  QFETCH(int, type);
  QFETCH(int, code);
  QFETCH(M, meaning);
  const IpAddress& from = six ? kA6 : kA;
  const IpAddress& to = six ? kB6 : kB;
  const Buffer bytes =
      message(from, to, {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code), 0}, {});
  const auto view = parse_icmp(from, to, bytes).value();
  QVERIFY(view.meaning == meaning);
}

void IcmpTest::next_hop_mtu() {
  const auto mtu_of = [](const IpAddress& from, const IpAddress& to, const IcmpHeader& header) {
    const Buffer bytes = message(from, to, header, {});
    return parse_icmp(from, to, bytes).value().mtu();
  };
  QCOMPARE(mtu_of(kA, kB, packet_too_big_header(IpVersion::V4, 1400)), 1400U);
  QCOMPARE(mtu_of(kA6, kB6, packet_too_big_header(IpVersion::V6, 70'000)), 70'000U);
  // RFC 1191 §4: the upper half is not part of it (RFC 4884 puts a length there).
  QCOMPARE(mtu_of(kA, kB, {3, 4, 0x00200000U | 576}), 576U);
}

void IcmpTest::a_wrong_checksum_is_an_error() {
  for (const std::string_view hex : {samples::kV4EchoRequest, samples::kV6EchoRequest}) {
    const Buffer packet = testing::from_hex(hex);
    const auto ip = parse_ip(packet, Completeness::Complete).value();
    Buffer bytes(ip.payload.begin(), ip.payload.end());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] ^= 0x10;
      QVERIFY(parse_icmp(ip.header.source, ip.header.destination, bytes).error() ==
              ParseError::BadChecksum);
      bytes[i] ^= 0x10;
    }
  }
  // Only ICMPv6 has the addresses in its checksum (RFC 4443 §2.3).
  const Buffer bytes = message(kA6, kB6, {128, 0, 1}, {});
  QVERIFY(!parse_icmp(kA6, kA6, bytes));
  const Buffer four = message(kA, kB, {8, 0, 1}, {});
  QVERIFY(parse_icmp(kA, kA, four));
}

void IcmpTest::every_truncation() {
  const Buffer packet = testing::from_hex(samples::kV4PortUnreachable);
  const Bytes whole = Bytes(packet).subspan(20);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto view = parse_icmp(kA, kB, whole.first(size));
    QVERIFY(!view);
    QVERIFY(view.error() ==
            (size < kIcmpHeaderSize ? ParseError::TooShort : ParseError::BadChecksum));
    if (size < kIcmpHeaderSize) continue;
    // Twenty bytes of header and eight of UDP are what a quote must have.
    const bool enough = size >= kIcmpHeaderSize + 20 + 8;
    QCOMPARE(parse_quote(whole.subspan(8, size - 8)).has_value(), enough);
  }
}

void IcmpTest::quotes_of_segments() {
  // A router sends back what it has: here the SYN's first eight bytes, of a packet of 60.
  const Buffer syn = testing::from_hex(samples::kV4Syn);
  const auto quote = parse_quote(Bytes(syn).first(28)).value();
  QCOMPARE(quote.protocol, ip_protocol::kTcp);
  QCOMPARE(to_string(quote.source), std::string("10.77.0.1:41668"));
  QCOMPARE(to_string(quote.destination), std::string("10.77.0.2:5001"));
  QCOMPARE(quote.seq.value(), 0x49d90846U);
  QCOMPARE(quote.packet_length, std::size_t{60});
  // The hop limit has changed on the way and the checksum with it: not ours to verify.
  Buffer hopped = syn;
  hopped[8] = 1;
  QVERIFY(parse_quote(hopped).has_value());
  // The middle of a datagram has no ports.
  Buffer fragment = syn;
  fragment[7] = 1;
  QVERIFY(!parse_quote(fragment));
  const Buffer six = testing::from_hex(samples::kV6Syn);
  QCOMPARE(parse_quote(six).value().seq.value(), 0x99f21f64U);
}

}  // namespace inflight::wire

namespace {
const inflight::testing::Register<inflight::wire::IcmpTest> registered;
}
#include "icmp_test.moc"
