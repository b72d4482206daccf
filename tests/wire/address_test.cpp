// Addresses, prefixes and endpoints as text, checked against the system's own inet_pton and
// inet_ntop.
#include "wire/address.h"

#include <arpa/inet.h>

#include <QTest>
#include <set>

#include "base/random.h"
#include "support/registry.h"

namespace inflight::wire {

class AddressTest : public QObject {
  Q_OBJECT

 private slots:
  void parses_and_prints_data();
  void parses_and_prints();
  void agrees_with_the_system_on_what_is_an_address();
  void prints_as_the_system_does();
  void prefix_data();
  void prefix();
  void prefix_contains();
  void endpoint_data();
  void endpoint();
  void kinds();
  void hashes_and_compares();
};

namespace {

// The system's bytes for a text, empty if it is no address.
std::vector<std::uint8_t> system_parse(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return {bytes.begin(), bytes.begin() + 4};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.begin(), bytes.end()};
  return {};
}

std::vector<std::uint8_t> our_parse(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) return {};
  return {address->bytes().begin(), address->bytes().end()};
}

// Empty expectation: the text must be refused.
void text_columns() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("expected");
}

void row(const char* text, const char* expected) {
  QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
}

template <class Parse>
void compare_row(Parse parse) {
  QFETCH(const QString, text);
  QFETCH(const QString, expected);
  const auto result = parse(text.toStdString());
  QCOMPARE(result ? QString::fromStdString(to_string(*result)) : QString(), expected);
}

}  // namespace

void AddressTest::parses_and_prints_data() {
  text_columns();
  row("0.0.0.0", "0.0.0.0");
  row("255.255.255.255", "255.255.255.255");
  row("::", "::");
  row("::1", "::1");
  row("1::", "1::");
  row("FD69:6E66::1", "fd69:6e66::1");
  row("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8");
  row("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
  row("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
  row("1:0:0:2:0:0:0:3", "1:0:0:2::3");
  row("1:0:0:2:3:0:0:4", "1::2:3:0:0:4");
  row("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
  row("::ffff:192.0.2.33", "::ffff:192.0.2.33");
  row("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304");
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "-1.2.3.4",
                           "1..2.3",
                           ":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           ":1::",
                           "::1:",
                           "1.2.3.4::",
                           "1.2.3.4::1",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "fe80::1%eth0",
                           "[::1]"}) {
    row(text, "");
  }
}
void AddressTest::parses_and_prints() { compare_row(parse_address); }

void AddressTest::agrees_with_the_system_on_what_is_an_address() {
  Random random(1);
  const std::vector<std::string> pieces{":",    ":",   "::",  ".",       "0",  "1",    "ff",
                                        "abcd", "255", "256", "1.2.3.4", "00", "12345"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (std::uint64_t left = 1 + random.below(17); left > 0; --left) {
      text += pieces[random.below(pieces.size())];
    }
    QVERIFY2(our_parse(text) == system_parse(text), text.c_str());
  }
}

void AddressTest::prints_as_the_system_does() {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    random.fill(bytes);
    // Zeroed groups make room for "::" in every place; the first is kept, because the system
    // prints the long obsolete ::/96 with a dotted quad.
    for (std::size_t g = 1; g < 8; ++g) {
      if (random.chance(0.6)) bytes[2 * g] = bytes[2 * g + 1] = 0;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    QCOMPARE(QString::fromStdString(to_string(IpAddress::from_bytes(bytes))),
             QString::fromUtf8(text.data()));
  }
}

void AddressTest::prefix_data() {
  text_columns();
  row("10.66.0.1/24", "10.66.0.0/24");
  row("10.66.0.1", "10.66.0.1/32");
  row("255.255.255.255/0", "0.0.0.0/0");
  row("255.255.255.255/31", "255.255.255.254/31");
  row("fd69:6e66::1", "fd69:6e66::1/128");
  row("fd69:6e66:ffff::/33", "fd69:6e66:8000::/33");
  row("::/0", "::/0");
  for (const char* text : {"10.66.0.0/33", "::/129", "10.66.0.0/", "10.66.0.0/-1", "10.66.0.0/024",
                           "/24", "10.66.0.0/24/8"}) {
    row(text, "");
  }
}
void AddressTest::prefix() { compare_row(parse_prefix); }

void AddressTest::prefix_contains() {
  const auto contains = [](const char* prefix, const char* address) {
    return parse_prefix(prefix).value().contains(parse_address(address).value());
  };
  QVERIFY(contains("10.66.0.0/23", "10.66.1.255"));
  QVERIFY(!contains("10.66.0.0/23", "10.66.2.0"));
  QVERIFY(!contains("10.66.0.0/23", "10.65.255.255"));
  QVERIFY(contains("10.66.0.1/32", "10.66.0.1"));
  QVERIFY(!contains("10.66.0.1/32", "10.66.0.0"));
  QVERIFY(contains("0.0.0.0/0", "255.1.2.3"));
  QVERIFY(!contains("0.0.0.0/0", "::"));
  QVERIFY(!contains("::/0", "0.0.0.0"));
  QVERIFY(contains("fd69::/17", "fd69:7fff::"));
  QVERIFY(!contains("fd69::/17", "fd69:8000::"));
}

void AddressTest::endpoint_data() {
  text_columns();
  row("127.0.0.1:7777", "127.0.0.1:7777");
  row("[::1]:0", "[::1]:0");
  row("[fd69:6e66::1]:65535", "[fd69:6e66::1]:65535");
  for (const char* text :
       {"127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]", "[::1]80",
        "[127.0.0.1]:80", "[]:80", ":80", "localhost:80", "[::1:80", "::1]:80"}) {
    row(text, "");
  }
}
void AddressTest::endpoint() { compare_row(parse_endpoint); }

void AddressTest::kinds() {
  const auto at = [](const char* text) { return parse_address(text).value(); };
  QVERIFY(IpAddress().is_unspecified() && at("::").is_unspecified());
  QVERIFY(!at("0.0.0.1").is_unspecified() && !at("::1").is_unspecified());
  QVERIFY(at("224.0.0.0").is_multicast() && at("239.255.255.255").is_multicast());
  QVERIFY(!at("223.255.255.255").is_multicast() && !at("240.0.0.0").is_multicast());
  QVERIFY(at("ff02::1").is_multicast() && !at("fe02::1").is_multicast());
  QVERIFY(at("255.255.255.255").is_broadcast() && !at("255.255.255.254").is_broadcast());
}

void AddressTest::hashes_and_compares() {
  const std::hash<Endpoint> hash;
  std::set<std::size_t> hashes;
  constexpr int kEndpoints = 10'000;
  for (int i = 0; i < kEndpoints; ++i) {
    const auto low = static_cast<std::uint8_t>(i % 100);
    hashes.insert(
        hash(Endpoint{IpAddress::v4(10, 0, 0, low), static_cast<std::uint16_t>(i / 100)}));
  }
  QCOMPARE(hashes.size(), std::size_t{kEndpoints});
  QVERIFY(parse_address("0.0.0.0").value() != parse_address("::").value());
  QCOMPARE(hash(parse_endpoint("[::1]:5").value()), hash(parse_endpoint("[0::1]:5").value()));
}

namespace {
const testing::Register<AddressTest> registered;
}

}  // namespace inflight::wire

#include "address_test.moc"
