// SipHash-2-4 against the table that its authors published, and what it is used for: any bit
// changes everything.
#include "base/siphash.h"

#include <QTest>
#include <set>
#include <vector>

#include "support/registry.h"

namespace inflight {

class SipHashTest : public QObject {
  Q_OBJECT

 private slots:
  void gives_the_values_of_the_reference();
  void key_and_message_matter();
};

void SipHashTest::gives_the_values_of_the_reference() {
  // Key 00..0f; the message of length n is 00, 01, .. n-1.
  const SipKey key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  const std::vector<std::uint64_t> expected{
      0x726fdb47dd0e0e31U, 0x74f839c593dc67fdU, 0x0d6c8009d9a94f5aU,
      0x85676696d7fb7e2dU, 0xcf2794e0277187b7U, 0x18765564cd99a68dU,
      0xcbc9466e58fee3ceU, 0xab0200f58b01d137U, 0x93f5f5799a932462U};
  std::vector<std::uint8_t> message;
  for (const std::uint64_t value : expected) {
    QCOMPARE(siphash(key, message), value);
    message.push_back(static_cast<std::uint8_t>(message.size()));
  }
  // The example of the paper's appendix: fifteen bytes.
  while (message.size() < 15) message.push_back(static_cast<std::uint8_t>(message.size()));
  QCOMPARE(siphash(key, message), std::uint64_t{0xa129ca6149be45e5U});
}

void SipHashTest::key_and_message_matter() {
  std::set<std::uint64_t> values;
  const std::vector<std::uint8_t> message(20, 0);
  for (int bit = 0; bit < 64; ++bit) {
    values.insert(siphash({std::uint64_t{1} << bit, 0}, message));
    values.insert(siphash({0, std::uint64_t{1} << bit}, message));
    std::vector<std::uint8_t> other = message;
    other[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::uint8_t>(1 << bit % 8);
    values.insert(siphash({}, other));
  }
  QCOMPARE(values.size(), std::size_t{3 * 64});
}

}  // namespace inflight

namespace {
const inflight::testing::Register<inflight::SipHashTest> registered;
}
#include "siphash_test.moc"
