// The window as a person meets it, on the offscreen platform with a small engine: start page, runs,
// the demonstration, files, messages; and that every control explains itself.
#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "support/demo_trace.h"
#include "support/fake_session.h"
#include "support/registry.h"
#include "trace/run_file.h"
#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/start_page.h"
#include "ui/panels/pipeline_box.h"
#include "ui/panels/setting_row.h"
#include "ui/panels/settings_panel.h"
#include "ui/panels/status_readout.h"
#include "ui/panels/verdict_panel.h"

using namespace inflight;
using namespace inflight::ui;
using inflight::testing::FakePlan;
using inflight::testing::FakeSession;

namespace {

constexpr int kPatienceMs = 8000;

WindowEngine engineOf(FakePlan plan) {
  WindowEngine engine;
  engine.lab.makeSession = [plan](const lab::Scenario&) {
    return std::make_unique<FakeSession>(plan);
  };
  return engine;
}

FakePlan endless() {
  FakePlan plan;
  plan.length = std::chrono::hours{1};
  plan.sampleEvery = 100ms;
  plan.cost = std::chrono::microseconds{500};
  return plan;
}

// Without a tooltip although a person can use it; empty if all have one.
QStringList unexplained(const QWidget& root) {
  QStringList names;
  for (const auto* widget : root.findChildren<QWidget*>()) {
    const bool isControl =
        qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
        qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QSlider*>(widget);
    if (!isControl || !widget->toolTip().isEmpty()) continue;
    // Qt's own parts: the arrows of a tab bar, the field inside an editable box.
    if (widget->objectName().startsWith("qt_") || widget->objectName().startsWith("Scroll"))
      continue;
    names << QStringLiteral("%1 '%2' in %3")
                 .arg(widget->metaObject()->className(), widget->accessibleName(),
                      widget->parentWidget()->metaObject()->className());
  }
  return names;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QCoreApplication::setOrganizationName("inflight-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
  }

  void enter_on_the_start_page_starts_the_demonstration() {
    MainWindow window(engineOf({}));
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    auto* focus = qobject_cast<QPushButton*>(window.focusWidget());
    QVERIFY(focus);
    QTest::keyClick(focus, Qt::Key_Return);
    QVERIFY(window.showLab().isInDemo());
    QVERIFY(window.showLab().runs().isRunning());
  }

  void the_demonstration_offers_its_next_step() {
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.startDemo();
    lab.runs().setSpeed(Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    auto* next = buttonWith(window, "HyStart");
    QVERIFY(next);
    next->click();
    QCOMPARE(lab.runs().editor().scenario().name, std::string("stutter-hystart"));
    lab.runs().setSpeed(Speed::Max);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(lab.charts()->state().views.size(), std::size_t{2});
    QVERIFY(buttonWith(window, "2.9"));
  }

  void a_run_is_kept_judged_and_drawn() {
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(window.isBusy());
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!window.isBusy());
    QCOMPARE(lab.runs().store().count(), 1);
    QVERIFY(lab.runs().store().at(0).figures.throughput_mbits > 0);
    QCOMPARE(lab.charts()->state().views.size(), std::size_t{1});
    QVERIFY(lab.exportable().trace != nullptr);
  }

  void run_again_during_a_run_keeps_the_first() {
    MainWindow window(engineOf(endless()));
    auto& lab = window.showLab();
    QSignalSpy started(&lab.runs(), &LabRuns::runStarted);
    lab.run();
    lab.run();
    QVERIFY(started.size() == 2 || started.wait(kPatienceMs));
    QCOMPARE(lab.runs().store().count(), 2);
    QVERIFY(!lab.runs().store().at(0).running);
    QVERIFY(lab.runs().isRunning());
  }

  void stop_takes_back_a_start_that_waits() {
    MainWindow window(engineOf(endless()));
    auto& runs = window.showLab().runs();
    QSignalSpy ended(&runs, &LabRuns::runEnded);
    runs.start();
    runs.start();
    runs.stop();
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!runs.isRunning());
    QCOMPARE(runs.store().count(), 1);
  }

