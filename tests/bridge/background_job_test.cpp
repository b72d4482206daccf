// One long job: progress, its end, cancel, what is thrown.
#include "ui/bridge/background_job.h"

#include <QSignalSpy>
#include <QTest>
#include <stdexcept>
#include <thread>

#include "support/registry.h"

using namespace inflight::ui;

namespace {
constexpr int kPatienceMs = 5000;

QString untilCancelled(JobControl& control) {
  while (!control.cancelled()) std::this_thread::yield();
  return {};
}
}  // namespace

class BackgroundJobTest : public QObject {
  Q_OBJECT

 private slots:
  void tells_its_end_once() {
    BackgroundJob job;
    QSignalSpy finished(&job, &BackgroundJob::finished);
    job.start("write", [](JobControl& control) {
      control.setProgress(0.5);
      return QString();
    });
    QVERIFY(finished.wait(kPatienceMs));
    QCOMPARE(finished.size(), 1);
    QVERIFY(finished.front().at(0).toString().isEmpty());
    QVERIFY(!finished.front().at(1).toBool());
    QVERIFY(!job.isRunning());
  }

  void cancel_ends_it() {
    BackgroundJob job;
    QSignalSpy finished(&job, &BackgroundJob::finished);
    job.start("wait", untilCancelled);
    job.cancel();
    QVERIFY(finished.wait(kPatienceMs));
    QVERIFY(finished.front().at(1).toBool());
  }

  void jobs_run_one_after_another_and_each_is_told_its_own_end() {
    BackgroundJob job;
    QSignalSpy finished(&job, &BackgroundJob::finished);
    QStringList ends;
    job.start("first", untilCancelled,
              [&](const QString&, bool cancelled) { ends << (cancelled ? "cancelled" : "?"); });
    job.start(
        "second", [](JobControl&) { return QStringLiteral("no room on the disk"); },
        [&](const QString& failure, bool) { ends << failure; });
    QCOMPARE(job.title(), QStringLiteral("first"));
    job.cancel();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, kPatienceMs);
    QCOMPARE(ends, QStringList({"cancelled", "no room on the disk"}));
    QVERIFY(!job.isRunning());
  }

  void cancelling_all_leaves_none_waiting() {
    BackgroundJob job;
    QSignalSpy finished(&job, &BackgroundJob::finished);
    job.start("first", untilCancelled);
    job.start("second", untilCancelled);
    job.cancelAll();
    QVERIFY(finished.wait(kPatienceMs));
    QVERIFY(!job.isRunning());
  }

  void what_is_thrown_becomes_a_sentence() {
    BackgroundJob job;
    QSignalSpy finished(&job, &BackgroundJob::finished);
    job.start("odd", [](JobControl&) -> QString { throw std::runtime_error("odd"); });
    QVERIFY(finished.wait(kPatienceMs));
    QVERIFY(finished.front().at(0).toString().contains("odd"));
  }

  void destruction_cancels_and_waits() {
    BackgroundJob job;
    job.start("wait", untilCancelled);
  }
};

namespace {
const inflight::testing::Register<BackgroundJobTest> registered;
}
#include "background_job_test.moc"
