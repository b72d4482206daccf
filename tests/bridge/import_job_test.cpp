// A capture on its way in: rows while it loads, traces on demand, damage and bad files as
// sentences, cancel. The captures are made here.
#include "ui/bridge/import_job.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/registry.h"
#include "support/source_dir.h"

using namespace inflight;
using namespace inflight::ui;

Q_DECLARE_METATYPE(inflight::ui::ImportEnd)
Q_DECLARE_METATYPE(inflight::ui::FlowTrace)

namespace {

constexpr int kPatienceMs = 5000;
const QString kCaptures = QStringLiteral(INFLIGHT_SOURCE_DIR "/tests/captures/");

}  // namespace

class ImportJobTest : public QObject {
  Q_OBJECT

 private slots:
  void rows_and_the_trace_of_a_flow_arrive() {
    const QString file = sample();
    ImportJob job([](const trace::Trace&) { return trace::Verdict{}; });
    QSignalSpy rows(&job, &ImportJob::rowsChanged);
    QSignalSpy finished(&job, &ImportJob::finished);
    QSignalSpy traces(&job, &ImportJob::traceReady);
    job.start(file);
    QVERIFY(finished.wait(kPatienceMs));
    QVERIFY(end(finished).failure.empty());
    QVERIFY(!rows.isEmpty());
    QVERIFY(!job.isLoading());
    job.requestTrace(0);
    QVERIFY(traces.wait(kPatienceMs));
    const auto made = traces.front().front().value<FlowTrace>();
    QCOMPARE(made.index, 0U);
    QVERIFY(made.trace->has(trace::SeriesId::AckedBytes));
  }

  void a_file_that_is_no_capture_is_a_sentence() {
    QTemporaryDir folder;
    const QString path = write(folder, "notes.pcap", "these are no packets, just words");
    const auto end = import(path);
    QVERIFY2(end.failure.find("notes.pcap") != std::string::npos, end.failure.c_str());
  }

  void an_empty_file_is_a_sentence() {
    QTemporaryDir folder;
    QVERIFY(!import(write(folder, "empty.pcap", "")).failure.empty());
  }

  void a_missing_file_is_a_sentence() {
    QVERIFY(!import(QStringLiteral("/nowhere/at-all.pcap")).failure.empty());
  }

  void a_cut_file_keeps_what_is_good() {
    const QString file = sample();
    QFile whole(file);
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    QTemporaryDir folder;
    const auto end = import(write(folder, "cut.pcap", bytes.left(bytes.size() - 7)));
    QVERIFY(end.failure.empty());
    QVERIFY(!end.damage.empty());
  }

  void a_newer_file_replaces_the_older() {
    QTemporaryDir folder;
    const QString path = write(folder, "words.pcap", "no packets here either");
    ImportJob job({});
    QSignalSpy finished(&job, &ImportJob::finished);
    job.start(path);
    job.start(path);
    QVERIFY(finished.wait(kPatienceMs));
    QVERIFY(!finished.wait(100));
    QCOMPARE(finished.size(), 1);
  }

 private:
  static ImportEnd end(const QSignalSpy& spy) { return spy.front().front().value<ImportEnd>(); }

  static QString sample() { return kCaptures + QStringLiteral("app-paced/snd.pcap"); }

  static QString write(const QTemporaryDir& folder, const char* name, const QByteArray& bytes) {
    const QString path = folder.filePath(QString::fromLatin1(name));
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return path;
  }

  static ImportEnd import(const QString& path) {
    ImportJob job({});
    QSignalSpy finished(&job, &ImportJob::finished);
    job.start(path);
    if (!finished.wait(kPatienceMs)) return {};
    return end(finished);
  }
};

namespace {
const inflight::testing::Register<ImportJobTest> registered;
}
#include "import_job_test.moc"
