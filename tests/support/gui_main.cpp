// The main program of tests that need windows: main.cpp with a QApplication. Runs offscreen unless
// the environment names another platform, so that a test started by hand opens nothing.
#include <QApplication>
#include <QTest>

#include "support/registry.h"

namespace inflight::testing {

std::vector<Factory>& registry() {
  static std::vector<Factory> factories;
  return factories;
}

}  // namespace inflight::testing

// Runs every registered class; exit code 0 when all passed, else the number of failed functions.
int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  int failures = 0;
  for (const auto& make : inflight::testing::registry()) {
    failures += QTest::qExec(make().get(), argc, argv);
  }
  return failures;
}
