// Walks through the window with the real engine as a person would, and writes a picture of every
// step: the start page, the demonstration's steps, changes during a run, captures, empty pages.
// To be looked at, not compared. Usage: window_picture <folder> [WIDTHxHEIGHT] [light|dark].
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QEventLoop>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>

#include "support/source_dir.h"
#include "ui/charts/chart_stack.h"
#include "ui/export_actions.h"
#include "ui/main_window.h"
#include "ui/pages/capture_page.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/run_desk.h"
#include "ui/panels/picture_dialog.h"
#include "ui_window/real_engine.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

class Tour {
 public:
  Tour(MainWindow& window, QDir folder) : m_window(window), m_folder(std::move(folder)) {}

  void walk() {
    picture("start");
    playDemo();
    changeDuringRun();
    openCaptures();
    m_window.openFiles({m_folder.filePath("nothing-here.pcap")});
    picture("missing-file");
    m_window.showStart();
    picture("start-again");
  }

 private:
  void playDemo() {
    clickFocus();
    auto& lab = m_window.showLab();
    until([&] { return position() >= Instant{900ms}; });
    picture("demo-slowly");
    until([&] { return position() >= Instant{4s}; });
    picture("demo-faster");
    for (int step = 0; step < 5; ++step) {
      lab.runs().setSpeed(Speed::Max);
      until([&] { return !m_window.isBusy(); });
      if (step == 1) exportCharts();
      picture(QStringLiteral("demo-step-%1").arg(step + 1));
      if (auto* next = nextStep()) next->click();
    }
  }

  // As a person would put it into a document.
  void exportCharts() {
    m_window.exports().setPictureSize({{900, 600}, 2});
    m_window.exports().exportTo(ExportKind::ChartsPng, m_folder.filePath("charts-900x600@2.png"));
  }

  void changeDuringRun() {
    auto& lab = m_window.showLab();
    lab.loadScenario("coder-2.10");
    lab.runs().setSpeed(Speed::Fourfold);
    lab.run();
    auto& editor = lab.runs().editor();
    const std::pair<Instant, std::pair<const char*, const char*>> changes[] = {
        {Instant{2500ms}, {"receiver.receive_buffer", "512KiB"}},
        {Instant{3s}, {"sender.initial_window", "20pkt"}},
        {Instant{4s}, {"path.rate", "50Mbit"}},
        {Instant{5s}, {"sender.congestion", "newreno"}},
        {Instant{6s}, {"outbound_queue.policy", "backpressure"}}};
    for (const auto& [when, change] : changes) {
      until([&] { return position() >= when; });
      const QString refused = editor.set(change.first, change.second);
      if (!refused.isEmpty()) std::printf("refused: %s\n", qPrintable(refused));
    }
    until([&] { return position() >= Instant{7s}; });
    lab.charts()->showRange({Instant{2s}, Instant{5s}});
    picture("changes-paused");
    lab.stop();
    until([&] { return !m_window.isBusy(); });
    picture("changes-stopped");
  }

  void openCaptures() {
    m_window.showCapture();
    picture("capture-empty");
    for (const char* name : {"overshoot.pcap", "reader-stalls.pcap", "small-window.pcap.gz"}) {
      m_window.openFiles({QStringLiteral(INFLIGHT_SOURCE_DIR "/resources/captures/") + name});
      until([&] { return !m_window.isBusy(); });
      picture(QStringLiteral("capture-") + name);
    }
  }

  Instant position() {
    const auto trace = m_window.showLab().desk().currentTrace();
    return trace ? trace->end() : Instant{};
  }

  void clickFocus() {
    if (auto* button = qobject_cast<QPushButton*>(m_window.focusWidget())) button->click();
  }

  QPushButton* nextStep() {
    for (auto* button : m_window.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->property("primary").toBool()) return button;
    }
    return nullptr;
  }

  template <class Condition>
  void until(const Condition& condition) {
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
      if (condition()) loop.quit();
    });
    look.start(10);
    if (!condition()) loop.exec();
  }

  void picture(const QString& name) {
    // What follows a moment later (aligned boxes, a first layout) is drawn, too.
    for (int i = 0; i < 3; ++i) QApplication::processEvents();
    const QString file =
        m_folder.filePath(QStringLiteral("%1-%2.png").arg(m_count++, 2, 10, QChar('0')).arg(name));
    m_window.picture().save(file);
    std::printf("%s\n", qPrintable(file));
  }

  MainWindow& m_window;
  QDir m_folder;
  int m_count = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  const QStringList arguments = QCoreApplication::arguments();
  if (arguments.size() < 2 || !QDir().mkpath(arguments[1])) {
    std::fputs("usage: window_picture <folder> [WIDTHxHEIGHT] [light|dark]\n", stderr);
    return 2;
  }
  // The settings of a person stay as they are.
  const QTemporaryDir settings;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QCoreApplication::setOrganizationName(QStringLiteral("inflight-pictures"));
  MainWindow window(inflight::testing::real_engine());
  window.setAppearance(arguments.value(3) == QLatin1String("dark") ? Appearance::Dark
                                                                   : Appearance::Light);
  const auto size = arguments.value(2, QStringLiteral("1600x1000")).split(QLatin1Char('x'));
  window.resize(size.value(0).toInt(), size.value(1).toInt());
  window.show();
  Tour(window, QDir(arguments[1])).walk();
  return 0;
}
