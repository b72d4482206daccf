// From records to IP packets for each link type, and the records of Coder and Tailscale, with the
// bytes of their own files.
#include "capture/link_layer.h"

#include <QTest>

#include "capture/files.h"
#include "capture/pcap_writer.h"
#include "capture/tunnel_record.h"
#include "support/hex.h"
#include "support/registry.h"

namespace inflight::capture {

using inflight::testing::from_hex;

class LinkLayerTest : public QObject {
  Q_OBJECT

 private slots:
  void finds_the_packet_data();
  void finds_the_packet();
  void says_why_there_is_none_data();
  void says_why_there_is_none();
  void the_records_direction_wins();
  void reads_a_tunnel_record();
  void reads_a_disco_record();
  void refuses_bad_tunnel_records_data();
  void refuses_bad_tunnel_records();
  void writes_the_file_of_a_speed_test();
};

namespace {

std::expected<LinkPayload, LinkError> parse(int type, Bytes data) {
  return parse_link({.link_type = static_cast<LinkType>(type), .data = data});
}

constexpr std::string_view kTunnelPacket =
    "0100 00 04 0a010203 4500001c 00010000 4011b24d 64400001 64400002 13881389 00080000";
constexpr std::string_view kDiscoPacket =
    "fe00 00 00 00 0000000000000000000000000000000000000000000000000000000000000000 a9a2 0400 "
    "c0000209 2e00 0100 000102030405060708090a0b "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

}  // namespace

void LinkLayerTest::finds_the_packet_data() {
  QTest::addColumn<int>("type");
  QTest::addColumn<QByteArray>("data");
  QTest::addColumn<QByteArray>("packet");
  QTest::addColumn<int>("direction");
  const auto unknown = static_cast<int>(Direction::Unknown);
  const auto inbound = static_cast<int>(Direction::Inbound);
  const auto outbound = static_cast<int>(Direction::Outbound);
  const QByteArray addresses = "020000000001 020000000002";
  QTest::newRow("Ethernet") << 1 << addresses + "0800 4501" << QByteArray("4501") << unknown;
  QTest::newRow("Ethernet, IPv6") << 1 << addresses + "86dd 6001" << QByteArray("6001") << unknown;
  QTest::newRow("VLAN") << 1 << addresses + "8100 0064 0800 4501" << QByteArray("4501") << unknown;
  QTest::newRow("two VLAN tags") << 1 << addresses + "88a8 0064 8100 0065 0800 4501"
                                 << QByteArray("4501") << unknown;
  QTest::newRow("NULL") << 0 << QByteArray("02000000 4501") << QByteArray("4501") << unknown;
  QTest::newRow("NULL, IPv6 of another system")
      << 0 << QByteArray("1e000000 6001") << QByteArray("6001") << unknown;
  QTest::newRow("LOOP") << 108 << QByteArray("00000002 4501") << QByteArray("4501") << unknown;
  QTest::newRow("RAW") << 101 << QByteArray("4501") << QByteArray("4501") << unknown;
  QTest::newRow("RAW as 12") << 12 << QByteArray("6001") << QByteArray("6001") << unknown;
  QTest::newRow("RAW as 14") << 14 << QByteArray("4501") << QByteArray("4501") << unknown;
  QTest::newRow("IPv4") << 228 << QByteArray("4501") << QByteArray("4501") << unknown;
  QTest::newRow("IPv6") << 229 << QByteArray("6001") << QByteArray("6001") << unknown;
  QTest::newRow("cooked, to us") << 113 << QByteArray("0000 0001 0006 0200000000010000 0800 4501")
                                 << QByteArray("4501") << inbound;
  QTest::newRow("cooked, from us") << 113 << QByteArray("0004 0001 0006 0200000000010000 86dd 6001")
                                   << QByteArray("6001") << outbound;
  QTest::newRow("cooked v2, from us")
      << 276 << QByteArray("0800 0000 00000002 0001 04 06 0200000000010000 4501")
      << QByteArray("4501") << outbound;
  QTest::newRow("tunnel, from local")
      << 147 << QByteArray("0000 00 00 4501") << QByteArray("4501") << outbound;
  QTest::newRow("tunnel, to a peer, IPv6")
      << 147 << QByteArray("0300 00 00 6001") << QByteArray("6001") << outbound;
  QTest::newRow("tunnel, from a peer")
      << 147 << QByteArray("0100 04 01020304 00 4501") << QByteArray("4501") << inbound;
}

void LinkLayerTest::finds_the_packet() {
  QFETCH(const int, type);
  QFETCH(const QByteArray, data);
  QFETCH(const QByteArray, packet);
  QFETCH(const int, direction);
  const auto bytes = from_hex(data.toStdString());
  const auto payload = parse(type, bytes);
  QVERIFY(payload.has_value());
  QVERIFY(std::ranges::equal(payload->packet, from_hex(packet.toStdString())));
  QCOMPARE(static_cast<int>(payload->direction), direction);
  // However short it is cut, there is an error or a shorter packet, and no read behind the end.
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + std::ptrdiff_t(size));
    const auto shorter = parse(type, cut);
    QVERIFY(!shorter || shorter->packet.size() < payload->packet.size());
  }
}

