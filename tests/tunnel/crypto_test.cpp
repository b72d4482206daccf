// The fast path for packets against the library's AEAD, and the text form of keys.
#include "tunnel/crypto.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"
#include "tunnel/key_source.h"
#include "vectors.h"

namespace inflight::testing {

using namespace tunnel;

class CryptoTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { init_crypto(); }

  // Every length up to the largest packet of a usual link, and around the fast path's limit.
  void packet_aead_equals_the_library() {
    Random random(1);
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size <= 1600; ++size) sizes.push_back(size);
    for (std::size_t size = 4080; size <= 4112; ++size) sizes.push_back(size);
    sizes.push_back(65000);
    for (const std::size_t size : sizes) {
      KeyBytes key_bytes{};
      random.fill(key_bytes);
      const SymmetricKey key(key_bytes);
      const std::uint64_t counter = random.next();
      Buffer plaintext(size);
      random.fill(plaintext);
      Buffer expected(size + kTagSize);
      seal(key, counter, plaintext, {}, expected);

      Buffer buffer = plaintext;
      buffer.resize(size + kTagSize);
      seal_in_place(key, counter, buffer);
      if (buffer != expected) QFAIL(qPrintable(QString("sealing %1 bytes differs").arg(size)));
      QVERIFY(open_in_place(key, counter, buffer));
      buffer.resize(size);
      if (buffer != plaintext) QFAIL(qPrintable(QString("opening %1 bytes differs").arg(size)));
    }
  }

  void wrong_tag_leaves_the_buffer_alone_data() {
    QTest::addColumn<int>("size");
    QTest::newRow("empty") << 0;
    QTest::newRow("small") << 64;
    QTest::newRow("packet") << 1420;
    QTest::newRow("beyond the fast path") << 9000;
  }
  void wrong_tag_leaves_the_buffer_alone() {
    QFETCH(int, size);
    const SymmetricKey key(equal_bytes(9));
    Buffer sealed(static_cast<std::size_t>(size) + kTagSize, 0x5a);
    seal_in_place(key, 3, sealed);
    Random random(5);
    for (int i = 0; i < 200; ++i) {
      Buffer damaged = sealed;
      damaged[random.below(damaged.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
      const Buffer before = damaged;
      QVERIFY(!open_in_place(key, 3, damaged));
      QVERIFY(damaged == before);
    }
    Buffer other_counter = sealed;
    QVERIFY(!open_in_place(key, 4, other_counter));
    for (std::size_t cut = 1; cut <= std::min<std::size_t>(sealed.size(), 40); ++cut) {
      Buffer shorter(sealed.begin(), sealed.end() - static_cast<std::ptrdiff_t>(cut));
      QVERIFY(!open_in_place(key, 3, shorter));
    }
  }

  void weak_public_keys_give_no_secret() {
    // RFC 7748 §6.1: points of small order, here 0 and 1.
    PublicKey weak;
    QVERIFY(!shared_secret(vectors::kInitiatorStatic, weak).has_value());
    weak.bytes[0] = 1;
    QVERIFY(!shared_secret(vectors::kInitiatorStatic, weak).has_value());
  }

  void keys_as_text_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    const QString good = "ERERERERERERERERERERERERERERERERERERERERERE=";
    QTest::newRow("good") << good << true;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("no padding") << good.chopped(1) << false;
    QTest::newRow("too long") << good + "A" << false;
    QTest::newRow("space before") << " " + good.chopped(1) << false;
    QTest::newRow("newline behind") << good + "\n" << false;
    QTest::newRow("33 bytes") << QString("E").repeated(44) << false;
    QTest::newRow("31 bytes") << "ERERERERERERERERERERERERERERERERERERERERER==" << false;
    // The last character carries two bits that belong to no byte.
    QTest::newRow("not canonical") << "ERERERERERERERERERERERERERERERERERERERERERF=" << false;
    QTest::newRow("URL alphabet") << "-REREREREREREREREREREREREREREREREREREREREREU=" << false;
    QTest::newRow("foreign character") << "!RERERERERERERERERERERERERERERERERERERERERE=" << false;
  }
  void keys_as_text() {
    QFETCH(QString, text);
    QFETCH(bool, valid);
    const auto key = parse_private_key(text.toStdString());
    QCOMPARE(key.has_value(), valid);
    QCOMPARE(parse_public_key(text.toStdString()).has_value(), valid);
    QCOMPARE(parse_preshared_key(text.toStdString()).has_value(), valid);
    if (!valid) return;
    QVERIFY(*key == vectors::kInitiatorStatic);
    QCOMPARE(QString::fromStdString(to_base64(*key)), text);
  }

  void seeded_keys_repeat_and_system_keys_do_not() {
    SeededKeySource first(Random(3));
    SeededKeySource second(Random(3));
    QVERIFY(first.private_key() == second.private_key());
    QCOMPARE(first.index(), second.index());
    QVERIFY(first.jitter(333ms) == second.jitter(333ms));
    SystemKeySource system;
    QVERIFY(!(system.private_key() == system.private_key()));
    for (int i = 0; i < 1000; ++i) {
      const Duration jitter = i % 2 == 0 ? system.jitter(333ms) : first.jitter(333ms);
      QVERIFY(jitter >= 0ns && jitter <= 333ms);
    }
  }
};

namespace {
const Register<CryptoTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "crypto_test.moc"
