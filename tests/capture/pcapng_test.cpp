// pcapng files: byte orders, resolutions, interfaces that differ, the smaller blocks, damage; and
// that what the writer makes is what the reader reads.
#include <QTest>

#include "capture/files.h"
#include "capture/pcapng_writer.h"
#include "support/hex.h"
#include "support/registry.h"

namespace inflight::capture {

using inflight::testing::from_hex;
using testing::append_to;
using testing::at_ns;
using testing::read_all;

class PcapngTest : public QObject {
  Q_OBJECT

 private slots:
  void writes_the_bytes_of_the_format();
  void reads_back_what_it_writes();
  void reads_times_of_every_resolution_data();
  void reads_times_of_every_resolution();
  void reads_other_packet_blocks();
  void reads_sections_of_both_byte_orders();
  void skips_unknown_blocks();
  void reads_what_is_good_of_a_cut_file();
  void notices_damage_data();
  void notices_damage();
};

namespace {

// Examples of FACTS 6.2, accepted by Wireshark.
constexpr std::string_view kSection =
    "0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0400 64656d6f 00000000 28000000";
constexpr std::string_view kInterface =
    "01000000 2c000000 6500 0000 00000000 0200 0500 6f757465 72000000 0900 0100 09000000 00000000 "
    "2c000000";
constexpr std::string_view kPacket =
    "06000000 24000000 00000000 00000000 01000000 01000000 01000000 45000000 24000000";

std::vector<std::uint8_t> file_of(std::initializer_list<std::string_view> blocks) {
  std::string text;
  for (const std::string_view block : blocks) text += block;
  return from_hex(text);
}

std::vector<std::uint8_t> example_file() {
  std::vector<std::uint8_t> file;
  PcapngWriter writer(append_to(file), {.application = "inflight 0.1.0", .comment = "a run"});
  const auto inner = writer.add_interface({.link_type = LinkType::Raw, .name = "inner"});
  const auto outer = writer.add_interface(
      {.link_type = LinkType::Ethernet, .snap_length = 4, .name = "outer", .description = "UDP"});
  writer.write_wireguard_keys("LOCAL_EPHEMERAL_PRIVATE_KEY = x\n");
  writer.write({.interface = inner,
                .time = at_ns(1'717'459'200'123'456'789),
                .data = from_hex("450102"),
                .direction = Direction::Outbound,
                .comment = "dropped by the path's queue",
                .packet_id = 7});
  writer.write({.interface = outer,
                .time = at_ns(1'717'459'200'123'456'790),
                .data = from_hex("010203040506"),
                .direction = Direction::Inbound});
  writer.write({.interface = inner,
                .time = at_ns(1'717'459'200'123'456'791),
                .data = from_hex("45010203"),
                .original_length = 1500});
  writer.write_statistics(inner, at_ns(1'717'459'200'200'000'000), 2, 12);
  return file;
}

}  // namespace

void PcapngTest::writes_the_bytes_of_the_format() {
  std::vector<std::uint8_t> file;
  PcapngWriter writer(append_to(file), {.application = "demo", .comment = ""});
  writer.add_interface({.link_type = LinkType::Raw, .name = "outer"});
  QVERIFY(file == file_of({kSection, kInterface}));
  file.clear();
  writer.write_wireguard_keys("ab");
  QVERIFY(file == from_hex("0a000000 18000000 4c4b4757 02000000 61620000 18000000"));
}

void PcapngTest::reads_back_what_it_writes() {
  auto reader = Reader::from_memory(example_file());
  QVERIFY(reader.has_value());
  const auto records = read_all(*reader);
  QVERIFY(!reader->damage());
  const CaptureInfo& info = reader->info();
  QCOMPARE(info.format, Format::Pcapng);
  QCOMPARE(info.application, std::string("inflight 0.1.0"));
  QCOMPARE(info.comments.at(0), std::string("a run"));
  QCOMPARE(info.secrets.at(0).type, 0x57474b4cU);
  QCOMPARE(info.secrets.at(0).text, std::string("LOCAL_EPHEMERAL_PRIVATE_KEY = x\n"));
  QCOMPARE(info.interfaces.size(), std::size_t{2});
  QCOMPARE(info.interfaces[0].name, std::string("inner"));
  QCOMPARE(info.interfaces[0].dropped.value_or(0), std::uint64_t{12});
  QCOMPARE(info.interfaces[1].description, std::string("UDP"));

  QCOMPARE(records.size(), std::size_t{3});
  QCOMPARE(records[0].record.time, at_ns(1'717'459'200'123'456'789));
  QCOMPARE(records[0].record.direction, Direction::Outbound);
  QCOMPARE(records[0].record.comment, std::string("dropped by the path's queue"));
  QVERIFY(records[0].data == from_hex("450102"));
  QCOMPARE(records[1].record.interface, 1U);
  QCOMPARE(records[1].record.link_type, LinkType::Ethernet);
  QCOMPARE(records[1].record.direction, Direction::Inbound);
  QVERIFY(records[1].data == from_hex("01020304"));
  QCOMPARE(records[1].record.original_length, 6U);
  QCOMPARE(records[2].record.original_length, 1500U);
  QCOMPARE(records[2].record.direction, Direction::Unknown);
}

void PcapngTest::reads_times_of_every_resolution_data() {
  QTest::addColumn<QByteArray>("options");
  QTest::addColumn<QByteArray>("ticks");
  QTest::addColumn<qint64>("nanoseconds");
  // High word, low word.
  QTest::newRow("default, microseconds")
      << QByteArray() << QByteArray("00000000 40420f00") << qint64{1'000'000'000};
  QTest::newRow("milliseconds") << QByteArray("0900 0100 03000000")
                                << QByteArray("00000000 e8030000") << qint64{1'000'000'000};
  QTest::newRow("seconds") << QByteArray("0900 0100 00000000") << QByteArray("00000000 02000000")
                           << qint64{2'000'000'000};
  QTest::newRow("nanoseconds, high word")
      << QByteArray("0900 0100 09000000") << QByteArray("01000000 01000000")
      << qint64{4'294'967'297};
  QTest::newRow("picoseconds") << QByteArray("0900 0100 0c000000")
                               << QByteArray("00000000 dc050000") << qint64{1};
  QTest::newRow("10^-25 s") << QByteArray("0900 0100 19000000") << QByteArray("00008000 00000000")
                            << qint64{3};
  QTest::newRow("10^-127 s") << QByteArray("0900 0100 7f000000") << QByteArray("ffffffff ffffffff")
                             << qint64{0};
  QTest::newRow("2^-10 s") << QByteArray("0900 0100 8a000000") << QByteArray("00000000 00060000")
                           << qint64{1'500'000'000};
  QTest::newRow("2^-40 s") << QByteArray("0900 0100 a8000000") << QByteArray("80010000 00000000")
                           << qint64{1'500'000'000};
  QTest::newRow("2^-127 s") << QByteArray("0900 0100 ff000000") << QByteArray("ffffffff ffffffff")
                            << qint64{0};
  QTest::newRow("offset of an hour")
      << QByteArray("0e00 0800 100e000000000000") << QByteArray("00000000 40420f00")
      << qint64{3'601'000'000'000};
  QTest::newRow("offset to before 1970")
      << QByteArray("0e00 0800 00000000000000f0") << QByteArray("00000000 40420f00") << qint64{0};
  QTest::newRow("beyond 64 bits of nanoseconds")
      << QByteArray("0900 0100 00000000") << QByteArray("ffffffff ffffffff")
      << qint64{9'223'372'035'000'000'000};
}

void PcapngTest::reads_times_of_every_resolution() {
  QFETCH(const QByteArray, options);
  QFETCH(const QByteArray, ticks);
  QFETCH(const qint64, nanoseconds);
  const QByteArray length =
      QByteArray::number(20 + QByteArray(options).replace(" ", "").size() / 2, 16) + "000000";
  const QByteArray interface = "01000000" + length + "6500 0000 00000000" + options + length;
  // The low word stands in the file behind the high one.
  const QByteArray packet =
      "06000000 24000000 00000000" + ticks + "01000000 01000000 45000000 24000000";
  auto reader =
      Reader::from_memory(file_of({kSection, interface.toStdString(), packet.toStdString()}));
  QVERIFY(reader.has_value());
  const auto record = reader->next();
  QVERIFY(record.has_value());
  QCOMPARE(record->time, at_ns(nanoseconds));
}

void PcapngTest::reads_other_packet_blocks() {
  auto reader = Reader::from_memory(
      file_of({kSection, kInterface, kPacket,
               // Obsolete packet block: interface, drops, time, lengths, data.
               "02000000 24000000 0000 0000 00000000 05000000 02000000 02000000 45460000 24000000",
               // Simple packet block: original length, data.
               "03000000 14000000 03000000 45464700 14000000"}));
  const auto records = read_all(*reader);
  QVERIFY(!reader->damage());
  QCOMPARE(records.size(), std::size_t{3});
  QVERIFY(records[1].data == from_hex("4546"));
  QCOMPARE(records[1].record.time, at_ns(5));
  QVERIFY(records[2].data == from_hex("454647"));
  QCOMPARE(records[2].record.time, at_ns(5));
  QCOMPARE(reader->info().packets_without_time, std::uint64_t{1});
}

void PcapngTest::reads_sections_of_both_byte_orders() {
  auto reader = Reader::from_memory(file_of(
      {kSection, kInterface, kPacket,
       "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c",
       "00000001 00000014 0001 0000 00000000 00000014",
       "00000006 00000024 00000000 00000000 000f4240 00000001 00000001 45000000 00000024"}));
  const auto records = read_all(*reader);
  QVERIFY(!reader->damage());
  QCOMPARE(records.size(), std::size_t{2});
  QCOMPARE(records[1].record.interface, 1U);
  QCOMPARE(records[1].record.link_type, LinkType::Ethernet);
  QCOMPARE(records[1].record.time, at_ns(1'000'000'000));
}

void PcapngTest::skips_unknown_blocks() {
  auto reader =
      Reader::from_memory(file_of({kSection, kInterface, "99000000 10000000 01020304 10000000",
                                   "04000000 14000000 00000000 00000000 14000000", kPacket}));
  QCOMPARE(read_all(*reader).size(), std::size_t{1});
  QVERIFY(!reader->damage());
  QCOMPARE(reader->info().skipped_blocks, std::uint64_t{1});
}

void PcapngTest::reads_what_is_good_of_a_cut_file() {
  const auto file = example_file();
  std::size_t most = 0;
  for (std::size_t size = 0; size <= file.size(); ++size) {
    auto reader = Reader::from_memory({file.begin(), file.begin() + std::ptrdiff_t(size)});
    if (!reader) {
      QVERIFY(size < 28 + 40);
      continue;
    }
    const std::size_t count = read_all(*reader).size();
    QVERIFY(count == most || count == most + 1);
    most = count;
    if (reader->damage()) QCOMPARE(reader->damage()->kind, DamageKind::Cut);
  }
  QCOMPARE(most, std::size_t{3});
}

void PcapngTest::notices_damage_data() {
  QTest::addColumn<QByteArray>("block");
  QTest::newRow("length below the least") << QByteArray("06000000 08000000 00000000");
  QTest::newRow("length of 4 GiB") << QByteArray("06000000 fcffffff 00000000");
  QTest::newRow("length not a multiple of 4")
      << QByteArray("06000000 0d000000 0000000000 0d000000");
  QTest::newRow("lengths that differ") << QByteArray("06000000 10000000 00000000 14000000");
  QTest::newRow("interface not declared") << QByteArray(
      "06000000 24000000 01000000 00000000 01000000 01000000 01000000 45000000 24000000");
  QTest::newRow("more captured than there is") << QByteArray(
      "06000000 24000000 00000000 00000000 01000000 09000000 01000000 45000000 24000000");
  QTest::newRow("interface block too short") << QByteArray("01000000 10000000 65000000 10000000");
  QTest::newRow("section without byte order")
      << QByteArray("0a0d0d0a 1c000000 00000000 01000000 ffffffffffffffff 1c000000");
}

void PcapngTest::notices_damage() {
  QFETCH(const QByteArray, block);
  auto reader =
      Reader::from_memory(file_of({kSection, kInterface, kPacket, block.toStdString(), kPacket}));
  QCOMPARE(read_all(*reader).size(), std::size_t{1});
  QVERIFY(reader->damage().has_value());
  QCOMPARE(reader->damage()->kind, DamageKind::Malformed);
  QCOMPARE(reader->damage()->offset, std::uint64_t{40 + 44 + 36});
  QCOMPARE(reader->damage()->packets_read, std::uint64_t{1});
}

namespace {
const inflight::testing::Register<PcapngTest> registered;
}

}  // namespace inflight::capture

#include "pcapng_test.moc"
