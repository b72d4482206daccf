// The window as a person meets it, on the offscreen platform with a small engine: start page, runs,
// the demonstration, messages; and that every control explains itself. Files: files_test.cpp.
#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "lab/settings.h"
#include "support/registry.h"
#include "support/small_window.h"
#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/start_page.h"
#include "ui/panels/compare_panel.h"
#include "ui/panels/pipeline_box.h"
#include "ui/panels/setting_row.h"
#include "ui/panels/settings_panel.h"
#include "ui/panels/status_readout.h"
#include "ui/panels/verdict_panel.h"

using namespace inflight;
using namespace inflight::ui;
using inflight::testing::buttonWith;
using inflight::testing::endless;
using inflight::testing::engineOf;
using inflight::testing::FakePlan;
using inflight::testing::kPatienceMs;

namespace {

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
  void initTestCase() { testing::keepSettingsIn(m_settings.path()); }

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

  void run_a_b_runs_without_and_with_hystart_and_compares() {
    std::vector<std::string> ran;
    auto engine = engineOf({});
    engine.lab.makeSession = [&ran](const lab::Scenario& scenario) {
      ran.push_back(lab::get(scenario, "sender.hystart"));
      return std::make_unique<testing::FakeSession>(FakePlan{});
    };
    MainWindow window(engine);
    auto& lab = window.showLab();
    QSignalSpy ended(&lab.runs(), &LabRuns::runEnded);
    lab.run();
    QVERIFY(ended.wait(kPatienceMs));
    QSignalSpy both(&lab.runs(), &LabRuns::seriesEnded);
    const auto before = lab.runs().editor().scenario();
    ran.clear();
    lab.runBoth();
    QVERIFY(both.wait(kPatienceMs));
    QCOMPARE(ran, (std::vector<std::string>{"off", "gvisor"}));
    QCOMPARE(lab::to_json(lab.runs().editor().scenario()), lab::to_json(before));
    QCOMPARE(lab.runs().store().count(), 3);
    // Those two only, and their table in front.
    QCOMPARE(lab.charts()->state().views.size(), std::size_t{2});
    QVERIFY(!lab.findChild<ComparePanel*>()->isHidden());
  }

  void stop_ends_a_series() {
    MainWindow window(engineOf(endless()));
    auto& runs = window.showLab().runs();
    QSignalSpy ended(&runs, &LabRuns::runEnded);
    QSignalSpy both(&runs, &LabRuns::seriesEnded);
    window.showLab().runBoth();
    runs.stop();
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!runs.isRunning());
    QCOMPARE(runs.store().count(), 1);
    QVERIFY(both.isEmpty());
  }

  void a_failure_ends_a_series() {
    FakePlan plan;
    plan.failsAt = Instant{500ms};
    MainWindow window(engineOf(plan));
    auto& runs = window.showLab().runs();
    QSignalSpy ended(&runs, &LabRuns::runEnded);
    window.showLab().runBoth();
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!runs.isRunning());
    QCOMPARE(runs.store().count(), 1);
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

  void the_status_bar_says_which_measurement_is_under_the_pointer() {
    StatusReadout bar;
    Readout readout;
    readout.time = Instant{1s};
    readout.values = {{trace::SeriesId::Cwnd, trace::Unit::Bytes, 65536.0},
                      {trace::SeriesId::RttSmoothed, trace::Unit::Seconds, 0.076}};
    bar.showReadout(readout, 0, {});
    QVERIFY2(bar.text().contains("at 1.00 s"), qPrintable(bar.text()));
    readout.sample = {trace::SeriesId::RttSample, trace::Unit::Seconds, Instant{1001ms}, 0.0815};
    bar.showReadout(readout, 0, {});
    QVERIFY2(bar.text().contains("81.5") && bar.text().contains("measured at 1.001000 s"),
             qPrintable(bar.text()));
    QVERIFY(bar.text().contains("cwnd"));
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
  QTemporaryDir m_settings;
};

namespace {
const inflight::testing::Register<WindowTest> registered;
}
#include "window_test.moc"
