// The main program of every test folder: runs each class that registered itself.
#include <QCoreApplication>
#include <QTest>
#include <string>
#include <vector>

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
  // The crash handler would attach a debugger and wait for minutes.
  std::vector<char*> arguments(argv, argv + argc);
  std::string no_handler = "-nocrashhandler";
  arguments.push_back(no_handler.data());
  int failures = 0;
  for (const auto& make : inflight::testing::registry()) {
    failures += QTest::qExec(make().get(), static_cast<int>(arguments.size()), arguments.data());
  }
  return failures;
}
