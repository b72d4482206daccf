// The window's program: gives the window its engine and does what the command line says. Exit
// codes: 0 success, 1 failed operation, 2 wrong usage.
#include <QApplication>
#include <cstdio>

#include "diagnosis/diagnose.h"
#include "gui_options.h"
#include "lab/simulation.h"
#include "packet_export.h"
#include "ui/main_window.h"
#include "window_script.h"

namespace {

inflight::ui::WindowEngine makeEngine() {
  inflight::ui::WindowEngine engine;
  engine.lab.makeSession = [](const inflight::lab::Scenario& scenario) {
    return inflight::lab::make_session(scenario);
  };
  engine.lab.judge = &inflight::diagnosis::diagnose;
  engine.packets = &inflight::app::exportPackets;
  return engine;
}

}  // namespace

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("inflight"));
  QCoreApplication::setApplicationName(QStringLiteral("inflight"));
  const auto options = inflight::app::parseGuiOptions(QCoreApplication::arguments());
  if (!options) {
    std::fprintf(stderr, "inflight: %s\n", qPrintable(options.error()));
    return 2;
  }
  inflight::ui::MainWindow window(makeEngine());
  if (options->appearance) window.setAppearance(*options->appearance);
  if (options->size.isValid()) window.resize(options->size);
  window.show();
  inflight::app::WindowScript script(window, *options);
  script.start();
  return QApplication::exec();
}
