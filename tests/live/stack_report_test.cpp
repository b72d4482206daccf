// The account of a stack service: what is added up, what is listed, and how it reads.
#include "live/stack_report.h"

#include <QStringList>
#include <QTest>

#include "live/sha256.h"
#include "support/registry.h"

namespace inflight::live {

class StackReportTest : public QObject {
  Q_OBJECT

 private slots:
  void totals_and_lines();
  void only_so_many_are_listed();
  void fragments_are_told();
  void hashes_of_pieces_data();
  void hashes_of_pieces();
};

namespace {

Bytes bytes_of(std::string_view text) {
  static std::vector<std::uint8_t> kept;
  kept.assign(text.begin(), text.end());
  return kept;
}

StreamReport stream(StreamEnd end, std::int64_t received, std::int64_t sent) {
  StreamReport report;
  report.local = {wire::IpAddress::v4(10, 77, 0, 2), 5001};
  report.remote = {wire::IpAddress::v4(10, 77, 0, 1), 40000};
  report.end = end;
  report.time = 1500ms;
  report.received = ByteCount{received};
  report.sent = ByteCount{sent};
  report.tcp.counters.retransmits = 2;
  report.tcp.smoothed_rtt = 12'340us;
  return report;
}

}  // namespace

void StackReportTest::totals_and_lines() {
  StackReport report;
  report.add(stream(StreamEnd::Completed, 1'000'000, 0));
  report.add(stream(StreamEnd::Reset, 0, 250'000));
  report.time = 2s;
  report.intervals = {{.begin = {}, .end = 1s, .received = ByteCount{1'000'000}, .sent = {}},
                      {.begin = 1s, .end = 2s, .received = {}, .sent = ByteCount{250'000}}};
  QCOMPARE(report.totals.received, ByteCount{1'000'000});
  QCOMPARE(report.totals.retransmits, 4);
  const QStringList lines = QString::fromStdString(to_text(report)).split('\n');
  QCOMPARE(lines[0].simplified(), QString("INTERVAL RECEIVED SENT"));
  QCOMPARE(lines[1].simplified(), QString("0.00-1.00 sec 8.0000 Mbits/sec 0.0000 Mbits/sec"));
  QCOMPARE(lines[2].simplified(), QString("1.00-2.00 sec 0.0000 Mbits/sec 2.0000 Mbits/sec"));
  QCOMPARE(lines[4].simplified(), QString("0.00-2.00 sec 4.0000 Mbits/sec 1.0000 Mbits/sec"));
  QCOMPARE(lines[7].simplified(), QString("10.77.0.1:40000 completed 1.500 s 1000000 0 2 12.3 ms"));
  QCOMPARE(lines[8].simplified(), QString("10.77.0.1:40000 reset 1.500 s 0 250000 2 12.3 ms"));
  QCOMPARE(lines[9], QString("2 connections: 1 completed, 1 reset, 0 refused, 0 stopped"));
}

void StackReportTest::only_so_many_are_listed() {
  StackReport report;
  const int count = static_cast<int>(StackReport::kMaxListed) + 5;
  for (int i = 0; i < count; ++i) report.add(stream(StreamEnd::Completed, 1, 0));
  QCOMPARE(report.connections.size(), StackReport::kMaxListed);
  QCOMPARE(report.totals.connections, count);
  QCOMPARE(report.totals.received, ByteCount{count});
  QVERIFY(to_text(report).contains("and 9985 more\n"));
}

void StackReportTest::fragments_are_told() {
  StackReport report;
  QVERIFY(!to_text(report).contains("fragments"));
  report.stack.fragments = 3;
  QVERIFY(to_text(report).contains("dropped: 3 fragments, which are not put together\n"));
  QVERIFY(to_json(report).contains("\"fragments\": 3"));
}

void StackReportTest::hashes_of_pieces_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("hash");
  // FIPS 180-4's examples.
  QTest::newRow("nothing") << ""
                           << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  QTest::newRow("abc") << "abc"
                       << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  QTest::newRow("two blocks") << "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
                              << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
}
void StackReportTest::hashes_of_pieces() {
  QFETCH(const QString, text);
  QFETCH(const QString, hash);
  const std::string all = text.toStdString();
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    Sha256 sha;
    sha.update(bytes_of(all.substr(0, cut)));
    sha.update(bytes_of(all.substr(cut)));
    QCOMPARE(QString::fromStdString(sha.hex()), hash);
  }
}

namespace {
const testing::Register<StackReportTest> registered;
}

}  // namespace inflight::live

#include "stack_report_test.moc"
