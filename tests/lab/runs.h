// Running scenarios to their end in tests.
#pragma once

#include <QTest>
#include <initializer_list>
#include <utility>

#include "host/run.h"
#include "lab/settings.h"
#include "lab/simulation.h"

namespace inflight::testing {

// A built-in scenario with some settings changed, key and value as for --set.
inline lab::Scenario built_in(
    std::string_view name,
    std::initializer_list<std::pair<const char*, const char*>> changes = {}) {
  const lab::Scenario* found = lab::find_built_in(name);
  CHECK(found != nullptr);
  lab::Scenario scenario = *found;
  for (const auto& [key, value] : changes) {
    const auto result = lab::set(scenario, key, value);
    if (!result) qFatal("%s", result.error().text.c_str());
  }
  return scenario;
}

inline trace::Trace run(const lab::Scenario& scenario) {
  const auto session = lab::make_session(scenario);
  auto trace = host::run_to_end(*session);
  if (!trace) qFatal("%s: %s", scenario.name.c_str(), trace.error().text.c_str());
  return std::move(*trace);
}

}  // namespace inflight::testing
