// Which scenario to run, with which changes: shared by everything that takes --scenario and --set.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "lab/scenario.h"

namespace inflight::app {

struct ScenarioOptions {
  // A file, or the name of a built-in scenario; at most one of them.
  std::string file;
  std::string name;
  // "key=value" each.
  std::vector<std::string> overrides;
  std::string duration;
  std::string seed;
};

// The error is a sentence.
std::expected<lab::Scenario, std::string> choose_scenario(const ScenarioOptions& options);

ExitCode list_scenarios();

}  // namespace inflight::app
