// The Live page as a person meets it: real measurements over the loopback, what is kept of them,
// and what it says when something is wrong.
#include "ui/pages/live_page.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "diagnosis/diagnose.h"
#include "support/registry.h"
#include "trace/run_file.h"
#include "ui/bridge/loopback_server.h"
#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/recent_targets.h"
#include "ui/pages/run_desk.h"
#include "ui/panels/connection_panel.h"
#include "ui/panels/setting_row.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

constexpr int kPatienceMs = 15'000;
const QString kKey = QStringLiteral("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

WindowEngine engine() {
  WindowEngine made;
  made.lab.judge = &diagnosis::diagnose;
  return made;
}

// The window in front of its Live page, ready for short measurements to a server of this machine.
struct Bench {
  Bench() : window(engine()), live(window.showLive()) {
    live.setTarget(server.start().value());
    live.runs().editor().setTime("150ms");
  }
  LiveEditor& editor() { return live.runs().editor(); }
  // Measures to the end; false if that did not come.
  bool measure() {
    live.start();
    return QTest::qWaitFor([this] { return !live.runs().isRunning(); }, kPatienceMs);
  }

  LoopbackServer server;
  MainWindow window;
  LivePage& live;
};

QPushButton* buttonWith(const QWidget& root, const QString& part) {
  for (auto* button : root.findChildren<QPushButton*>()) {
    if (!button->isHidden() && button->text().contains(part)) return button;
  }
  return nullptr;
}

}  // namespace

class LivePageTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QCoreApplication::setOrganizationName("inflight-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
  }
  void init() { QSettings().clear(); }

  void the_start_page_leads_here() {
    MainWindow window(engine());
    window.show();
    auto* measure = buttonWith(window, "Measure");
    QVERIFY(measure);
    measure->click();
    QVERIFY(window.showLive().isVisible());
    QVERIFY(!window.isBusy());
  }

  void one_button_measures_on_this_machine() {
    MainWindow window(engine());
    window.show();
    window.showLive().runs().editor().setTime("150ms");
    window.showStart();
    auto* here = buttonWith(window, "Try on this machine");
    QVERIFY(here);
    here->click();
    auto& live = window.showLive();
    QVERIFY(live.runs().isRunning());
    QVERIFY(window.isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!live.runs().isRunning(), kPatienceMs);
    QVERIFY2(!live.hasFailed(), qPrintable(window.message()));
    QCOMPARE(live.charts()->state().views.size(), std::size_t{1});
    QVERIFY(live.exportable().trace->summary.transfer.bytes > ByteCount{10'000});
    QVERIFY(!live.exportable().verdict.headline.empty());
  }

  void both_directions_are_two_runs_over_one_another() {
    Bench bench;
    bench.editor().setDirection(LiveDirection::Both);
    QVERIFY(bench.measure());
    QVERIFY2(!bench.live.hasFailed(), qPrintable(bench.window.message()));
    const auto& views = bench.live.charts()->state().views;
    QCOMPARE(views.size(), std::size_t{2});
    QVERIFY(views[0].name.startsWith("up to 127.0.0.1"));
    QVERIFY(views[1].name.startsWith("down from 127.0.0.1"));
    bench.live.compareNewest();
    QVERIFY2(bench.window.message().isEmpty(), qPrintable(bench.window.message()));
  }

  void the_lab_has_the_same_runs() {
    Bench bench;
    QVERIFY(bench.measure());
    auto& lab = bench.window.showLab();
    QCOMPARE(lab.runs().store().count(), 1);
    lab.desk().setCurrent(lab.runs().store().at(0).id);
    QVERIFY(lab.exportable().trace != nullptr);
    QVERIFY(!lab.exportable().verdict.headline.empty());
  }

  void a_removed_run_is_gone_with_its_packets() {
    Bench bench;
    QVERIFY(bench.measure());
    auto& store = bench.window.showLab().runs().store();
    const int id = store.at(0).id;
    QVERIFY(bench.live.runs().packets(id) != nullptr);
    store.remove(id);
    QVERIFY(bench.live.runs().packets(id) == nullptr);
    QVERIFY(bench.live.exportable().trace == nullptr);
    QVERIFY(bench.live.charts()->state().views.empty());
  }

  void stop_keeps_what_was_measured() {
    Bench bench;
    bench.editor().setTime("60s");
    bench.live.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.live.runs().running() != 0, kPatienceMs);
    bench.live.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!bench.live.runs().isRunning(), kPatienceMs);
    QVERIFY2(!bench.live.hasFailed(), qPrintable(bench.window.message()));
    QVERIFY(bench.live.exportable().trace != nullptr);
    QVERIFY(!bench.live.exportable().trace->summary.transfer.completed);
  }

  void measuring_again_in_mid_run_keeps_the_first() {
    Bench bench;
    bench.editor().setTime("60s");
    bench.live.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.live.runs().running() != 0, kPatienceMs);
    bench.editor().setTime("150ms");
    QVERIFY(bench.measure());
    QVERIFY2(!bench.live.hasFailed(), qPrintable(bench.window.message()));
    QCOMPARE(bench.live.charts()->state().views.size(), std::size_t{2});
  }

  void closing_in_mid_run_is_quick_and_frees_the_server() {
    LoopbackServer server;
    const QString url = server.start().value();
    auto window = std::make_unique<MainWindow>(engine());
    auto& live = window->showLive();
    live.setTarget(url);
    live.runs().editor().setTime("60s");
    live.start();
    QTRY_VERIFY_WITH_TIMEOUT(live.runs().running() != 0, kPatienceMs);
    QElapsedTimer timer;
    timer.start();
    window->close();
    window.reset();
    qInfo() << "closed after" << timer.elapsed() << "ms";
    QVERIFY(timer.elapsed() < 2000);
    MainWindow next(engine());
    next.showLive().setTarget(url);
    next.showLive().runs().editor().setTime("100ms");
    next.showLive().start();
    QTRY_VERIFY_WITH_TIMEOUT(!next.showLive().runs().isRunning(), kPatienceMs);
    QVERIFY2(!next.showLive().hasFailed(), qPrintable(next.message()));
  }

  void bad_input_is_a_sentence_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("time");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << "" << "" << "5s" << "inflight-cli serve";
    QTest::newRow("no port") << "a:b" << kKey << "5s" << "a port from 1 to 65535";
    QTest::newRow("no key") << "a:1" << "" << "5s" << "public key is missing";
    QTest::newRow("no base64") << "a:1" << "?!" << "5s" << "'?!'";
    QTest::newRow("too long") << "a:1" << kKey << "100" << "60 s";
    QTest::newRow("no such name") << "name.invalid" << kKey << "5s" << "name.invalid";
    QTest::newRow("nobody there") << "127.0.0.1:9" << kKey << "5s" << "No answer from 127.0.0.1:9";
  }

  void bad_input_is_a_sentence() {
    QFETCH(const QString, target);
    QFETCH(const QString, key);
    QFETCH(const QString, time);
    QFETCH(const QString, says);
    MainWindow window(engine());
    auto& live = window.showLive();
    live.runs().editor().setAnswerLimit(300ms);
    live.runs().editor().setTarget(target);
    live.runs().editor().setKey(key);
    live.runs().editor().setTime(time);
    live.start();
    QTRY_VERIFY_WITH_TIMEOUT(!live.runs().isRunning(), kPatienceMs);
    QVERIFY(live.hasFailed());
    QVERIFY2(window.message().contains(says), qPrintable(window.message()));
    QVERIFY(live.exportable().trace == nullptr);
    QVERIFY(RecentTargets::list().isEmpty());
  }

  void a_lost_server_is_a_message_and_the_run_is_kept() {
    Bench bench;
    bench.editor().setTime("60s");
    bench.editor().setAnswerLimit(1500ms);
    bench.live.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.live.runs().running() != 0, kPatienceMs);
    bench.server.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!bench.live.runs().isRunning(), kPatienceMs);
    QVERIFY2(bench.window.message().contains("was lost"), qPrintable(bench.window.message()));
    QVERIFY2(bench.window.message().contains("is kept"), qPrintable(bench.window.message()));
    QVERIFY(bench.live.exportable().trace->end() > Instant{});
  }

  void a_message_goes_when_the_next_run_begins() {
    Bench bench;
    bench.window.show();
    const QString target = bench.editor().request().target;
    bench.editor().setTarget("");
    bench.live.start();
    QVERIFY(bench.window.isMessageVisible());
    bench.editor().setTarget(target);
    QVERIFY(bench.measure());
    QVERIFY(!bench.window.isMessageVisible());
  }

  void a_pasted_line_is_taken_apart() {
    MainWindow window(engine());
    window.show();
    auto& live = window.showLive();
    auto* target = live.panel().findChild<QComboBox*>()->lineEdit();
    target->setFocus();
    QTest::keyClicks(target, "inflight://a.example:4000#" + kKey);
    QCOMPARE(target->text(), QStringLiteral("a.example:4000"));
    QCOMPARE(live.runs().editor().request().key, kKey);
    const auto plan = planLive(live.runs().editor().request());
    QVERIFY(plan.has_value());
    QCOMPARE(plan->url, "inflight://a.example:4000#" + kKey);
  }

  void enter_in_the_target_starts() {
    Bench bench;
    bench.window.show();
    const QSignalSpy asked(&bench.live.panel(), &ConnectionPanel::startAsked);
    // The box has its field's keys: it is the field's focus proxy.
    QTest::keyClick(bench.live.panel().findChild<QComboBox*>(), Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QVERIFY(bench.live.runs().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!bench.live.runs().isRunning(), kPatienceMs);
    QVERIFY2(!bench.live.hasFailed(), qPrintable(bench.window.message()));
  }

  // The first has hardly begun: the server is free again when the second asks it.
  void starting_twice_measures_once_more() {
    Bench bench;
    bench.live.start();
    bench.live.start();
    QTRY_VERIFY_WITH_TIMEOUT(!bench.live.runs().isRunning(), kPatienceMs);
    QVERIFY2(!bench.live.hasFailed(), qPrintable(bench.window.message()));
    QVERIFY(bench.live.exportable().trace->summary.transfer.completed);
  }

  void the_last_targets_are_remembered() {
    for (int i = 0; i < 12; ++i) {
      RecentTargets::add(QStringLiteral("inflight://host%1:1#%2").arg(i).arg(kKey));
    }
    // A server that was started anew has another key: the old one is of no use any more.
    RecentTargets::add("inflight://host11:1#" + QString(kKey).replace('A', 'B'));
    const auto list = RecentTargets::list();
    QCOMPARE(list.size(), RecentTargets::kMost);
    QVERIFY(list.front().startsWith("inflight://host11:1#BBE"));
    QVERIFY(list.at(1).startsWith("inflight://host10:1#"));
    Bench bench;
    QVERIFY(bench.measure());
    QCOMPARE(RecentTargets::list().size(), RecentTargets::kMost);
    auto* box = bench.live.panel().findChild<QComboBox*>();
    QVERIFY(box->itemText(0).startsWith("127.0.0.1:"));
    QVERIFY(!box->itemText(1).contains('#'));
    Q_EMIT box->activated(1);
    QVERIFY(bench.editor().request().target.startsWith("host11"));
  }

  void settings_wait_or_act_as_their_end_allows() {
    Bench bench;
    bench.editor().setTime("60s");
    bench.live.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.live.runs().running() != 0, kPatienceMs);
    // A download: the receiver is ours, the sender is not.
    QCOMPARE(bench.editor().set("receiver.receive_buffer", "1MiB"), QString());
    QCOMPARE(bench.editor().set("sender.congestion", "newreno"), QString());
    QVERIFY(!bench.editor().isWaiting("receiver.receive_buffer"));
    QVERIFY(bench.editor().isWaiting("sender.congestion"));
    const auto isMarked = [&] {
      const auto& views = bench.live.charts()->state().views;
      return !views.empty() &&
             std::ranges::any_of(views.front().trace->events, [](const trace::Event& event) {
               return event.kind == trace::EventKind::SettingChanged;
             });
    };
    QTRY_VERIFY_WITH_TIMEOUT(isMarked(), kPatienceMs);
    bench.live.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!bench.live.runs().isRunning(), kPatienceMs);
    QVERIFY(!bench.editor().isWaiting("sender.congestion"));
    QVERIFY(!bench.editor().isDefault("sender.congestion"));
    bench.editor().resetSettings();
    QVERIFY(bench.editor().isDefault("sender.congestion"));
  }

  void exports_write_what_was_measured() {
    Bench bench;
    QVERIFY(bench.measure());
    QTemporaryDir folder;
    QSignalSpy message(&bench.window.exports(), &ExportActions::message);
    const std::pair<ExportKind, const char*> kinds[] = {
        {ExportKind::ChartsPng, "c.png"}, {ExportKind::Csv, "a.csv"},
        {ExportKind::Json, "a.json"},     {ExportKind::Run, "a.inflight"},
        {ExportKind::Pcapng, "a.pcapng"}, {ExportKind::Pcap, "a.pcap"}};
    for (const auto& [kind, name] : kinds) {
      message.clear();
      bench.window.exports().exportTo(kind, folder.filePath(name));
      QVERIFY(!message.isEmpty() || message.wait(kPatienceMs));
      QVERIFY2(QFile(folder.filePath(name)).size() > 100, name);
    }
    const auto again = trace::load_run(folder.filePath("a.inflight").toStdString());
    QVERIFY(again.has_value());
    QCOMPARE(again->info.source, trace::Source::Live);
    QCOMPARE(again->summary.transfer.bytes, bench.live.exportable().trace->summary.transfer.bytes);
  }

  void every_control_is_explained_and_small_windows_fit() {
    Bench bench;
    bench.window.resize(1280, 720);
    bench.window.show();
    QVERIFY(bench.window.minimumSizeHint().width() <= 1280);
    QVERIFY(bench.window.minimumSizeHint().height() <= 720);
    for (const auto* control : bench.live.findChildren<QAbstractButton*>()) {
      if (control->objectName().startsWith("qt_") || control->objectName().startsWith("Scroll"))
        continue;
      QVERIFY2(!control->toolTip().isEmpty(), qPrintable(control->text()));
    }
    for (const auto* field : bench.live.panel().findChildren<QLineEdit*>()) {
      QVERIFY2(!field->toolTip().isEmpty(), qPrintable(field->text()));
    }
    QHash<QString, QString> taken;
    for (const auto* action : bench.window.findChildren<QAction*>()) {
      for (const auto& key : action->shortcuts()) {
        QVERIFY2(!taken.contains(key.toString()), qPrintable(key.toString()));
        taken.insert(key.toString(), action->text());
      }
    }
    for (const char* key : {"F5", "Ctrl+R", "Esc", "Ctrl+.", "Ctrl+B"})
      QVERIFY(taken.contains(key));
  }

 private:
  QTemporaryDir m_settings;
};

namespace {
const inflight::testing::Register<LivePageTest> registered;
}
#include "live_page_test.moc"
