// The main program of tests that need windows: main.cpp with a QApplication. Runs offscreen unless
// the environment names another platform, so that a test started by hand opens nothing.
#include <QApplication>

#include "support/run_registered.h"

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication application(argc, argv);
  return inflight::testing::run_registered(QApplication::arguments());
}