  void closing_in_mid_run_is_quick() {
    auto window = std::make_unique<MainWindow>(engineOf(endless()));
    auto& lab = window->showLab();
    QSignalSpy advanced(&lab.runs(), &LabRuns::runAdvanced);
    lab.run();
    QVERIFY(advanced.wait(kPatienceMs));
    QElapsedTimer timer;
    timer.start();
    window->close();
    window.reset();
    qInfo() << "closed after" << timer.elapsed() << "ms";
    QVERIFY(timer.elapsed() < 2000);
  }

  void a_failed_run_is_a_message() {
    FakePlan plan;
    plan.failsAt = Instant{500ms};
    MainWindow window(engineOf(plan));
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(window.message().contains("The peer went away"));
  }

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
    QTest::newRow("wrong key") << "typo.json" << QByteArray("{\"path\": {\"rat\": \"1Mbit\"}}");
  }

  void files_that_cannot_be_opened_are_messages() {
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const QString file = folder.filePath(name);
    if (!content.isEmpty()) {
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

  void the_status_bar_is_that_of_the_page_in_front() {
    MainWindow window(engineOf({}));
    window.show();
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    const auto* readout = window.findChild<StatusReadout*>();
    QVERIFY(!readout->text().isEmpty());
    window.showCapture();
    QCOMPARE(readout->text(), QString());
    window.showLab();
    QVERIFY(!readout->text().isEmpty());
  }

  void a_comparison_needs_two_runs() {
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    lab.compareNewest();
    QVERIFY(window.message().contains("two finished runs"));
  }

  void every_control_has_a_tooltip() {
    MainWindow window(engineOf({}));
    window.showCapture();
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    const auto names = unexplained(window);
    QVERIFY2(names.isEmpty(), qPrintable(names.join('\n')));
  }

  void every_action_has_a_tooltip_and_no_shortcut_is_taken_twice() {
    MainWindow window(engineOf({}));
    window.showLab();
    QHash<QString, QString> taken;
    for (const auto* action : window.findChildren<QAction*>()) {
      if (action->isSeparator() || action->text().isEmpty() || action->menu()) continue;
      QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->text()));
      for (const auto& key : action->shortcuts()) {
        const QString name = key.toString();
        QVERIFY2(!taken.contains(name),
                 qPrintable(name + ": " + taken.value(name) + " and " + action->text()));
        taken.insert(name, action->text());
      }
    }
    QVERIFY(taken.contains("Ctrl+R"));
    QVERIFY(taken.contains("Esc"));
    QVERIFY(taken.contains("Ctrl+."));
    QVERIFY(taken.contains("Ctrl+O"));
    QVERIFY(taken.contains("Ctrl+S"));
  }

  void tab_leads_through_the_settings_in_order() {
    MainWindow window(engineOf({}));
    auto& lab = window.showLab();
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto* panel = lab.findChild<SettingsPanel*>();
    auto* rate = panel->row("path.rate")->control();
    rate->setFocus();
    int steps = 0;
    while (window.focusWidget() != panel->row("receiver.receive_buffer")->control() && steps < 80) {
      QTest::keyClick(window.focusWidget(), Qt::Key_Tab);
      ++steps;
    }
    QVERIFY2(steps > 0 && steps < 80, qPrintable(QString::number(steps)));
  }

  void both_themes_and_small_windows_are_drawn() {
    MainWindow window(engineOf({}));
    window.showLab();
    window.resize(1280, 720);
    window.show();
    for (const auto appearance : {Appearance::Dark, Appearance::Light}) {
      window.setAppearance(appearance);
      QVERIFY(!window.picture().isNull());
    }
    QVERIFY(window.minimumSizeHint().width() <= 1280);
    QVERIFY(window.minimumSizeHint().height() <= 720);
  }

 private:
  static QPushButton* buttonWith(const QWidget& root, const char* part) {
    for (auto* button : root.findChildren<QPushButton*>()) {
      if (!button->isHidden() && button->text().contains(QLatin1String(part))) return button;
    }
    return nullptr;
  }

  QTemporaryDir m_settings;
};

namespace {
const inflight::testing::Register<WindowTest> registered;
}
#include "window_test.moc"
