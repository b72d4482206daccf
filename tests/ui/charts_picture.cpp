// Renders the charts of a made-up run to PNG files, to look at: light and dark, two sizes, scale 2,
// zoomed, two runs. Usage: charts_picture <folder>.
#include <QApplication>
#include <QDir>

#include "support/demo_trace.h"
#include "ui/charts/chart_stack.h"

using namespace inflight;
using namespace inflight::ui;

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  const QDir folder(argc > 1 ? argv[1] : ".");
  applyTheme(application, Theme::light());
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
