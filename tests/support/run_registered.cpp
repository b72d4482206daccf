#include "support/run_registered.h"

#include <QTest>
#include <algorithm>
#include <functional>

#include "support/registry.h"

namespace inflight::testing {

std::vector<Factory>& registry() {
  static std::vector<Factory> factories;
  return factories;
}

int run_registered(QStringList arguments) {
  // The crash handler would attach a debugger and wait for minutes.
  arguments.append(QStringLiteral("-nocrashhandler"));
  std::vector<std::unique_ptr<QObject>> tests;
  for (const auto& make : registry()) tests.push_back(make());

  const auto is_chosen = [&](const auto& test) {
    const auto name = QString::fromLatin1(test->metaObject()->className());
    return arguments.value(1) == name.section(QStringLiteral("::"), -1);
  };
  if (std::ranges::any_of(tests, is_chosen)) {
    std::erase_if(tests, std::not_fn(is_chosen));
    arguments.removeAt(1);
  }
  int failures = 0;
  for (const auto& test : tests) failures += QTest::qExec(test.get(), arguments);
  return failures;
}

}  // namespace inflight::testing
