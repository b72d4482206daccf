// A capture of two Linux hosts, cut at 96 bytes: every packet is parsed, and emitted again byte for
// byte where all of it is there. The few lines that read the file are the test's own, so that wire
// is checked against nothing else of ours.
#include <QFile>
#include <QTest>

#include "support/registry.h"
#include "support/source_dir.h"
#include "wire/checksum.h"
#include "wire/tcp.h"

namespace inflight::wire {

class RealCaptureTest : public QObject {
  Q_OBJECT

 private slots:
  void parses_and_emits_every_packet();
};

namespace {

struct Frame {
  std::vector<std::uint8_t> bytes;
  std::size_t original_size = 0;
};

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kEthernetHeader = 14;

// Little-endian pcap of Ethernet frames.
std::vector<Frame> read_frames(const QByteArray& file) {
  const std::vector<std::uint8_t> bytes(file.begin(), file.end());
  ByteReader reader(bytes);
  reader.skip(kFileHeader);
  std::vector<Frame> frames;
  while (reader.remaining() > 0) {
    reader.skip(8);
    const std::uint32_t captured = reader.u32le();
    const std::uint32_t original = reader.u32le();
    const Bytes frame = reader.take(captured);
    frames.push_back({{frame.begin(), frame.end()}, original});
  }
  return frames;
}

struct Counts {
  int packets = 0;
  int whole = 0;
  int cut = 0;
  std::size_t payload_bytes = 0;
};

void check(const Frame& frame, Counts& counts) {
  const Bytes packet = Bytes(frame.bytes).subspan(kEthernetHeader);
  const auto ip = parse_ip(packet, Completeness::MayBeCut).value();
  QCOMPARE(ip.payload_length, frame.original_size - kEthernetHeader - 20);
  const auto tcp = parse_tcp(ip.payload, Completeness::MayBeCut).value();
  QVERIFY(!tcp.options_cut);
  ++counts.packets;
  counts.payload_bytes += ip.payload_length - tcp.header_size;

  std::vector<std::uint8_t> ours(20 + tcp_header_size(tcp.header.options));
  emit_ip(ip.header, ip.payload_length, MutableBytes(ours).first(20));
  const MutableBytes segment = MutableBytes(ours).subspan(20);
  emit_tcp(tcp.header, segment);
  if (ip.payload.size() < ip.payload_length) {
    // The checksum covers bytes that are not there.
    ++counts.cut;
    QCOMPARE(parse_ip(packet, Completeness::Complete).error(), ParseError::TooShort);
    std::ranges::copy(ip.payload.subspan(16, 2), segment.subspan(16).begin());
  } else {
    ++counts.whole;
    QVERIFY(parse_ip(packet, Completeness::Complete));
    QVERIFY(tcp.payload.empty());
    set_tcp_checksum(ip.header.source, ip.header.destination, segment);
  }
  QVERIFY(std::ranges::equal(ours, packet.first(ours.size())));
}

}  // namespace

void RealCaptureTest::parses_and_emits_every_packet() {
  QFile file(QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/captures/nagle-delack/snd.pcap"));
  QVERIFY(file.open(QIODevice::ReadOnly));
  Counts counts;
  for (const Frame& frame : read_frames(file.readAll())) {
    check(frame, counts);
    if (QTest::currentTestFailed()) return;
  }
  // As tshark counts them: 60 turns of 40, 360 and 200 bytes, and 127 segments without payload.
  QCOMPARE(counts.packets, 307);
  QCOMPARE(counts.whole, 127);
  QCOMPARE(counts.cut, 180);
  QCOMPARE(counts.payload_bytes, std::size_t{60 * (40 + 360 + 200)});
}

namespace {
const testing::Register<RealCaptureTest> registered;
}

}  // namespace inflight::wire

#include "real_capture_test.moc"
