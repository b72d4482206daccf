// IPv4 and IPv6 headers: roundtrips, both sides of every length, fragments, extension headers, and
// what changes when a capture may have cut the packet.
#include "wire/ip.h"

#include <QTest>
#include <ranges>

#include "base/random.h"
#include "support/hex.h"
#include "support/registry.h"
#include "wire/checksum.h"
#include "wire/samples.h"

namespace inflight::wire {

class IpTest : public QObject {
  Q_OBJECT

 private slots:
  void random_headers_roundtrip();
  void parses_linux_headers();
  void refuses_data();
  void refuses();
  void every_truncation_is_an_error_unless_it_may_be_cut();
  void padding_is_left_out();
  void options_are_skipped();
  void fragments_v4_data();
  void fragments_v4();
  void source_routes_data();
  void source_routes();
  void length_zero_means_all_of_an_offloaded_packet();
  void extension_headers_are_skipped();
  void extension_headers_have_a_limit();
  void extension_headers_cut_short();
  void fragments_v6();
  void random_bytes_are_survived();
};

namespace {

using Buffer = std::vector<std::uint8_t>;

IpAddress random_address(Random& random, IpVersion version) {
  Buffer bytes(version == IpVersion::V4 ? 4 : 16);
  random.fill(bytes);
  return IpAddress::from_bytes(bytes);
}

Buffer packet_of(const IpHeader& header, std::size_t payload_length) {
  const std::size_t size = ip_header_size(header.source.version());
  Buffer packet(size + payload_length, 0xab);
  emit_ip(header, payload_length, MutableBytes(packet).first(size));
  return packet;
}

// A 20-byte IPv4 header with its checksum set right, then the payload.
Buffer v4(std::string_view before_checksum, std::size_t header_size, std::size_t payload_length) {
  Buffer packet = testing::from_hex(before_checksum);
  packet.resize(header_size + payload_length, 0xab);
  packet[10] = packet[11] = 0;
  const std::uint16_t sum = checksum_finish(checksum_add(0, Bytes(packet).first(header_size)));
  ByteWriter(MutableBytes(packet).subspan(10)).u16be(sum);
  return packet;
}

// An IPv6 packet with this first header's number and this payload.
Buffer v6(std::uint8_t next_header, const Buffer& payload) {
  Buffer packet(40);
  ByteWriter writer(packet);
  writer.u32be(0x60000000);
  writer.u16be(static_cast<std::uint16_t>(payload.size()));
  writer.u8(next_header);
  writer.u8(64);
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

// `count` hop-by-hop headers of 8 bytes, then TCP and 4 bytes of it.
Buffer with_extensions(int count) {
  Buffer payload;
  for (int i = 0; i < count; ++i) {
    const std::uint8_t next = i + 1 == count ? ip_protocol::kTcp : 60;
    const Buffer header{next, 0, 1, 4, 0, 0, 0, 0};
    payload.insert(payload.end(), header.begin(), header.end());
  }
  payload.insert(payload.end(), {1, 2, 3, 4});
  return v6(count == 0 ? ip_protocol::kTcp : 60, payload);
}

void compare(const IpHeader& actual, const IpHeader& expected) {
  QVERIFY(actual.source == expected.source);
  QVERIFY(actual.destination == expected.destination);
  QCOMPARE(actual.protocol, expected.protocol);
  QCOMPARE(actual.hop_limit, expected.hop_limit);
  QCOMPARE(actual.dscp, expected.dscp);
  QCOMPARE(actual.ecn, expected.ecn);
  QCOMPARE(actual.identification, expected.identification);
  QCOMPARE(actual.dont_fragment, expected.dont_fragment);
  QVERIFY(!actual.is_fragment);
  QCOMPARE(actual.fragment_offset, 0);
}

}  // namespace

void IpTest::random_headers_roundtrip() {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const IpVersion version = random.chance(0.5) ? IpVersion::V4 : IpVersion::V6;
    IpHeader header;
    header.source = random_address(random, version);
    header.destination = random_address(random, version);
    // 61 and above: no extension header's number, so that it is found again as it is.
    header.protocol = static_cast<std::uint8_t>(61 + random.below(195));
    header.hop_limit = static_cast<std::uint8_t>(random.below(256));
    header.dscp = static_cast<std::uint8_t>(random.below(64));
    header.ecn = static_cast<Ecn>(random.below(4));
    if (version == IpVersion::V4) {
      header.identification = static_cast<std::uint16_t>(random.below(65'536));
      header.dont_fragment = random.chance(0.5);
    }
    const std::size_t length = i == 0 ? 65'495 : random.below(100);
    const Buffer packet = packet_of(header, length);
    const auto view = parse_ip(packet, Completeness::Complete);
    QVERIFY(view);
    compare(view->header, header);
    QCOMPARE(view->payload_length, length);
    QCOMPARE(view->payload.size(), length);
    QVERIFY(view->payload.empty() || view->payload.back() == 0xab);
  }
}

void IpTest::parses_linux_headers() {
  const Buffer syn = testing::from_hex(samples::kV4Syn);
  const auto v4_view = parse_ip(syn, Completeness::Complete).value();
  QVERIFY(v4_view.header.source == IpAddress::v4(10, 77, 0, 1));
  QVERIFY(v4_view.header.destination == IpAddress::v4(10, 77, 0, 2));
  QCOMPARE(v4_view.header.identification, 0x8a34);
  QVERIFY(v4_view.header.dont_fragment);
  QCOMPARE(v4_view.payload_length, 40U);
  QVERIFY(std::ranges::equal(packet_of(v4_view.header, 40) | std::views::take(20),
                             syn | std::views::take(20)));

  const Buffer udp = testing::from_hex(samples::kV6EmptyUdp);
  const auto v6_view = parse_ip(udp, Completeness::Complete).value();
  QVERIFY(v6_view.header.source == parse_address("fd69:6e66::1").value());
  QCOMPARE(v6_view.header.dscp, 46);
  QCOMPARE(v6_view.header.protocol, ip_protocol::kUdp);
  QCOMPARE(v6_view.payload_length, 8U);
}

void IpTest::refuses_data() {
  QTest::addColumn<Buffer>("bytes");
  QTest::addColumn<ParseError>("error");
  const auto row = [](const char* name, const Buffer& bytes, ParseError error) {
    QTest::newRow(name) << bytes << error;
  };
  constexpr std::string_view kAddresses = "0a4d0001 0a4d0002";
  const auto header = [&](std::string_view start) {
    return std::string(start) + kAddresses.data();
  };
  row("nothing", {}, ParseError::TooShort);
  row("version 5", v4(header("55000018 00004000 40060000"), 20, 4), ParseError::BadVersion);
  row("version 0", v4(header("05000018 00004000 40060000"), 20, 4), ParseError::BadVersion);
  row("header of 16", v4(header("44000018 00004000 40060000"), 20, 4), ParseError::BadLength);
  row("header of 0", v4(header("40000018 00004000 40060000"), 20, 4), ParseError::BadLength);
  row("header past the end", v4(header("47000018 00004000 40060000"), 20, 4), ParseError::TooShort);
  row("total below header", v4(header("45000013 00004000 40060000"), 20, 4), ParseError::BadLength);
  row("total of 0", v4(header("45000000 00004000 40060000"), 20, 4), ParseError::BadLength);
  row("total past the end", v4(header("45000019 00004000 40060000"), 20, 4), ParseError::TooShort);
  Buffer wrong = v4(header("45000018 00004000 40060000"), 20, 4);
  wrong[11] ^= 1;
  row("wrong checksum", wrong, ParseError::BadChecksum);
  Buffer v6_long = v6(ip_protocol::kTcp, {1, 2, 3});
  v6_long[5] = 4;
  row("IPv6 length past the end", v6_long, ParseError::TooShort);
}
void IpTest::refuses() {
  QFETCH(const Buffer, bytes);
  QFETCH(const ParseError, error);
  const auto view = parse_ip(bytes, Completeness::Complete);
  QVERIFY(!view);
  QCOMPARE(view.error(), error);
}

void IpTest::every_truncation_is_an_error_unless_it_may_be_cut() {
  for (const std::string_view hex : samples::kTcp) {
    const Buffer packet = testing::from_hex(hex);
    const std::size_t header = packet[0] >> 4 == 4 ? 20 : 40;
    for (std::size_t size = 0; size < packet.size(); ++size) {
      const Bytes cut = Bytes(packet).first(size);
      QCOMPARE(parse_ip(cut, Completeness::Complete).error(), ParseError::TooShort);
      const auto view = parse_ip(cut, Completeness::MayBeCut);
      QCOMPARE(view.has_value(), size >= header);
      if (!view) continue;
      QCOMPARE(view->payload_length, packet.size() - header);
      QCOMPARE(view->payload.size(), size - header);
    }
  }
}

void IpTest::padding_is_left_out() {
  for (const std::string_view hex : samples::kTcp) {
    Buffer packet = testing::from_hex(hex);
    const std::size_t expected = packet.size() - (packet[0] >> 4 == 4 ? 20 : 40);
    packet.resize(packet.size() + 6);
    for (const auto completeness : {Completeness::Complete, Completeness::MayBeCut}) {
      const auto view = parse_ip(packet, completeness).value();
      QCOMPARE(view.payload.size(), expected);
      QCOMPARE(view.payload_length, expected);
    }
  }
}

void IpTest::options_are_skipped() {
  // Router alert (RFC 2113) in front of three bytes.
  const Buffer packet = v4("4600001b 00004000 40060000 0a4d0001 0a4d0002 94040000", 24, 3);
  const auto view = parse_ip(packet, Completeness::Complete).value();
  QCOMPARE(view.payload_length, 3U);
  QCOMPARE(view.payload[0], 0xab);
  const Buffer longest = v4("4f00003c 00004000 40060000 0a4d0001 0a4d0002", 60, 0);
  QCOMPARE(parse_ip(longest, Completeness::Complete).value().payload_length, 0U);
}

void IpTest::fragments_v4_data() {
  QTest::addColumn<QString>("header");
  QTest::addColumn<bool>("is_fragment");
  QTest::addColumn<int>("offset");
  QTest::addColumn<bool>("dont_fragment");
  const auto row = [](const char* name, const char* field, bool is, int offset, bool dont) {
    QTest::newRow(name) << QString("45000018 0001%1 40060000 0a4d0001 0a4d0002").arg(field) << is
                        << offset << dont;
  };
  row("whole", "0000", false, 0, false);
  row("don't fragment", "4000", false, 0, true);
  row("first", "2000", true, 0, false);
  row("middle", "2001", true, 8, false);
  row("last", "00b9", true, 1480, false);
  row("farthest", "1fff", true, 65'528, false);
  row("reserved bit", "8000", false, 0, false);
}
void IpTest::fragments_v4() {
  QFETCH(const QString, header);
  const auto view =
      parse_ip(v4(header.toStdString(), 20, 4), Completeness::Complete).value().header;
  QTEST(view.is_fragment, "is_fragment");
  QTEST(int{view.fragment_offset}, "offset");
  QTEST(view.dont_fragment, "dont_fragment");
  QCOMPARE(view.more_fragments, header.contains(" 00012"));
}

// RFC 9293 MUST-50: what an option says is not obeyed; that it chose the packet's way is told.
void IpTest::source_routes_data() {
  QTest::addColumn<QString>("options");
  QTest::addColumn<bool>("routed");
  QTest::newRow("none, padded") << "01010100" << false;
  QTest::newRow("record route") << "07070400 00000000" << false;
  QTest::newRow("loose") << "83070400 00000000" << true;
  QTest::newRow("strict, behind another") << "94040000 89030400" << true;
  QTest::newRow("behind the end") << "00830304" << false;
  QTest::newRow("inside another") << "94048383" << false;
  QTest::newRow("a length of 0") << "94008303" << false;
  QTest::newRow("a length past the end") << "94098303" << false;
}
void IpTest::source_routes() {
  QFETCH(const QString, options);
  QFETCH(const bool, routed);
  const Buffer bytes = testing::from_hex(options.toStdString());
  const QString words = QString::number(5 + bytes.size() / 4, 16);
  const QString header = "4" + words + "000020 00004000 40060000 0a4d0001 0a4d0002" + options;
  const Buffer packet = v4(header.toStdString(), 20 + bytes.size(), 12 - bytes.size());
  const auto view = parse_ip(packet, Completeness::Complete).value();
  QCOMPARE(view.header.source_routed, routed);
  QCOMPARE(view.payload_length, 12 - bytes.size());
}

void IpTest::length_zero_means_all_of_an_offloaded_packet() {
  Buffer packet = testing::from_hex(samples::kV4Syn);
  packet[2] = packet[3] = 0;
  const auto v4_view = parse_ip(packet, Completeness::MayBeCut).value();
  QCOMPARE(v4_view.payload_length, 40U);
  QCOMPARE(v4_view.payload.size(), 40U);

  Buffer v6_packet = testing::from_hex(samples::kV6Syn);
  v6_packet[4] = v6_packet[5] = 0;
  const auto v6_view = parse_ip(v6_packet, Completeness::MayBeCut).value();
  QCOMPARE(v6_view.payload_length, 40U);
  QCOMPARE(v6_view.payload.size(), 40U);
  QCOMPARE(parse_ip(v6_packet, Completeness::Complete).value().payload_length, 0U);
  // Behind "no next header" there is only padding.
  v6_packet[6] = 59;
  QCOMPARE(parse_ip(v6_packet, Completeness::MayBeCut).value().payload_length, 0U);
}

void IpTest::extension_headers_are_skipped() {
  // Hop-by-hop (16 bytes), routing, destination options, an atomic fragment header (RFC 6946), TCP.
  const Buffer payload = testing::from_hex(
      "2b01 010c 0000 0000 0000 0000 0000 0000  3c00 0000 0000 0000  2c00 0104 0000 0000"
      "0600 0000 1234 5678  aabb cc");
  const Buffer packet = v6(0, payload);
  const auto view = parse_ip(packet, Completeness::Complete).value();
  QCOMPARE(view.header.protocol, ip_protocol::kTcp);
  QVERIFY(!view.header.is_fragment);
  QCOMPARE(view.payload_length, 3U);
  QCOMPARE(view.payload.size(), 3U);
  QCOMPARE(view.payload[0], 0xaa);
}

void IpTest::extension_headers_have_a_limit() {
  for (int count = 0; count <= 8; ++count) {
    const Buffer packet = with_extensions(count);
    const auto view = parse_ip(packet, Completeness::Complete);
    QVERIFY2(view, std::to_string(count).c_str());
    QCOMPARE(view->header.protocol, ip_protocol::kTcp);
    QCOMPARE(view->payload_length, 4U);
  }
  QCOMPARE(parse_ip(with_extensions(9), Completeness::Complete).error(), ParseError::BadLength);
}

void IpTest::extension_headers_cut_short() {
  const Buffer packet = with_extensions(2);
  for (std::size_t size = 40; size <= packet.size(); ++size) {
    const auto view = parse_ip(Bytes(packet).first(size), Completeness::MayBeCut);
    QCOMPARE(view.has_value(), size >= 56);
    if (view) QCOMPARE(view->payload_length, 4U);
  }
  // An extension header that claims more than the packet's own length.
  Buffer overlong = with_extensions(1);
  overlong[41] = 1;
  QCOMPARE(parse_ip(overlong, Completeness::Complete).error(), ParseError::TooShort);
}

void IpTest::fragments_v6() {
  const Buffer first = v6(44, testing::from_hex("0600 0001 1234 5678 aabb"));
  const auto first_view = parse_ip(first, Completeness::Complete).value();
  QVERIFY(first_view.header.is_fragment);
  QCOMPARE(first_view.header.fragment_offset, 0);
  QCOMPARE(first_view.payload_length, 2U);
  // A later fragment's payload begins with what may look like an extension header.
  const Buffer later = v6(44, testing::from_hex("3c00 05a8 1234 5678 0600"));
  const auto later_view = parse_ip(later, Completeness::Complete).value();
  QVERIFY(later_view.header.is_fragment);
  QCOMPARE(later_view.header.fragment_offset, 1448);
  QCOMPARE(later_view.header.protocol, 60);
  QCOMPARE(later_view.payload_length, 2U);
}

void IpTest::random_bytes_are_survived() {
  Random random(2);
  for (int i = 0; i < 50'000; ++i) {
    Buffer bytes(random.below(90));
    random.fill(bytes);
    if (bytes.size() > 6) {
      bytes[0] = static_cast<std::uint8_t>(random.chance(0.5) ? 0x40 + random.below(16) : 0x60);
      if (random.chance(0.5)) bytes[4] = 0;
      if (random.chance(0.5)) bytes[6] = 60;
    }
    for (const auto completeness : {Completeness::Complete, Completeness::MayBeCut}) {
      const auto view = parse_ip(bytes, completeness);
      if (view) QVERIFY(view->payload.size() <= bytes.size() - 20);
    }
  }
}

namespace {
const testing::Register<IpTest> registered;
}

}  // namespace inflight::wire

#include "ip_test.moc"
