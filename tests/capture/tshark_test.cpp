// What the writers make, read by tshark where it is installed: no warning, and the same packets.
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "capture/files.h"
#include "capture/pcap_writer.h"
#include "capture/pcapng_writer.h"
#include "support/registry.h"
#include "wire/ip.h"
#include "wire/udp.h"

namespace inflight::capture {

class TsharkTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void reads_our_pcap();
  void reads_our_pcapng();

 private:
  // tshark's fields of each packet, a line each.
  QString run(const std::vector<std::uint8_t>& file, const QStringList& fields);
  QTemporaryDir folder_;
};

namespace {

std::vector<std::uint8_t> udp_packet() {
  const wire::Endpoint source{wire::IpAddress::v4(10, 66, 0, 1), 50123};
  const wire::Endpoint destination{wire::IpAddress::v4(10, 66, 0, 2), 50124};
  std::vector<std::uint8_t> packet(20 + wire::kUdpHeaderSize + 4);
  wire::emit_udp(source, destination, MutableBytes(packet).subspan(20));
  wire::IpHeader header;
  header.source = source.address;
  header.destination = destination.address;
  header.protocol = wire::ip_protocol::kUdp;
  wire::emit_ip(header, packet.size() - 20, MutableBytes(packet).first(20));
  return packet;
}

}  // namespace

void TsharkTest::initTestCase() {
  if (QStandardPaths::findExecutable("tshark").isEmpty()) QSKIP("tshark is not installed");
}

QString TsharkTest::run(const std::vector<std::uint8_t>& file, const QStringList& fields) {
  const QString path = folder_.filePath("file");
  QFile target(path);
  if (!target.open(QIODevice::WriteOnly)) return "no file";
  for (const std::uint8_t byte : file) target.putChar(static_cast<char>(byte));
  target.close();
  QStringList arguments = {"-r", path, "-o", "ip.check_checksum:TRUE", "-T", "fields"};
  for (const QString& field : fields) arguments += {"-e", field};
  QProcess tshark;
  tshark.start("tshark", arguments);
  if (!tshark.waitForFinished(60'000) || tshark.exitCode() != 0) return "failed";
  // Anything on stderr is a complaint about the file, but for the one about running as root.
  for (const QByteArray& line : tshark.readAllStandardError().split('\n')) {
    if (!line.isEmpty() && !line.contains("superuser") && !line.contains("user \"root\"")) {
      return QString("complained: ") + line;
    }
  }
  return QString(tshark.readAllStandardOutput()).trimmed();
}

void TsharkTest::reads_our_pcap() {
  std::vector<std::uint8_t> file;
  PcapWriter writer(testing::append_to(file), {});
  writer.write(testing::at_ns(1'717'459'200'123'456'789), udp_packet());
  QCOMPARE(run(file, {"frame.time_epoch", "udp.dstport", "_ws.expert.message"}),
           QString("1717459200.123456789\t50124"));
}

void TsharkTest::reads_our_pcapng() {
  std::vector<std::uint8_t> file;
  PcapngWriter writer(testing::append_to(file), {.application = "inflight", .comment = "a run"});
  const auto inner = writer.add_interface({.link_type = LinkType::Raw, .name = "inner"});
  writer.write_wireguard_keys("PRESHARED_KEY = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
  writer.write({.interface = inner,
                .time = testing::at_ns(1'717'459'200'123'456'789),
                .data = udp_packet(),
                .direction = Direction::Outbound,
                .comment = "dropped by the path's queue",
                .packet_id = 7});
  const auto outer = writer.add_interface({.link_type = LinkType::Ipv4, .name = "outer"});
  writer.write({.interface = outer,
                .time = testing::at_ns(1'717'459'200'123'456'790),
                .data = udp_packet(),
                .direction = Direction::Inbound});
  writer.write_statistics(inner, testing::at_ns(1'717'459'200'200'000'000), 1, 0);
  QCOMPARE(run(file, {"frame.time_epoch", "frame.interface_name", "frame.packet_flags_direction",
                      "udp.dstport"}),
           QString("1717459200.123456789\tinner\t0x00000002\t50124\n"
                   "1717459200.123456790\touter\t0x00000001\t50124"));
  QVERIFY(run(file, {"frame.comment"}).contains("dropped by the path's queue"));
}

namespace {
const inflight::testing::Register<TsharkTest> registered;
}

}  // namespace inflight::capture

#include "tshark_test.moc"
