// The main program of every test folder: runs each class that registered itself.
#include <QCoreApplication>
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
  QCoreApplication application(argc, argv);
  int failures = 0;
  for (const auto& make : inflight::testing::registry()) {
    failures += QTest::qExec(make().get(), argc, argv);
  }
  return failures;
}
