// The bounded reader and writer: byte orders, both sides of the end, and the failed state.
#include "base/bytes.h"

#include <QTest>
#include <array>
#include <vector>

#include "support/registry.h"

namespace inflight {

class BytesTest : public QObject {
  Q_OBJECT

 private slots:
  void reads_in_both_byte_orders();
  void reads_up_to_the_end_and_not_beyond();
  void stays_failed();
  void a_loop_over_what_remains_ends_after_a_failed_read();
  void writes_in_both_byte_orders();
  void fills_a_buffer_to_the_last_byte();
  void empty_spans_are_harmless();
};

void BytesTest::reads_in_both_byte_orders() {
  const std::array<std::uint8_t, 8> bytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xf8};
  QCOMPARE(ByteReader(bytes).u8(), 0x01);
  QCOMPARE(ByteReader(bytes).u16be(), 0x0102);
  QCOMPARE(ByteReader(bytes).u16le(), 0x0201);
  QCOMPARE(ByteReader(bytes).u32be(), 0x01020304U);
  QCOMPARE(ByteReader(bytes).u32le(), 0x04030201U);
  QCOMPARE(ByteReader(bytes).u64be(), std::uint64_t{0x01020304050607f8U});
  QCOMPARE(ByteReader(bytes).u64le(), std::uint64_t{0xf807060504030201U});
}

void BytesTest::reads_up_to_the_end_and_not_beyond() {
  const std::array<std::uint8_t, 5> bytes{1, 2, 3, 4, 5};
  ByteReader reader(bytes);
  QCOMPARE(reader.u32be(), 0x01020304U);
  QCOMPARE(reader.remaining(), 1U);
  QCOMPARE(reader.u8(), 5);
  QVERIFY(reader.ok());
  QCOMPARE(reader.position(), 5U);
  QCOMPARE(reader.remaining(), 0U);
  QVERIFY(reader.rest().empty());
  QVERIFY(reader.ok());
  QCOMPARE(reader.u8(), 0);
  QVERIFY(!reader.ok());

  ByteReader one_short(Bytes(bytes).first(3));
  QCOMPARE(one_short.u32be(), 0U);
  QVERIFY(!one_short.ok());

  ByteReader huge(bytes);
  huge.skip(SIZE_MAX);
  QVERIFY(!huge.ok());
}

void BytesTest::stays_failed() {
  const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  ByteReader reader(bytes);
  QCOMPARE(reader.u64le(), std::uint64_t{0});
  QVERIFY(!reader.ok());
  // There would be room for these, but a parser that checks once at the end must not see them.
  QCOMPARE(reader.u16be(), 0);
  QVERIFY(reader.take(1).empty());
  QVERIFY(reader.take(0).empty());
  QVERIFY(reader.rest().empty());
  QVERIFY(!reader.ok());
}

void BytesTest::a_loop_over_what_remains_ends_after_a_failed_read() {
  const std::array<std::uint8_t, 3> bytes{1, 2, 3};
  ByteReader reader(bytes);
  static_cast<void>(reader.u16be());
  static_cast<void>(reader.u16be());
  QVERIFY(!reader.ok());
  QCOMPARE(reader.remaining(), 0U);
}

void BytesTest::writes_in_both_byte_orders() {
  std::array<std::uint8_t, 32> buffer{};
  buffer.fill(0xee);
  ByteWriter writer(buffer);
  writer.u8(0x01);
  writer.u16be(0x0203);
  writer.u16le(0x0504);
  writer.u32be(0x06070809);
  writer.u32le(0x0d0c0b0a);
  writer.u64be(0x0e0f101112131415);
  writer.u64le(0x1d1c1b1a19181716);
  writer.zeros(2);
  QCOMPARE(writer.written(), 31U);
  QCOMPARE(writer.remaining(), 1U);
  for (std::size_t i = 0; i < 29; ++i) QCOMPARE(buffer[i], i + 1);
  QCOMPARE(buffer[29], 0);
  QCOMPARE(buffer[30], 0);
  QCOMPARE(buffer[31], 0xee);
}

void BytesTest::fills_a_buffer_to_the_last_byte() {
  std::array<std::uint8_t, 6> buffer{};
  const std::array<std::uint8_t, 3> source{7, 8, 9};
  ByteWriter writer(buffer);
  writer.bytes(source);
  const MutableBytes place = writer.advance(3);
  QCOMPARE(writer.remaining(), 0U);
  place[2] = 42;
  QCOMPARE(buffer, (std::array<std::uint8_t, 6>{7, 8, 9, 0, 0, 42}));
}

void BytesTest::empty_spans_are_harmless() {
  ByteWriter writer(MutableBytes{});
  writer.bytes({});
  writer.zeros(0);
  QCOMPARE(writer.written(), 0U);
  ByteReader reader(Bytes{});
  QVERIFY(reader.rest().empty());
  QVERIFY(reader.ok());
}

namespace {
const testing::Register<BytesTest> registered;
}

}  // namespace inflight

#include "bytes_test.moc"
