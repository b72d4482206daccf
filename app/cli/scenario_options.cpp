#include "cli/scenario_options.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace inflight::app {
namespace {

std::expected<lab::Scenario, std::string> find_base(const ScenarioOptions& options) {
  if (!options.file.empty()) {
    if (!options.name.empty())
      return std::unexpected("give a scenario file or --scenario, not both");
    auto loaded = lab::load_scenario(options.file);
    if (!loaded) return std::unexpected(loaded.error().text);
    return std::move(*loaded);
  }
  const std::string name = options.name.empty() ? "coder-2.12" : options.name;
  const lab::Scenario* built_in = lab::find_built_in(name);
  if (built_in == nullptr) {
    return std::unexpected("--scenario: there is no scenario '" + name +
                           "'; `inflight-cli list` names them all");
  }
  return *built_in;
}

}  // namespace

std::expected<lab::Scenario, std::string> choose_scenario(const ScenarioOptions& options) {
  auto scenario = find_base(options);
  if (!scenario) return scenario;
  for (const std::string& text : options.overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return std::unexpected("--set: expected key=value such as path.rtt=60ms, got '" + text + "'");
    }
    const auto result = lab::set(*scenario, text.substr(0, equals), text.substr(equals + 1));
    if (!result) return std::unexpected("--set " + result.error().text);
  }
  // The settings that have options of their own, under the same name.
  for (const auto& [key, value] :
       {std::pair{"duration", options.duration}, {"seed", options.seed}}) {
    if (value.empty()) continue;
    const auto result = lab::set(*scenario, key, value);
    if (!result) return std::unexpected("--" + result.error().text);
  }
  if (const auto valid = lab::validate(*scenario); !valid)
    return std::unexpected(valid.error().text);
  return scenario;
}

ExitCode list_scenarios() {
  std::size_t width = 0;
  for (const lab::Scenario& scenario : lab::built_in_scenarios()) {
    width = std::max(width, scenario.name.size());
  }
  for (const lab::Scenario& scenario : lab::built_in_scenarios()) {
    std::printf("%-*s  %s\n", static_cast<int>(width), scenario.name.c_str(),
                scenario.title.c_str());
  }
  return ExitCode::Success;
}

}  // namespace inflight::app
