// Files in the window: runs, captures and settings opened, what cannot be opened, exports of each
// kind, cancelled and failed ones.
#include <QDragEnterEvent>
#include <QFile>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "support/demo_trace.h"
#include "support/registry.h"
#include "support/small_window.h"
#include "support/source_dir.h"
#include "trace/run_file.h"
#include "ui/charts/chart_stack.h"
#include "ui/models/flows_model.h"
#include "ui/pages/capture_page.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/recent_files.h"

using namespace inflight;
using namespace inflight::ui;
using inflight::testing::buttonWith;
using inflight::testing::endless;
using inflight::testing::engineOf;
using inflight::testing::kPatienceMs;

class FilesTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { testing::keepSettingsIn(m_settings.path()); }

  void saved_runs_open_again() {
    QTemporaryDir folder;
    const QString file = folder.filePath("a.inflight");
    auto trace = testing::makeOvershootTrace();
    trace->info.title = "from disk";
    QVERIFY(trace::save_run(*trace, file.toStdString()).has_value());
    MainWindow window(engineOf({}));
    const auto& store = window.showLab().runs().store();
    window.openFiles({file, file});
    QVERIFY(window.isBusy());
    QTRY_COMPARE_WITH_TIMEOUT(store.count(), 2, kPatienceMs);
    QCOMPARE(store.at(0).name, QStringLiteral("from disk"));
  }

  void opening_a_run_can_be_cancelled() {
    QTemporaryDir folder;
    const QString file = folder.filePath("long.inflight");
    QVERIFY(trace::save_run(*testing::makeOvershootTrace(10min), file.toStdString()).has_value());
    MainWindow window(engineOf({}));
    window.show();
    window.openFiles({file});
    auto* cancel = buttonWith(window, "Cancel");
    QVERIFY(cancel && cancel->isVisible());
    cancel->click();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kPatienceMs);
    QCOMPARE(window.showLab().runs().store().count(), 0);
  }

  void files_that_cannot_be_opened_are_messages_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("missing") << "gone.inflight" << QByteArray();
    QTest::newRow("no run") << "words.inflight" << QByteArray("not a run");
    QTest::newRow("empty") << "empty.pcap" << QByteArray();
    QTest::newRow("no capture") << "words.pcap" << QByteArray("words, not packets, and some more");
    QTest::newRow("cut in its header") << "cut.pcap" << QByteArray("\xd4\xc3\xb2\xa1\x02", 5);
    QTest::newRow("wrong key") << "typo.json" << QByteArray("{\"path\": {\"rat\": \"1Mbit\"}}");
  }

  void files_that_cannot_be_opened_are_messages() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const QString file = folder.filePath(name);
    if (!name.startsWith("gone")) {
      QFile out(file);
      QVERIFY(out.open(QIODevice::WriteOnly));
      out.write(content);
    }
    MainWindow window(engineOf({}));
    window.openFiles({file});
    QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kPatienceMs);
    QVERIFY2(window.message().contains(name), qPrintable(window.message()));
  }

  void opening_during_a_run_asks_first() {
    MainWindow window(engineOf(endless()));
    int asked = 0;
    window.setAsk([&](const QString&) {
      ++asked;
      return false;
    });
    window.showLab().run();
    window.openFiles({"/nowhere/a.pcap"});
    QCOMPARE(asked, 1);
    QVERIFY(window.message().isEmpty());
    QVERIFY(window.showLab().runs().isRunning());
  }

  void files_dropped_on_the_charts_during_a_run_ask_first() {
    const QString file = QStringLiteral(INFLIGHT_SOURCE_DIR "/resources/captures/overshoot.pcap");
    MainWindow window(engineOf(endless()));
    window.show();
    QStringList asked;
    bool answer = false;
    window.setAsk([&](const QString& question) {
      asked << question;
      return answer;
    });
    auto& lab = window.showLab();
    lab.run();
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(file)});
    const auto drop = [&] {
      QDragEnterEvent enter({10, 10}, Qt::CopyAction, &files, Qt::LeftButton, {});
      QCoreApplication::sendEvent(lab.charts()->viewport(), &enter);
      QDropEvent event({10, 10}, Qt::CopyAction, &files, Qt::LeftButton, {});
      QCoreApplication::sendEvent(lab.charts()->viewport(), &event);
      return enter.isAccepted();
    };
    QVERIFY(drop());
    QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, kPatienceMs);
    QVERIFY(asked.front().contains("overshoot.pcap"));
    QVERIFY(lab.runs().isRunning());
    answer = true;
    QVERIFY(drop());
    QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 2, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kPatienceMs);
    QCOMPARE(lab.runs().store().count(), 1);
    QVERIFY(window.showCapture().flows().rowCount() > 0);
  }

  void exports_write_files_or_say_why_not() {
    QTemporaryDir folder;
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    QSignalSpy message(&window.exports(), &ExportActions::message);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    const std::pair<ExportKind, const char*> kinds[] = {{ExportKind::ChartsPng, "c.png"},
                                                        {ExportKind::WindowPng, "w.png"},
                                                        {ExportKind::Csv, "a.csv"},
                                                        {ExportKind::Json, "a.json"},
                                                        {ExportKind::Run, "a.inflight"}};
    for (const auto& [kind, name] : kinds) {
      message.clear();
      window.exports().exportTo(kind, folder.filePath(name));
      QVERIFY(!message.isEmpty() || message.wait(kPatienceMs));
      QVERIFY2(QFile::exists(folder.filePath(name)), name);
    }
    message.clear();
    window.exports().exportTo(ExportKind::Csv, "/nowhere/at/all.csv");
    QVERIFY(!message.isEmpty() || message.wait(kPatienceMs));
    QVERIFY(message.front().at(1).toString().contains("/nowhere/at/all.csv"));
  }

  void a_picture_has_the_size_that_was_chosen() {
    PictureDialog dialog({{1200, 700}, 3});
    QCOMPARE(dialog.chosen(), (PictureSize{{1200, 700}, 3}));
    QTemporaryDir folder;
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    for (const int scale : {1, 2, 3}) {
      const QString file = folder.filePath(QString::number(scale) + ".png");
      window.exports().setPictureSize({{900, 600}, scale});
      window.exports().exportTo(ExportKind::ChartsPng, file);
      const QImage picture(file);
      QCOMPARE(picture.size(), QSize(900, 600) * scale);
      // The title stands in the first lines, the legend and the curves below it.
      const QRgb ground = picture.pixel(0, 0);
      for (const QRect part : {QRect(0, 0, 900, 40), QRect(450, 40, 400, 30)}) {
        bool drawn = false;
        for (int x = part.left() * scale; x < part.right() * scale; ++x) {
          for (int y = part.top() * scale; y < part.bottom() * scale; ++y) {
            drawn |= picture.pixel(x, y) != ground;
          }
        }
        QVERIFY(drawn);
      }
    }
  }

  void a_full_disk_is_a_message_data() {
    QTest::addColumn<ExportKind>("kind");
    QTest::newRow("picture") << ExportKind::ChartsPng;
    QTest::newRow("table") << ExportKind::Csv;
    QTest::newRow("results") << ExportKind::Json;
    QTest::newRow("run") << ExportKind::Run;
  }

  void a_full_disk_is_a_message() {
    QFETCH(ExportKind, kind);
    const QString full = QStringLiteral("/dev/full");
    if (!QFile::exists(full)) QSKIP("there is no /dev/full here");
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    QSignalSpy message(&window.exports(), &ExportActions::message);
    window.exports().exportTo(kind, full);
    QVERIFY(!message.isEmpty() || message.wait(kPatienceMs));
    const QString sentence = message.front().at(1).toString();
    QVERIFY2(sentence.contains(full) && !sentence.startsWith("Saved"), qPrintable(sentence));
  }

  void what_could_not_be_opened_is_no_recent_file() {
    QTemporaryDir folder;
    const QString bad = folder.filePath("words.pcap");
    QFile out(bad);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write("these are no packets, whatever the name says");
    out.close();
    const QString good = QStringLiteral(INFLIGHT_SOURCE_DIR "/resources/captures/overshoot.pcap");
    RecentFiles::clear();
    MainWindow window(engineOf({}));
    for (const auto& file : {bad, good}) {
      window.openFiles({file});
      QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kPatienceMs);
    }
    QCOMPARE(RecentFiles::list().size(), 1);
    QCOMPARE(RecentFiles::list().front().path, good);
  }

  void a_long_file_name_leaves_room_for_the_menu() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QString("long name ").repeated(20) + ".pcap");
    QVERIFY(QFile::copy(INFLIGHT_SOURCE_DIR "/resources/captures/overshoot.pcap", file));
    MainWindow window(engineOf({}));
    window.resize(1280, 720);
    window.show();
    window.openFiles({file});
    QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kPatienceMs);
    for (auto* button : window.findChildren<QToolButton*>()) {
      if (button->accessibleName() == "Menu")
        QVERIFY(button->width() >= button->sizeHint().width());
    }
    QVERIFY(window.width() == 1280);
  }

  void settings_are_exported_and_open_again() {
    QTemporaryDir folder;
    const QString file = folder.filePath("mine.json");
    MainWindow window(engineOf({}));
    auto& editor = window.showLab().runs().editor();
    QVERIFY(editor.set("path.rtt", "123ms").isEmpty());
    QSignalSpy message(&window.exports(), &ExportActions::message);
    window.exports().exportTo(ExportKind::Settings, file);
    QVERIFY(!message.isEmpty() || message.wait(kPatienceMs));
    QVERIFY(editor.set("path.rtt", "1ms").isEmpty());
    window.openFiles({file});
    QCOMPARE(editor.get("path.rtt"), QStringLiteral("123ms"));
  }

  void what_is_visible_is_exported_alone() {
    QTemporaryDir folder;
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    QSignalSpy message(&window.exports(), &ExportActions::message);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    lab.charts()->showRange({Instant{500ms}, Instant{700ms}});
    // The second waits for the first, and both are told.
    window.exports().exportTo(ExportKind::Csv, folder.filePath("all.csv"));
    window.exports().exportTo(ExportKind::CsvVisible, folder.filePath("part.csv"));
    QTRY_COMPARE_WITH_TIMEOUT(message.size(), 2, kPatienceMs);
    QVERIFY(message.at(1).at(1).toString().contains("part.csv"));
    QFile part(folder.filePath("part.csv"));
    QVERIFY(part.open(QIODevice::ReadOnly));
    const auto lines = part.readAll().trimmed().split('\n');
    QVERIFY(lines.size() > 2);
    for (const auto& line : lines.mid(1)) {
      const double time = line.left(line.indexOf(',')).toDouble();
      QVERIFY(time >= 0.5 && time <= 0.7);
    }
  }

 private:
  QTemporaryDir m_settings;
};

namespace {
const inflight::testing::Register<FilesTest> registered;
}
#include "files_test.moc"
