// Compressed captures: what gzip and zstd themselves made, in one piece, in several, cut and
// damaged; and that a file is read in small memory.
#include <zlib.h>
#include <zstd.h>

#include <QFile>
#include <QTest>

#include "base/random.h"
#include "capture/files.h"
#include "capture/pcap_writer.h"
#include "support/registry.h"
#include "support/source_dir.h"

namespace inflight::capture {

using testing::read_all;

class CompressionTest : public QObject {
  Q_OBJECT

 private slots:
  void reads_compressed_data();
  void reads_compressed();
  void reads_what_is_good_data() { reads_compressed_data(); }
  void reads_what_is_good();
  void joins_members();
  void opens_files();
};

namespace {

using Content = std::vector<std::uint8_t>;

Content gzip(const Content& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Content packed(deflateBound(&stream, plain.size()));
  Content input = plain;
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Content zstd(const Content& plain) {
  // With a checksum, as the zstd program writes it.
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  Content packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), plain.data(), plain.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

// 20,000 packets of 100 bytes each, half of them noise: more than any buffer on the way.
Content large_file() {
  Content file;
  PcapWriter writer(testing::append_to(file), {});
  Random random(1);
  Content data(100);
  for (int i = 0; i < 20'000; ++i) {
    random.fill(MutableBytes(data).first(50));
    writer.write(testing::at_ns(i), data);
  }
  return file;
}

}  // namespace

void CompressionTest::reads_compressed_data() {
  QTest::addColumn<bool>("with_zstd");
  QTest::newRow("gzip") << false;
  QTest::newRow("zstd") << true;
}

void CompressionTest::reads_compressed() {
  QFETCH(const bool, with_zstd);
  const Content plain = large_file();
  const Content packed = with_zstd ? zstd(plain) : gzip(plain);
  auto reader = Reader::from_memory(packed);
  QVERIFY(reader.has_value());
  QCOMPARE(reader->info().compression, with_zstd ? Compression::Zstd : Compression::Gzip);
  Content again;
  PcapWriter writer(testing::append_to(again), {});
  while (const auto record = reader->next()) writer.write(record->time, record->data);
  QVERIFY(!reader->damage());
  QVERIFY(again == plain);
  QCOMPARE(reader->bytes_consumed(), std::uint64_t{packed.size()});
  QCOMPARE(reader->file_size(), std::uint64_t{packed.size()});
}

void CompressionTest::reads_what_is_good() {
  QFETCH(const bool, with_zstd);
  const Content plain = large_file();
  const Content packed = with_zstd ? zstd(plain) : gzip(plain);
  const Content cut(packed.begin(), packed.begin() + std::ptrdiff_t(packed.size() / 2));
  auto reader = Reader::from_memory(cut);
  QVERIFY(reader.has_value());
  const std::size_t read = read_all(*reader).size();
  QVERIFY(read > 5000 && read < 15'000);
  QVERIFY(reader->damage().has_value());
  QCOMPARE(reader->damage()->kind, DamageKind::CutCompression);

  Content damaged = packed;
  for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 1000; ++i) damaged[i] ^= 0x55;
  auto second = Reader::from_memory(damaged);
  QVERIFY(second.has_value());
  QVERIFY(read_all(*second).size() >= 5000);
  QVERIFY(second->damage().has_value());
}

void CompressionTest::joins_members() {
  const Content plain = large_file();
  const auto half = plain.begin() + std::ptrdiff_t(plain.size() / 2 + 7);
  for (const auto& pack : {gzip, zstd}) {
    Content packed = pack({plain.begin(), half});
    const Content second = pack({half, plain.end()});
    packed.insert(packed.end(), second.begin(), second.end());
    auto reader = Reader::from_memory(packed);
    QCOMPARE(read_all(*reader).size(), std::size_t{20'000});
    QVERIFY(!reader->damage());
  }
}

void CompressionTest::opens_files() {
  const std::string folder = INFLIGHT_SOURCE_DIR "/tests/captures/";
  auto packed = Reader::open(folder + "reorder-2pct/rcv.pcap.zst");
  QVERIFY(packed.has_value());
  QCOMPARE(read_all(*packed).size(), std::size_t{9639});
  QVERIFY(!packed->damage());
  const auto missing = Reader::open(folder + "there-is-none.pcap");
  QCOMPARE(missing.error().kind, OpenErrorKind::NotFound);
  const auto directory = Reader::open(folder);
  QCOMPARE(directory.error().kind, OpenErrorKind::IsDirectory);
}

namespace {
const inflight::testing::Register<CompressionTest> registered;
}

}  // namespace inflight::capture

#include "compression_test.moc"
