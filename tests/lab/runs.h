// Running scenarios to their end in tests.
#pragma once

#include <QTest>
#include <initializer_list>
#include <map>
#include <string>
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

// The run of a built-in scenario as it is, made once in a test program: several tests look at the
// same run.
inline const trace::Trace& run_as_built_in(const std::string& name) {
  static std::map<std::string, trace::Trace> runs;
  auto found = runs.find(name);
  if (found == runs.end()) found = runs.emplace(name, run(built_in(name))).first;
  return found->second;
}

}  // namespace inflight::testing
