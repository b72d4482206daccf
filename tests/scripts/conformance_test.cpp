// The ledger of RFC 9293's requirements, tests/conformance.md: no number is missing, no number is
// without a proof or a reason, and every script and test function that it names exists.
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include "support/registry.h"
#include "support/source_dir.h"

namespace inflight::scripts {

class ConformanceTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void every_number_has_one_row();
  void every_row_has_a_proof_or_a_reason();
  void what_is_named_exists();

 private:
  struct Row {
    QString number;
    QString proof;
  };
  QList<Row> rows_;
};

namespace {
const testing::Register<ConformanceTest> registered;

// The highest of RFC 9293's appendix B.
constexpr int kMusts = 69;
constexpr int kShoulds = 31;

QString read_text(const QString& path) {
  QFile file(QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/") + path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// What stands between back-quotes.
QStringList quoted(const QString& text) {
  static const QRegularExpression kQuoted(QStringLiteral("`([^`]+)`"));
  QStringList result;
  for (auto it = kQuoted.globalMatch(text); it.hasNext();) result << it.next().captured(1);
  return result;
}
}  // namespace

void ConformanceTest::initTestCase() {
  static const QRegularExpression kRow(
      QStringLiteral("^\\| ((?:MUST|SHLD|MAY|REC)-\\d+) \\| [^|]+ \\| ([^|]*) \\|$"));
  for (const QString& line : read_text(QStringLiteral("conformance.md")).split('\n')) {
    const auto match = kRow.match(line);
    if (match.hasMatch()) rows_.append({match.captured(1), match.captured(2)});
  }
  QVERIFY(!rows_.isEmpty());
}

void ConformanceTest::every_number_has_one_row() {
  QStringList expected;
  for (int i = 1; i <= kMusts; ++i) expected << QStringLiteral("MUST-%1").arg(i);
  for (int i = 1; i <= kShoulds; ++i) expected << QStringLiteral("SHLD-%1").arg(i);
  for (const QString& number : expected) {
    const auto count = std::ranges::count(rows_, number, &Row::number);
    QVERIFY2(count == 1, qPrintable(number + QStringLiteral(" has %1 rows").arg(count)));
  }
}

void ConformanceTest::every_row_has_a_proof_or_a_reason() {
  for (const Row& row : rows_) {
    const bool reason = row.proof.startsWith(QStringLiteral("Does not apply: ")) ||
                        row.proof.startsWith(QStringLiteral("Not kept: "));
    QVERIFY2(reason || !quoted(row.proof).isEmpty(), qPrintable(row.number));
  }
}

void ConformanceTest::what_is_named_exists() {
  for (const Row& row : rows_) {
    for (const QString& name : quoted(row.proof)) {
      const QString path = name.section(':', 0, 0);
      const QString function = name.section(':', 1);
      const QString text = read_text(path);
      QVERIFY2(!text.isEmpty(), qPrintable(row.number + ": no file " + path));
      QVERIFY2(function.isEmpty() || text.contains(function + "()"),
               qPrintable(row.number + ": no test " + name));
    }
  }
}

}  // namespace inflight::scripts

#include "conformance_test.moc"
