// The Internet checksum against the example of RFC 1071, a sum by the book, and Linux's packets.
#include "wire/checksum.h"

#include <QTest>

#include "base/random.h"
#include "support/hex.h"
#include "support/registry.h"
#include "wire/ip.h"
#include "wire/samples.h"

namespace inflight::wire {

class ChecksumTest : public QObject {
  Q_OBJECT

 private slots:
  void sums_the_example_of_the_rfc();
  void agrees_with_the_sum_by_the_book();
  void may_be_summed_in_even_parts();
  void copies_what_it_sums();
  void of_nothing_and_of_all_ones();
  void verifies_packets_of_linux();
};

namespace {

// RFC 1071 §1: 16-bit words, an odd last byte padded with zero, carries added round.
std::uint16_t by_the_book(Bytes bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const unsigned low = i + 1 < bytes.size() ? bytes[i + 1] : 0U;
    sum += static_cast<unsigned>(bytes[i] << 8) + low;
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

std::vector<std::uint8_t> random_bytes(Random& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  random.fill(bytes);
  return bytes;
}

}  // namespace

void ChecksumTest::sums_the_example_of_the_rfc() {
  // RFC 1071 §3: the folded sum is ddf2.
  const auto bytes = testing::from_hex("0001 f203 f4f5 f6f7");
  QCOMPARE(checksum_finish(checksum_add(0, bytes)), 0xffff - 0xddf2);
}

void ChecksumTest::agrees_with_the_sum_by_the_book() {
  Random random(1);
  for (std::size_t size = 0; size < 600; ++size) {
    const auto bytes = random_bytes(random, size);
    QCOMPARE(checksum_finish(checksum_add(0, bytes)), by_the_book(bytes));
  }
  const auto large = random_bytes(random, 65'535);
  QCOMPARE(checksum_finish(checksum_add(0, large)), by_the_book(large));
}

void ChecksumTest::may_be_summed_in_even_parts() {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const auto bytes = random_bytes(random, random.below(200));
    const Bytes all(bytes);
    const std::size_t first = random.below(bytes.size() / 2 + 1) * 2;
    const std::size_t second = random.below((bytes.size() - first) / 2 + 1) * 2;
    std::uint64_t sum = checksum_add(0, all.first(first));
    sum = checksum_add(sum, all.subspan(first, second));
    sum = checksum_add(sum, all.subspan(first + second));
    QCOMPARE(checksum_finish(sum), by_the_book(all));
  }
}

void ChecksumTest::copies_what_it_sums() {
  Random random(3);
  for (std::size_t size = 0; size < 100; ++size) {
    const auto source = random_bytes(random, size);
    std::vector<std::uint8_t> target(size);
    QCOMPARE(checksum_finish(checksum_copy(0, source, target)), by_the_book(source));
    QCOMPARE(target, source);
  }
}

void ChecksumTest::of_nothing_and_of_all_ones() {
  QCOMPARE(checksum_finish(0), 0xffff);
  const std::vector<std::uint8_t> ones(65'534, 0xff);
  QCOMPARE(checksum_finish(checksum_add(0, ones)), 0);
  QCOMPARE(checksum_finish(UINT64_MAX), 0);
}

void ChecksumTest::verifies_packets_of_linux() {
  const auto verify = [](std::string_view hex) {
    auto bytes = testing::from_hex(hex);
    const auto sum_of = [&] {
      const auto packet = parse_ip(bytes, Completeness::Complete).value();
      return transport_checksum(packet.header.source, packet.header.destination,
                                packet.header.protocol, packet.payload);
    };
    QCOMPARE(sum_of(), 0);
    bytes.back() ^= 1;
    QVERIFY(sum_of() != 0);
  };
  for (const std::string_view hex : samples::kTcp) verify(hex);
  verify(samples::kV6OddUdp);
  verify(samples::kV6EmptyUdp);
}

namespace {
const testing::Register<ChecksumTest> registered;
}

}  // namespace inflight::wire

#include "checksum_test.moc"
