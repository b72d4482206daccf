// Verdicts about captures of real kernel transfers: the two rules decide what they can, and say why
// they leave the rest. The folders' README says what was done in each.
#include <QTest>

#include "analysis/examples.h"
#include "analysis/flow_trace.h"
#include "diagnosis/diagnose.h"
#include "support/registry.h"

using namespace inflight;
using analysis::testing::example_file;
using analysis::testing::import_file;
using trace::Limit;

namespace {

std::optional<trace::Trace> bulk_trace(const std::filesystem::path& path) {
  const auto importer = import_file(path);
  if (!importer || importer->flows().size() != 1) return std::nullopt;
  return analysis::make_trace(importer->flows(), 0, importer->start());
}

QString q(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<int>(text.size()));
}

double share(const trace::Verdict& verdict, Limit limit) {
  return verdict.shares[static_cast<std::size_t>(limit)];
}

}  // namespace

class CaptureVerdictsTest : public QObject {
  Q_OBJECT
 private slots:
  void examples_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("side");
    QTest::addColumn<QString>("expected");
    // A part of the headline, or of the reason why there is no verdict.
    QTest::addColumn<QString>("words");
    QTest::newRow("small buffer") << "rwnd-small" << "snd" << "receive_window"
                                  << "Receive window limits you";
    QTest::newRow("small buffer, receiver")
        << "rwnd-small" << "rcv" << "unknown" << "taken near the receiver";
    for (const QString side : {"snd", "rcv"}) {
      QTest::addRow("reader stops, %s", qPrintable(side))
          << "zerowin-stall" << side << "receiver_application" << "its window closed";
    }
    for (const QString name : {"app-paced", "bufferbloat", "ecn", "loss-1pct", "nagle-delack",
                               "overshoot-hystart-off", "rawip", "reorder-2pct", "single-loss"}) {
      QTest::addRow("%s", qPrintable(name)) << name << "snd" << "unknown" << "so that is not";
    }
  }
  void examples() {
    QFETCH(const QString, name);
    QFETCH(const QString, side);
    QFETCH(const QString, expected);
    QFETCH(const QString, words);
    const auto trace = bulk_trace(example_file(name, side));
    QVERIFY(trace.has_value());
    const trace::Verdict verdict = diagnosis::diagnose(*trace);
    const QString said = q(verdict.headline) + " | " + q(verdict.explanation);
    if (q(to_string(verdict.limited_by)) != expected || !said.contains(words)) {
      QFAIL(qPrintable(q(to_string(verdict.limited_by)) + ": " + said));
    }
  }

  // What the program itself offers to open says what its story says.
  void samples() {
    const std::filesystem::path folder = INFLIGHT_SOURCE_DIR "/resources/captures";
    const auto small = bulk_trace(folder / "small-window.pcap.gz");
    QVERIFY(small.has_value());
    const trace::Verdict window = diagnosis::diagnose(*small);
    QCOMPARE(window.limited_by, trace::LimitedBy::ReceiveWindow);
    QVERIFY(share(window, Limit::ReceiveWindow) > 0.8);
    const auto stalling = bulk_trace(folder / "reader-stalls.pcap");
    QVERIFY(stalling.has_value());
    const trace::Verdict reader = diagnosis::diagnose(*stalling);
    QCOMPARE(reader.limited_by, trace::LimitedBy::ReceiverApplication);
    // Of the three seconds in which nobody read, those behind the filling of the buffer.
    const double closed =
        share(reader, Limit::ReceiverApplication) * to_seconds(stalling->end() - Instant{});
    QVERIFY2(closed > 2 && closed < 3, qPrintable(QString::number(closed)));
  }
};

namespace {
const inflight::testing::Register<CaptureVerdictsTest> registered;
}

#include "capture_verdicts_test.moc"
