// Quantities as text: what is accepted, what is refused, and that printing parses back.
#include "base/quantity.h"

#include <QTest>

#include "base/random.h"
#include "support/registry.h"

namespace inflight {

class QuantityTest : public QObject {
  Q_OBJECT

 private slots:
  void duration_data();
  void duration();
  void rate_data();
  void rate();
  void bytes_data();
  void bytes();
  void packets_data();
  void packets();
  void share_data();
  void share();
  void kilometres();
  void says_what_was_expected();
  void prints_the_shortest_text_data();
  void prints_the_shortest_text();
  void every_printed_value_parses_back();
  void every_share_parses_back();
};

namespace {

// The expected value of a text that must be refused.
constexpr qint64 kRefused = -1;

void columns() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<qint64>("expected");
}

void row(const char* text, qint64 expected) {
  QTest::newRow(text) << QString::fromUtf8(text) << expected;
}

template <class Parse, class Value>
void compare_row(Parse parse, Value value) {
  QFETCH(const QString, text);
  QFETCH(const qint64, expected);
  const auto result = parse(text.toStdString());
  QCOMPARE(result ? value(*result) : kRefused, expected);
}

}  // namespace

void QuantityTest::duration_data() {
  columns();
  row("76ms", 76'000'000);
  row("76 ms", 76'000'000);
  row("1.5s", 1'500'000'000);
  row("0ms", 0);
  row("1ns", 1);
  row("0.5ns", 1);
  row("0.4ns", 0);
  row("250us", 250'000);
  row("2min", 120'000'000'000);
  row("1e3ms", 1'000'000'000);
  row("9007199254740991ns", 9'007'199'254'740'991);
  for (const char* text : {"", "76", "ms", "76 s m", "76MS", "-1ms", "-0ms", "+1ms", " 1ms", "1ms ",
                           "1,5s", "nanms", "infs", "1e400s", "9007199254740994ns", "76Mbit"}) {
    row(text, kRefused);
  }
}
void QuantityTest::duration() {
  compare_row(parse_duration, [](Duration d) { return qint64{d.count()}; });
}

void QuantityTest::rate_data() {
  columns();
  row("205Mbit", 205'000'000);
  row("205Mbit/s", 205'000'000);
  row("10Gbit", 10'000'000'000);
  row("1.1Gbit", 1'100'000'000);
  row("64kbit", 64'000);
  row("1bit", 1);
  row("0.5bit", 1);
  for (const char* text : {"0bit", "0.4bit", "205", "205M", "205mbit", "205MB", "205Mbit/", "/s",
                           "205Mbit/s/s", "-1Mbit"}) {
    row(text, kRefused);
  }
}
void QuantityTest::rate() {
  compare_row(parse_rate, [](DataRate r) { return qint64{r.bits_per_second()}; });
}

void QuantityTest::bytes_data() {
  columns();
  row("0B", 0);
  row("65535B", 65'535);
  row("1kB", 1'000);
  row("1.25MB", 1'250'000);
  row("2GB", 2'000'000'000);
  row("512KiB", 524'288);
  row("6MiB", 6'291'456);
  row("1GiB", 1'073'741'824);
  for (const char* text : {"1024", "1KB", "1kib", "1Mbit", "0x10B", "-1B"}) row(text, kRefused);
}
void QuantityTest::bytes() {
  compare_row(parse_bytes, [](ByteCount n) { return qint64{n.value()}; });
}

void QuantityTest::packets_data() {
  columns();
  row("0pkt", 0);
  row("64pkt", 64);
  for (const char* text : {"64", "1.5pkt", "-1pkt", "64pkts"}) row(text, kRefused);
}
void QuantityTest::packets() {
  compare_row(parse_packets, [](std::int64_t n) { return qint64{n}; });
}

void QuantityTest::share_data() {
  columns();
  row("0%", 0);
  row("1%", 10'000);
  row("0.5%", 5'000);
  row("100%", 1'000'000);
  for (const char* text : {"100.001%", "-1%", "0.01", "1 percent"}) row(text, kRefused);
}
void QuantityTest::share() {
  compare_row(parse_share, [](double s) { return qint64{qRound64(s * 1e6)}; });
}

void QuantityTest::kilometres() {
  QCOMPARE(parse_kilometres("4150km").value(), 4150.0);
  QCOMPARE(parse_kilometres("0.5km").value(), 0.5);
  QVERIFY(!parse_kilometres("4150"));
  QVERIFY(!parse_kilometres("4150m"));
  QVERIFY(!parse_kilometres("-1km"));
}

void QuantityTest::says_what_was_expected() {
  const auto result = parse_duration("76");
  QVERIFY(!result);
  QCOMPARE(QString::fromStdString(result.error().expected), "a duration such as 76ms or 1.5s");
}

void QuantityTest::prints_the_shortest_text_data() {
  QTest::addColumn<QString>("printed");
  QTest::addColumn<QString>("expected");
  const auto add = [](const std::string& printed, const char* expected) {
    QTest::newRow(expected) << QString::fromStdString(printed) << QString::fromUtf8(expected);
  };
  add(format_duration(Duration{0}), "0s");
  add(format_duration(76ms), "76ms");
  add(format_duration(1500ms), "1.5s");
  add(format_duration(1'234'567ns), "1234.567us");
  add(format_duration(100'000s), "100000s");
  add(format_rate(205_Mbit), "205Mbit");
  add(format_rate(DataRate::bits_per_second(1)), "1bit");
  add(format_bytes(ByteCount{0}), "0B");
  add(format_bytes(512_KiB), "512KiB");
  add(format_bytes(1536_KiB), "1.5MiB");
  add(format_bytes(ByteCount{65'535}), "65.535kB");
  add(format_bytes(ByteCount{2'000'000'000'000}), "2000GB");
  add(format_packets(64), "64pkt");
  add(format_share(0.01), "1%");
  add(format_share(0.07), "7%");
  add(format_share(0.285), "28.5%");
  add(format_share(0.000001), "0.0001%");
  add(format_share(0), "0%");
  add(format_kilometres(4150), "4150km");
  add(format_kilometres(100'000), "100000km");
}
void QuantityTest::prints_the_shortest_text() {
  QFETCH(const QString, printed);
  QFETCH(const QString, expected);
  QCOMPARE(printed, expected);
}

void QuantityTest::every_printed_value_parses_back() {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    // All magnitudes up to the parser's limit of 2^53.
    const auto n = static_cast<std::int64_t>((random.next() >> 11) >> random.below(53));
    QCOMPARE(parse_duration(format_duration(Duration{n})).value(), Duration{n});
    QCOMPARE(parse_bytes(format_bytes(ByteCount{n})).value().value(), n);
    QCOMPARE(parse_packets(format_packets(n)).value(), n);
    const auto rate = DataRate::bits_per_second(n + 1);
    QCOMPARE(parse_rate(format_rate(rate)).value().bits_per_second(), n + 1);
  }
}

void QuantityTest::every_share_parses_back() {
  Random random(2);
  for (int i = 0; i < 10'000; ++i) {
    // What a person writes with up to two decimals is printed as it was written.
    const std::string text = std::to_string(random.below(100)) + "." +
                             std::to_string(random.below(10)) +
                             std::to_string(1 + random.below(9)) + "%";
    QCOMPARE(format_share(parse_share(text).value()), text);
    const double any = random.uniform();
    QVERIFY(std::abs(parse_share(format_share(any)).value() - any) < 1e-15);
  }
}

namespace {
const testing::Register<QuantityTest> registered;
}

}  // namespace inflight

#include "quantity_test.moc"
