// The memory of path MTUs: what is news, what is nonsense, its bound and its age.
#include "stack/path_mtu.h"

#include <QTest>

#include "support/registry.h"

using namespace inflight;
using namespace inflight::stack;

namespace {

const wire::IpAddress kFour = wire::IpAddress::v4(10, 0, 0, 2);
const wire::IpAddress kSix = wire::parse_address("fd00::2").value();
constexpr Instant kStart = Instant{} + 1h;

}  // namespace

class PathMtuTest : public QObject {
  Q_OBJECT

 private slots:
  void what_a_message_does_data() {
    QTest::addColumn<bool>("six");
    QTest::addColumn<int>("told");
    QTest::addColumn<int>("sent");
    // 0: it changes nothing.
    QTest::addColumn<int>("becomes");
    QTest::addColumn<bool>("may_fragment");
    QTest::newRow("smaller") << false << 1400 << 1500 << 1400 << false;
    QTest::newRow("as large as the packet") << false << 1500 << 1500 << 0 << false;
    QTest::newRow("larger than the packet") << false << 1501 << 1500 << 0 << false;
    QTest::newRow("at the floor") << false << 552 << 1500 << 552 << false;
    QTest::newRow("below it") << false << 551 << 1500 << 552 << true;
    QTest::newRow("a byte") << false << 1 << 1500 << 552 << true;
    // RFC 1191 §7.1.
    QTest::newRow("unsaid, Ethernet") << false << 0 << 1500 << 1492 << false;
    QTest::newRow("unsaid, a little less") << false << 0 << 1492 << 1006 << false;
    QTest::newRow("unsaid, jumbo") << false << 0 << 9000 << 8166 << false;
    QTest::newRow("unsaid, smallest") << false << 0 << 68 << 0 << false;
    QTest::newRow("IPv6") << true << 1281 << 1500 << 1281 << false;
    QTest::newRow("IPv6 at the floor") << true << 1280 << 1500 << 1280 << false;
    QTest::newRow("IPv6 below it") << true << 1279 << 1500 << 0 << false;
  }
  void what_a_message_does() {
    QFETCH(bool, six);
    QFETCH(int, told);
    QFETCH(int, sent);
    QFETCH(int, becomes);
    QFETCH(bool, may_fragment);
    PathMtuCache cache(10);
    const auto& address = six ? kSix : kFour;
    QCOMPARE(cache.lower(address, static_cast<std::size_t>(told), static_cast<std::size_t>(sent),
                         kStart),
             becomes != 0);
    const auto mtu = cache.find(address);
    QCOMPARE(mtu ? static_cast<int>(mtu->bytes) : 0, becomes);
    QVERIFY(!mtu || mtu->may_fragment == may_fragment);
    QVERIFY(!cache.find(six ? kFour : kSix));
  }

  // RFC 1191 §3: a message lowers it or does nothing, and only what is news makes it younger.
  void it_is_never_raised() {
    PathMtuCache cache(10);
    QVERIFY(cache.lower(kFour, 1000, 1500, kStart));
    QVERIFY(!cache.lower(kFour, 1000, 1500, kStart + 5min));
    QVERIFY(!cache.lower(kFour, 1200, 1500, kStart + 5min));
    QCOMPARE(cache.find(kFour)->bytes, std::size_t{1000});
    QVERIFY(cache.next_expiry() == kStart + 10min);
    QVERIFY(cache.lower(kFour, 900, 1000, kStart + 5min));
    QVERIFY(cache.next_expiry() == kStart + 15min);
    QVERIFY(cache.lower(kFour, 100, 900, kStart + 6min));
    QVERIFY(!cache.lower(kFour, 90, 552, kStart + 6min));
  }

  void it_is_forgotten_after_ten_minutes() {
    PathMtuCache cache(10);
    cache.lower(kFour, 1000, 1500, kStart);
    cache.lower(kSix, 1300, 1500, kStart + 1min);
    QVERIFY(cache.expire(kStart + 10min - 1ns).empty());
    QVERIFY(cache.expire(kStart + 10min) == std::vector{kFour});
    QVERIFY(!cache.find(kFour) && cache.find(kSix));
    QVERIFY(cache.next_expiry() == kStart + 11min);
    QVERIFY(cache.expire(kStart + 1h) == std::vector{kSix});
    QVERIFY(cache.next_expiry() == kNever);
  }

  void it_has_a_bound() {
    PathMtuCache cache(3);
    const auto address = [](int i) {
      return wire::IpAddress::v4(10, 0, 1, static_cast<std::uint8_t>(i));
    };
    for (int i = 0; i < 5; ++i) cache.lower(address(i), 1000, 1500, kStart + i * 1s);
    for (int i = 0; i < 5; ++i) QCOMPARE(cache.find(address(i)).has_value(), i >= 2);
    // What is lowered again takes no other's place.
    QVERIFY(cache.lower(address(2), 900, 1000, kStart + 10s));
    for (int i = 2; i < 5; ++i) QVERIFY(cache.find(address(i)));
  }
};

namespace {
const inflight::testing::Register<PathMtuTest> registered;
}
#include "path_mtu_test.moc"
