// The charts, offscreen: three panels over a run of two million samples. UI thread CPU of a frame
// whose time axis moved, of one that shows the whole run, and of a move of the crosshair over a
// picture at rest.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QMouseEvent>

#include "support/demo_trace.h"
#include "ui/charts/chart_stack.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// Ten series are drawn: 20 s with a sample of each every 100 us.
constexpr Duration kLength = 20s;
constexpr Duration kStep = 100us;
constexpr QSize kSize{1120, 760};

void makeApplication() {
  static int argc = 1;
  static char name[] = "inflight_bench";
  static char* argv[] = {name, nullptr};
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  // Never destroyed: the stack lives as long as the program.
  static auto* application = new QApplication(argc, argv);
  benchmark::DoNotOptimize(application);
}

// Made once: shown, drawn, at rest.
ChartStack& shownStack() {
  makeApplication();
  static ChartStack* stack = [] {
    auto* made = new ChartStack;
    made->resize(kSize);
    made->setTraces({{testing::makeOvershootTrace(kLength, kStep), "run", Qt::blue}});
    made->show();
    QApplication::processEvents();
    return made;
  }();
  stack->showAll();
  stack->setCrosshair({});
  QApplication::processEvents();
  return *stack;
}

void chart_frame_moving(benchmark::State& state) {
  ChartStack& stack = shownStack();
  Instant begin{2s};
  for (auto _ : state) {
    begin += 8ms;
    stack.showRange({begin, begin + 10s});
    QApplication::processEvents();
  }
}

void chart_frame_whole(benchmark::State& state) {
  ChartStack& stack = shownStack();
  for (auto _ : state) {
    // Drawn anew from what is known of the data.
    stack.setPanelVisible(PanelId::Windows, true);
    QApplication::processEvents();
  }
}

void chart_crosshair_move(benchmark::State& state) {
  ChartStack& stack = shownStack();
  int x = 0;
  for (auto _ : state) {
    x = (x + 7) % 900;
    const QPointF at(120 + x, 140);
    QMouseEvent event(QEvent::MouseMove, at, stack.viewport()->mapToGlobal(at), Qt::NoButton,
                      Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(stack.viewport(), &event);
    QApplication::processEvents();
  }
}

BENCHMARK(chart_frame_moving)->Unit(benchmark::kMillisecond)->Iterations(200);
BENCHMARK(chart_frame_whole)->Unit(benchmark::kMillisecond)->Iterations(200);
BENCHMARK(chart_crosshair_move)->Unit(benchmark::kMillisecond)->Iterations(2000);

}  // namespace
