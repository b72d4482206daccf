// How quickly the whole window answers, with the real engine: from main() to the first paint, a
// move of the crosshair over a finished run, and what a capture's import leaves of the window's
// time while it goes on. Times of the machine it runs on, to be read, not compared.
// Usage: window_timing [CAPTURE].
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QMouseEvent>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/models/flows_model.h"
#include "ui/pages/capture_page.h"
#include "ui/pages/lab_page.h"
#include "ui_window/real_engine.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// Of the window's thread alone, whatever else the machine does.
double cpuMs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

double ms(const QElapsedTimer& timer) { return static_cast<double>(timer.nsecsElapsed()) * 1e-6; }

template <class Condition>
void until(const Condition& condition) {
  QEventLoop loop;
  QTimer look;
  QObject::connect(&look, &QTimer::timeout, &loop, [&] {
    if (condition()) loop.quit();
  });
  look.start(1);
  if (!condition()) loop.exec();
}

// A beat each millisecond: what lies between two of them is how long the window was deaf.
class Heart : public QObject {
 public:
  Heart() {
    m_beat.setTimerType(Qt::PreciseTimer);
    connect(&m_beat, &QTimer::timeout, this, [this] {
      m_longest = std::max(m_longest, ms(m_since));
      m_longestCpu = std::max(m_longestCpu, cpuMs() - m_cpu);
      m_since.start();
      m_cpu = cpuMs();
    });
    m_since.start();
    m_cpu = cpuMs();
    m_beat.start(1);
  }
  double longest() const { return m_longest; }
  double longestCpu() const { return m_longestCpu; }

 private:
  QTimer m_beat;
  QElapsedTimer m_since;
  double m_cpu = 0;
  double m_longest = 0;
  double m_longestCpu = 0;
};

void timeImport(MainWindow& window, const QString& file) {
  auto& page = window.showCapture();
  const Heart heart;
  QElapsedTimer timer;
  timer.start();
  page.open(file);
  until([&] { return page.flows().rowCount() > 0 || !page.isLoading(); });
  std::printf("  first row      %7.0f ms\n", ms(timer));
  until([&] { return page.charts()->state().main() != nullptr || !page.isLoading(); });
  std::printf("  first plot     %7.0f ms\n", ms(timer));
  until([&] { return !page.isLoading(); });
  std::printf("  everything     %7.0f ms, %s\n", ms(timer), qPrintable(page.statusNote()));
  std::printf("  longest gap    %7.1f ms (%.1f ms of its own)\n", heart.longest(),
              heart.longestCpu());
}

void timeCrosshair(MainWindow& window) {
  auto& lab = window.showLab();
  lab.loadScenario("coder-2.10");
  lab.run();
  until([&] { return !window.isBusy(); });
  for (int i = 0; i < 10; ++i) QApplication::processEvents();
  auto* view = lab.charts()->viewport();
  std::vector<double> moves;
  for (int i = 0; i < 1000; ++i) {
    const QPointF at(120 + i * 7 % 500, 140);
    QMouseEvent event(QEvent::MouseMove, at, view->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    const double before = cpuMs();
    QCoreApplication::sendEvent(view, &event);
    QApplication::processEvents();
    moves.push_back(cpuMs() - before);
  }
  std::ranges::sort(moves);
  std::printf("a move of the crosshair, with legend, pipeline and status: %.3f ms (99 %%: %.3f)\n",
              moves[moves.size() / 2], moves[moves.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  QElapsedTimer sinceStart;
  sinceStart.start();
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  // The settings of a person stay as they are.
  const QTemporaryDir settings;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QCoreApplication::setOrganizationName(QStringLiteral("inflight-timing"));
  MainWindow window(inflight::testing::real_engine());
  window.show();
  // Shown windows are painted by the first round of events.
  QApplication::processEvents();
  std::printf("main() to the first paint: %.0f ms\n", ms(sinceStart));
  timeCrosshair(window);
  if (argc > 1) {
    std::printf("%s:\n", argv[1]);
    timeImport(window, QString::fromLocal8Bit(argv[1]));
  }
  return 0;
}
