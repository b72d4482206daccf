// Renders the charts of a made-up run to PNG files, to look at: light and dark, two sizes, scale 2,
// zoomed, two runs. Usage: charts_picture <folder>. With --measure instead of a folder it prints
// the CPU time of frames over a long history and of moves of the crosshair.
#include <QApplication>
#include <QDir>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>

#include "support/demo_trace.h"
#include "ui/charts/chart_stack.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// Milliseconds of CPU time, the median of `rounds` calls.
double median(int rounds, const std::function<void(int)>& call) {
  std::vector<double> costs;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();
    call(i);
    costs.push_back(static_cast<double>(std::clock() - begin) * 1e3 / CLOCKS_PER_SEC);
  }
  std::sort(costs.begin(), costs.end());
  return costs[costs.size() / 2];
}

void report(const char* what, double ms) { std::printf("%-52s %7.3f ms\n", what, ms); }

// A million samples a series, ten thousand a second, growing by 16 ms a frame.
void measure() {
  const Duration step{100'000};
  const auto run = testing::makeOvershootTrace(100s, step);
  ChartStack stack;
  stack.resize(1120, 760);
  stack.setPanelVisible(PanelId::Queues, true);
  stack.setTraces({{run, "run", Qt::blue}});
  stack.setRunning(true);
  stack.show();
  QApplication::processEvents();
  const auto frame = [&](int) {
    for (int i = 0; i < 160; ++i) {
      const Instant now = run->end() + step;
      for (const trace::SeriesInfo& info : trace::all_series()) {
        auto& series = run->series(info.id);
        if (series.size() < 50'001) continue;
        if (info.id == trace::SeriesId::RttMin || info.id == trace::SeriesId::Ssthresh) continue;
        const bool counter = info.kind == trace::SeriesKind::Counter;
        const double wave = 1 + 0.05 * std::sin(to_seconds(now) * 40 + i);
        series.append(now, counter ? series.back().value + 2500 * wave
                                   : series[static_cast<std::size_t>(50'000)].value * wave);
      }
      run->extend(now);
    }
    stack.tracesChanged();
    auto* timer = stack.findChild<QTimer*>("frameTimer");
    QTimerEvent due(timer->timerId());
    QCoreApplication::sendEvent(timer, &due);
    stack.viewport()->repaint();
  };
  report("frame, everything shown", median(100, frame));
  stack.showRange({run->end() - 60s, run->end()});
  stack.setFollowing(true);
  report("frame, the last 60 s", median(100, frame));
  stack.showRange({run->end() - 10s, run->end()});
  stack.setFollowing(true);
  report("frame, the last 10 s", median(100, frame));
  stack.showRange({run->end() - 100ms, run->end()});
  stack.setFollowing(true);
  report("frame, the last 0.1 s", median(100, frame));
  stack.showAll();
  stack.viewport()->repaint();
  report("zoom to a tenth and back", median(50, [&](int i) {
           i % 2 == 0 ? stack.showRange({Instant{20s}, Instant{30s}}) : stack.showAll();
           stack.viewport()->repaint();
         }));
  report("crosshair, paused", median(500, [&](int i) {
           stack.setCrosshair(Instant{20s} + i * 37ms);
           QApplication::processEvents();
         }));
}

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  const QDir folder(argc > 1 ? argv[1] : ".");
  applyTheme(application, Theme::light());
  if (application.arguments().contains("--measure")) {
    measure();
    return 0;
  }
  ChartStack stack;
  const auto run = testing::makeOvershootTrace();
  const auto calm = testing::makeCalmTrace();
  stack.setTraces({{run, "coder-2.10", Theme::light().run(0)}});
  stack.setCrosshair(Instant{1280ms});
  stack.renderImage({860, 640}).save(folder.filePath("light-860.png"));
  stack.renderImage({980, 760}, 2).save(folder.filePath("light-scale2.png"));
  stack.setTheme(Theme::night());
  stack.renderImage({980, 760}).save(folder.filePath("dark-980.png"));
  stack.showRange({Instant{900ms}, Instant{1100ms}});
  stack.setPanelVisible(PanelId::Queues, true);
  stack.setLineVisible(PanelId::Windows, trace::SeriesId::ReceiveWindow, false);
  stack.renderImage({980, 760}).save(folder.filePath("dark-zoomed.png"));
  stack.setTheme(Theme::light());
  stack.setPanelVisible(PanelId::Queues, false);
  stack.setTraces(
      {{run, "coder-2.10", Theme::light().run(0)}, {calm, "coder-2.12", Theme::light().run(1)}});
  stack.showAll();
  stack.setCrosshair(std::nullopt);
  stack.renderImage({980, 760}).save(folder.filePath("light-compare.png"));
  return 0;
}
