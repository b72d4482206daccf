// The window's command line, from its words to what the window does, its pictures and exit codes.
#include <QApplication>
#include <QFile>
#include <QImage>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "diagnosis/diagnose.h"
#include "gui_options.h"
#include "support/demo_trace.h"
#include "support/fake_session.h"
#include "support/registry.h"
#include "support/source_dir.h"
#include "trace/run_file.h"
#include "ui/bridge/loopback_server.h"
#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/live_page.h"
#include "ui/panels/compare_panel.h"
#include "window_script.h"

using namespace inflight;
using namespace inflight::ui;
using app::GuiOptions;
using app::parseGuiOptions;
using app::WindowScript;

namespace {

constexpr int kPatienceMs = 20'000;
constexpr int kTookTooLong = 99;
const QString kUrl =
    QStringLiteral("inflight://a.example:4000#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

WindowEngine engine() {
  WindowEngine made;
  made.lab.makeSession = [](const lab::Scenario&) {
    return std::make_unique<testing::FakeSession>(testing::FakePlan{});
  };
  made.lab.judge = &diagnosis::diagnose;
  return made;
}

GuiOptions optionsOf(const QStringList& words) {
  return parseGuiOptions(QStringList{"inflight"} + words).value();
}

// Runs the script to its end; its exit code.
int runScript(MainWindow& window, const GuiOptions& options) {
  // Goes with this function: exit() would end the waits of other tests.
  QTimer patience;
  QObject::connect(&patience, &QTimer::timeout, [] { QCoreApplication::exit(kTookTooLong); });
  patience.start(kPatienceMs);
  WindowScript script(window, options);
  script.start();
  return QApplication::exec();
}

}  // namespace

class CommandLineTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QCoreApplication::setOrganizationName("inflight-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
  }

  void wrong_words_are_a_sentence_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("scenario") << QStringList{"--scenario", "nope"} << "there is no 'nope'";
    QTest::newRow("size") << QStringList{"--size", "big"} << "1600x1000";
    QTest::newRow("theme") << QStringList{"--theme", "pink"} << "light, dark or system";
    QTest::newRow("option") << QStringList{"--nope"} << "nope";
    QTest::newRow("two servers") << QStringList{kUrl, kUrl} << "one server at a time";
  }

  void wrong_words_are_a_sentence() {
    QFETCH(const QStringList, words);
    QFETCH(const QString, says);
    const auto options = parseGuiOptions(QStringList{"inflight"} + words);
    QVERIFY(!options);
    QVERIFY2(options.error().contains(says), qPrintable(options.error()));
  }

  void servers_and_files_are_told_apart() {
    const auto options = optionsOf({"a.pcap", kUrl, "--size", "800x600", "b.inflight", "--run"});
    QCOMPARE(options.target, kUrl);
    QCOMPARE(options.files, (QStringList{"a.pcap", "b.inflight"}));
    QCOMPARE(options.size, QSize(800, 600));
    QVERIFY(options.run);
  }

  void a_server_is_filled_in_and_not_started() {
    MainWindow window(engine());
    QCOMPARE(runScript(window, optionsOf({kUrl, "--quit"})), 0);
    auto& live = window.showLive();
    QCOMPARE(live.runs().editor().request().target, QStringLiteral("a.example:4000"));
    QVERIFY(live.exportable().trace == nullptr);
    QVERIFY(window.message().isEmpty());
  }

  void run_measures_and_the_picture_is_taken_after_it() {
    LoopbackServer server;
    const QString picture = m_folder.filePath("live.png");
    MainWindow window(engine());
    window.resize(1280, 720);
    window.showLive().runs().editor().setTime("150ms");
    const int code = runScript(
        window, optionsOf({server.start().value(), "--run", "--screenshot", picture, "--quit"}));
    QVERIFY2(code == 0, qPrintable(window.message()));
    QVERIFY(window.showLive().exportable().trace != nullptr);
    QCOMPARE(QImage(picture).size(), QSize(1280, 720));
  }

  void a_measurement_that_fails_is_exit_code_1_data() {
    QTest::addColumn<QString>("target");
    QTest::newRow("key is none") << "inflight://127.0.0.1:9#nonsense";
    QTest::newRow("nobody there") << "inflight://127.0.0.1:9" + kUrl.mid(kUrl.indexOf('#'));
  }

  void a_measurement_that_fails_is_exit_code_1() {
    QFETCH(const QString, target);
    MainWindow window(engine());
    window.showLive().runs().editor().setAnswerLimit(300ms);
    QCOMPARE(runScript(window, optionsOf({target, "--run", "--quit"})), 1);
    QVERIFY(!window.message().isEmpty());
  }

  void scenarios_run_in_turn() {
    MainWindow window(engine());
    const auto options = optionsOf(
        {"--scenario", "coder-2.10", "--scenario", "coder-2.12", "--run", "--compare", "--quit"});
    QCOMPARE(runScript(window, options), 0);
    QCOMPARE(window.showLab().runs().store().count(), 2);
  }

  void two_saved_runs_are_laid_side_by_side() {
    QStringList words{"--compare", "--screenshot", m_folder.filePath("both.png"), "--quit"};
    for (const auto& trace : {testing::makeOvershootTrace(), testing::makeCalmTrace()}) {
      words << m_folder.filePath(QString::fromStdString(trace->info.title) + ".inflight");
      QVERIFY(trace::save_run(*trace, words.back().toStdString()).has_value());
    }
    MainWindow window(engine());
    window.resize(1280, 720);
    QCOMPARE(runScript(window, optionsOf(words)), 0);
    QVERIFY2(window.message().isEmpty(), qPrintable(window.message()));
    auto& lab = window.showLab();
    QCOMPARE(lab.charts()->state().views.size(), std::size_t{2});
    QVERIFY(!lab.findChild<ComparePanel*>()->isHidden());
    QCOMPARE(QImage(m_folder.filePath("both.png")).size(), QSize(1280, 720));
  }

  void a_capture_is_compared_with_a_saved_run() {
    const QString run = m_folder.filePath("calm.inflight");
    QVERIFY(trace::save_run(*testing::makeCalmTrace(), run.toStdString()).has_value());
    const QString capture = INFLIGHT_SOURCE_DIR "/resources/captures/overshoot.pcap";
    MainWindow window(engine());
    QCOMPARE(runScript(window, optionsOf({capture, run, "--compare", "--quit"})), 0);
    QVERIFY2(window.message().isEmpty(), qPrintable(window.message()));
    QCOMPARE(window.showLab().runs().store().count(), 2);
    QCOMPARE(window.showLab().charts()->state().views.size(), std::size_t{2});
  }

  void a_picture_that_cannot_be_written_is_exit_code_1() {
    MainWindow window(engine());
    QCOMPARE(runScript(window, optionsOf({"--screenshot", "/nowhere/at/all.png", "--quit"})), 1);
  }

 private:
  QTemporaryDir m_folder;
};

namespace {
const inflight::testing::Register<CommandLineTest> registered;
}
#include "command_line_test.moc"
