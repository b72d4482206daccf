// Classic pcap files: both byte orders, both resolutions, odd but readable headers, and what is
// said about files that are cut, damaged or something else altogether.
#include <QTest>

#include "capture/files.h"
#include "capture/pcap_writer.h"
#include "support/hex.h"
#include "support/registry.h"

namespace inflight::capture {

using inflight::testing::from_hex;
using testing::at_ns;
using testing::KeptRecord;
using testing::read_all;

class PcapTest : public QObject {
  Q_OBJECT

 private slots:
  void reads_headers_data();
  void reads_headers();
  void keeps_nanoseconds();
  void writes_what_it_reads();
  void cuts_at_the_snap_length();
  void stops_when_the_sink_is_full();
  void reads_what_is_good_of_a_cut_file();
  void refuses_absurd_lengths_data();
  void refuses_absurd_lengths();
  void says_why_a_file_cannot_be_opened_data();
  void says_why_a_file_cannot_be_opened();
};

namespace {

constexpr std::string_view kLittleMicro = "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000";

std::vector<std::uint8_t> three_packets() {
  std::vector<std::uint8_t> file;
  PcapWriter writer(testing::append_to(file), {});
  for (int i = 1; i <= 3; ++i) {
    const std::vector<std::uint8_t> data(static_cast<std::size_t>(10 * i), std::uint8_t(i));
    writer.write(at_ns(1'717'459'200'123'456'789 + i), data);
  }
  return file;
}

}  // namespace

void PcapTest::reads_headers_data() {
  QTest::addColumn<QByteArray>("file");
  QTest::addColumn<int>("link_type");
  QTest::addColumn<qint64>("nanoseconds");
  QTest::newRow("little, microseconds")
      << QByteArray(
             "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000"
             "01000000 02000000 01000000 01000000 45")
      << 101 << qint64{1'000'002'000};
  QTest::newRow("big, microseconds") << QByteArray(
                                            "a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065"
                                            "00000001 00000002 00000001 00000001 45")
                                     << 101 << qint64{1'000'002'000};
  QTest::newRow("little, nanoseconds")
      << QByteArray(
             "4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000"
             "01000000 02000000 01000000 01000000 45")
      << 1 << qint64{1'000'000'002};
  QTest::newRow("big, nanoseconds") << QByteArray(
                                           "a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000071"
                                           "00000001 00000002 00000001 00000001 45")
                                    << 113 << qint64{1'000'000'002};
  QTest::newRow("frame check sequence in the link type")
      << QByteArray(
             "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000024"
             "01000000 02000000 01000000 01000000 45")
      << 1 << qint64{1'000'002'000};
  QTest::newRow("modified, longer record headers")
      << QByteArray(
             "34cdb2a1 0200 0400 00000000 00000000 ffff0000 01000000"
             "01000000 02000000 01000000 01000000 0000000000000000 45")
      << 1 << qint64{1'000'002'000};
  QTest::newRow("original length below what was captured")
      << QByteArray(
             "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000"
             "01000000 02000000 01000000 00000000 45")
      << 101 << qint64{1'000'002'000};
  QTest::newRow("seconds beyond 2038")
      << QByteArray(
             "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000"
             "ffffffff 3f420f00 01000000 01000000 45")
      << 101 << qint64{4'294'967'295'999'999'000};
}

void PcapTest::reads_headers() {
  QFETCH(const QByteArray, file);
  QFETCH(const int, link_type);
  QFETCH(const qint64, nanoseconds);
  auto reader = Reader::from_memory(from_hex(file.toStdString()));
  QVERIFY(reader.has_value());
  const auto records = read_all(*reader);
  QVERIFY(!reader->damage());
  QCOMPARE(records.size(), std::size_t{1});
  const PacketRecord& record = records[0].record;
  QCOMPARE(static_cast<int>(record.link_type), link_type);
  QCOMPARE(record.time, at_ns(nanoseconds));
  QCOMPARE(record.original_length, 1U);
  QCOMPARE(record.number, std::uint64_t{1});
  QVERIFY(records[0].data == from_hex("45"));
}

void PcapTest::keeps_nanoseconds() {
  auto reader = Reader::from_memory(three_packets());
  QVERIFY(reader.has_value());
  const auto records = read_all(*reader);
  QCOMPARE(reader->info().format, Format::PcapNanoseconds);
  QCOMPARE(records[2].record.time, at_ns(1'717'459'200'123'456'792));
}

void PcapTest::writes_what_it_reads() {
  const std::vector<std::uint8_t> file = three_packets();
  auto reader = Reader::from_memory(file);
  std::vector<std::uint8_t> again;
  PcapWriter writer(testing::append_to(again), {});
  while (const auto record = reader->next()) {
    writer.write(record->time, record->data, record->original_length);
  }
  QVERIFY(again == file);
}

void PcapTest::cuts_at_the_snap_length() {
  std::vector<std::uint8_t> file;
  PcapWriter writer(testing::append_to(file), {.snap_length = 4});
  writer.write(at_ns(0), std::vector<std::uint8_t>(10));
  auto reader = Reader::from_memory(file);
  const auto records = read_all(*reader);
  QCOMPARE(records.at(0).data.size(), std::size_t{4});
  QCOMPARE(records.at(0).record.original_length, 10U);
}

void PcapTest::stops_when_the_sink_is_full() {
  int pieces = 0;
  PcapWriter writer([&](Bytes) { return ++pieces < 3; }, {});
  for (int i = 0; i < 5; ++i) writer.write(at_ns(i), from_hex("45"));
  QVERIFY(!writer.ok());
  QCOMPARE(pieces, 3);
}

// Whatever the length, nothing but whole records comes out, and a cut is reported where it is.
void PcapTest::reads_what_is_good_of_a_cut_file() {
  const std::vector<std::uint8_t> file = three_packets();
  const std::vector<std::size_t> ends = {24, 24 + 26, 24 + 26 + 36, file.size()};
  for (std::size_t size = 24; size <= file.size(); ++size) {
    auto reader = Reader::from_memory({file.begin(), file.begin() + std::ptrdiff_t(size)});
    QVERIFY(reader.has_value());
    const auto records = read_all(*reader);
    const auto whole = std::ranges::upper_bound(ends, size) - ends.begin() - 1;
    QCOMPARE(static_cast<std::ptrdiff_t>(records.size()), whole);
    const bool cut = ends[static_cast<std::size_t>(whole)] != size;
    QCOMPARE(reader->damage().has_value(), cut);
    if (!cut) continue;
    QCOMPARE(reader->damage()->kind, DamageKind::Cut);
    QCOMPARE(reader->damage()->offset, std::uint64_t{ends[static_cast<std::size_t>(whole)]});
    QCOMPARE(reader->damage()->packets_read, std::uint64_t{records.size()});
  }
  auto reader = Reader::from_memory({file.begin(), file.end() - 1});
  read_all(*reader);
  QCOMPARE(describe(*reader->damage()),
           std::string("The file ends in the middle of a packet, at byte 86; the 2 packets before "
                       "it were read."));
}

void PcapTest::refuses_absurd_lengths_data() {
  QTest::addColumn<QByteArray>("captured");
  QTest::newRow("4 GiB") << QByteArray("ffffffff");
  QTest::newRow("one more than any snap length") << QByteArray("01000400");
}

void PcapTest::refuses_absurd_lengths() {
  QFETCH(const QByteArray, captured);
  std::vector<std::uint8_t> file = from_hex(kLittleMicro);
  const auto record = from_hex("00000000 00000000" + captured.toStdString() + "01000000 45");
  file.insert(file.end(), record.begin(), record.end());
  auto reader = Reader::from_memory(file);
  QVERIFY(reader.has_value());
  QVERIFY(!reader->next());
  QVERIFY(reader->damage().has_value());
  QCOMPARE(reader->damage()->kind, DamageKind::Malformed);
  QCOMPARE(reader->damage()->offset, std::uint64_t{24});
}

void PcapTest::says_why_a_file_cannot_be_opened_data() {
  QTest::addColumn<QByteArray>("file");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("empty") << QByteArray() << "x.pcap is empty";
  QTest::newRow("text") << QByteArray("48656c6c6f2c20776f726c64") << "begins with 48 65 6c 6c 6f";
  QTest::newRow("one byte") << QByteArray("d4") << "is not a capture file";
  QTest::newRow("half a header") << QByteArray("d4c3b2a1 0200 0400 0000") << "ends inside its own";
  QTest::newRow("version 3") << QByteArray("d4c3b2a1 0300 0400 00000000 00000000 ffff0000 65000000")
                             << "version";
  QTest::newRow("half a pcapng header") << QByteArray("0a0d0d0a 1c000000 4d3c") << "ends inside";
  QTest::newRow("pcapng without byte order")
      << QByteArray("0a0d0d0a 1c000000 00000000 01000000 ffffffffffffffff 1c000000")
      << "is not a capture file";
  QTest::newRow("damaged gzip") << QByteArray("1f8b0800 00000000 0003ffff ffff")
                                << "compressed data is damaged";
  QTest::newRow("damaged zstd") << QByteArray("28b52ffd ffffffff ffffffff ffffffff ffffffff ffff")
                                << "compressed data";
}

void PcapTest::says_why_a_file_cannot_be_opened() {
  QFETCH(const QByteArray, file);
  QFETCH(const QString, sentence);
  const auto reader = Reader::from_memory(from_hex(file.toStdString()));
  QVERIFY(!reader.has_value());
  const QString said = QString::fromStdString(describe(reader.error(), "x.pcap"));
  QVERIFY2(said.contains(sentence), qPrintable(said));
}

namespace {
const inflight::testing::Register<PcapTest> registered;
}

}  // namespace inflight::capture

#include "pcap_test.moc"