void LinkLayerTest::says_why_there_is_none_data() {
  QTest::addColumn<int>("type");
  QTest::addColumn<QByteArray>("data");
  QTest::addColumn<int>("error");
  const QByteArray addresses = "020000000001 020000000002";
  QTest::newRow("ARP") << 1 << addresses + "0806 0001" << static_cast<int>(LinkError::NotIp);
  QTest::newRow("802.3 length") << 1 << addresses + "0026 4242"
                                << static_cast<int>(LinkError::NotIp);
  QTest::newRow("tags without end")
      << 1 << addresses + "8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 0800 45"
      << static_cast<int>(LinkError::NotIp);
  QTest::newRow("another link type")
      << 105 << QByteArray("4501") << static_cast<int>(LinkError::UnknownLinkType);
  QTest::newRow("no IP version") << 101 << QByteArray("0001") << static_cast<int>(LinkError::NotIp);
  QTest::newRow("nothing") << 101 << QByteArray() << static_cast<int>(LinkError::TooShort);
  QTest::newRow("bad tunnel record")
      << 147 << QByteArray("0100 05 0102030405 00 45") << static_cast<int>(LinkError::Malformed);
}

void LinkLayerTest::says_why_there_is_none() {
  QFETCH(const int, type);
  QFETCH(const QByteArray, data);
  QFETCH(const int, error);
  const auto bytes = from_hex(data.toStdString());
  const auto payload = parse(type, bytes);
  QVERIFY(!payload.has_value());
  QCOMPARE(static_cast<int>(payload.error()), error);
}

void LinkLayerTest::the_records_direction_wins() {
  const auto data = from_hex("0000 00 00 4501");
  const auto payload = parse_link(
      {.link_type = LinkType::TunnelRecord, .data = data, .direction = Direction::Inbound});
  QCOMPARE(payload->direction, Direction::Inbound);
}

void LinkLayerTest::reads_a_tunnel_record() {
  const auto bytes = from_hex(kTunnelPacket);
  const auto record = parse_tunnel_record(bytes);
  QVERIFY(record.has_value());
  QCOMPARE(record->path, TunnelPath::FromPeer);
  QVERIFY(!record->source_before_nat);
  QVERIFY(record->destination_before_nat == wire::IpAddress::v4(10, 1, 2, 3));
  QCOMPARE(record->packet.size(), std::size_t{28});
  QVERIFY(!record->disco);
}

void LinkLayerTest::reads_a_disco_record() {
  auto bytes = from_hex(kDiscoPacket);
  QCOMPARE(bytes.size(), std::size_t{93});
  const auto record = parse_tunnel_record(bytes);
  QVERIFY(record.has_value() && record->disco.has_value());
  QVERIFY(!record->disco->via_relay);
  QCOMPARE(to_string(record->disco->source), std::string("192.0.2.9:41641"));
  QCOMPARE(int{record->disco->message_type}, 1);
  bytes[4] |= 1;
  QVERIFY(parse_tunnel_record(bytes)->disco->via_relay);
  const auto payload = parse(147, bytes);
  QVERIFY(payload->is_disco && payload->via_relay && payload->packet.empty());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    QVERIFY(!parse_tunnel_record(Bytes(bytes).first(size)));
  }
}

void LinkLayerTest::refuses_bad_tunnel_records_data() {
  QTest::addColumn<QByteArray>("data");
  QTest::addColumn<int>("error");
  const auto length = static_cast<int>(TunnelRecordError::BadAddressLength);
  QTest::newRow("source of 5 bytes") << QByteArray("0100 05 0102030405 00 45") << length;
  QTest::newRow("destination of 255 bytes") << QByteArray("0100 00 ff 45") << length;
  QTest::newRow("address missing")
      << QByteArray("0100 10 0102") << static_cast<int>(TunnelRecordError::TooShort);
  QTest::newRow("path 4") << QByteArray("0400 00 00 45")
                          << static_cast<int>(TunnelRecordError::UnknownPath);
}

void LinkLayerTest::refuses_bad_tunnel_records() {
  QFETCH(const QByteArray, data);
  QFETCH(const int, error);
  const auto record = parse_tunnel_record(from_hex(data.toStdString()));
  QVERIFY(!record.has_value());
  QCOMPARE(static_cast<int>(record.error()), error);
}

// The example file of FACTS 4.3, as far as its packet goes: with no NAT in our case.
void LinkLayerTest::writes_the_file_of_a_speed_test() {
  std::vector<std::uint8_t> file;
  PcapWriter writer(testing::append_to(file),
                    {.link_type = LinkType::TunnelRecord, .nanoseconds = false});
  const auto packet = from_hex("4500001c 00010000 4011b24d 64400001 64400002 13881389 00080000");
  writer.write(testing::at_ns(1'717'459'200'250'000'000),
               emit_tunnel_record(TunnelPath::FromPeer, packet));
  QVERIFY(file == from_hex("d4c3b2a1 02000400 00000000 00000000 ffff0000 93000000"
                           "00595e66 90d00300 20000000 20000000 0100 00 00"
                           "4500001c 00010000 4011b24d 64400001 64400002 13881389 00080000"));
}

namespace {
const inflight::testing::Register<LinkLayerTest> registered;
}

}  // namespace inflight::capture

#include "link_layer_test.moc"
