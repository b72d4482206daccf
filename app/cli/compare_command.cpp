// `compare`: several scenarios at several values of one setting, as a table and as grouped bars:
// one command for "2.9, 2.10 and 2.12 at 1, 10 and 60 ms".
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_options.h"
#include "export/grouped_chart.h"
#include "host/run.h"
#include "lab/simulation.h"
#include "trace/derived.h"

namespace inflight::app {
namespace {

constexpr std::size_t kMostScenarios = 6;

struct Options {
  std::vector<std::string> scenarios;
  // "path.rtt=1ms,10ms,60ms"
  std::string vary;
  std::vector<std::string> overrides;
  std::string svg;
};

struct Variation {
  std::string key;
  std::vector<std::string> values;
};

std::expected<Variation, std::string> parse_variation(const std::string& text) {
  const std::size_t equals = text.find('=');
  Variation variation{text.substr(0, equals), {}};
  std::size_t begin = equals == std::string::npos ? text.size() : equals + 1;
  while (begin < text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    variation.values.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  if (variation.values.empty()) {
    return std::unexpected("--vary: expected key=value,value such as path.rtt=1ms,10ms,60ms");
  }
  return variation;
}

std::expected<double, std::string> steady_megabits(const ScenarioOptions& options) {
  const auto scenario = choose_scenario(options);
  if (!scenario) return std::unexpected(scenario.error());
  const auto session = lab::make_session(*scenario);
  const auto trace = host::run_to_end(*session);
  if (!trace) return std::unexpected(trace.error().text);
  return trace::steady_rate(*trace) * 1e-6;
}

void print_table(const exporting::GroupedChart& chart, const std::string& key) {
  std::size_t width = key.size();
  for (const std::string& group : chart.groups) width = std::max(width, group.size());
  std::printf("%-*s", static_cast<int>(width), key.c_str());
  for (const auto& series : chart.series) std::printf("  %12s", series.name.c_str());
  std::printf("   (%s)\n", chart.unit.c_str());
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    std::printf("%-*s", static_cast<int>(width), chart.groups[g].c_str());
    for (const auto& series : chart.series) std::printf("  %12.1f", series.values[g]);
    std::printf("\n");
  }
}

ExitCode compare(const Options& options) {
  const auto variation = parse_variation(options.vary);
  if (!variation) return fail(ExitCode::WrongUsage, variation.error());
  if (options.scenarios.size() > kMostScenarios) {
    return fail(ExitCode::WrongUsage,
                "compare: at most six scenarios can be told apart in one chart");
  }
  exporting::GroupedChart chart{
      "Steady throughput by " + variation->key, "Mbit/s", variation->values, {}};
  for (const std::string& name : options.scenarios) {
    exporting::BarSeries series{name, {}};
    for (const std::string& value : variation->values) {
      ScenarioOptions one;
      one.name = name;
      one.overrides = options.overrides;
      one.overrides.push_back(variation->key + "=" + value);
      const auto rate = steady_megabits(one);
      if (!rate) return fail(ExitCode::WrongUsage, rate.error());
      series.values.push_back(*rate);
    }
    chart.series.push_back(std::move(series));
  }
  print_table(chart, variation->key);
  if (options.svg.empty()) return ExitCode::Success;
  return write_text(exporting::to_svg(chart), options.svg) ? ExitCode::Success : ExitCode::Failed;
}

}  // namespace

void add_compare_command(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("compare", "Run scenarios at several values of one setting, side by side");
  const auto options = std::make_shared<Options>();
  command->add_option("SCENARIO", options->scenarios, "Built-in scenarios")->required();
  command->add_option("--vary", options->vary, "The setting and its values: path.rtt=1ms,10ms,60ms")
      ->required();
  command->add_option("--set", options->overrides, "Change a setting in all: key=value")
      ->allow_extra_args(false);
  command->add_option("--svg", options->svg, "Write the grouped bars as SVG");
  command->callback([&action, options] { action = [options] { return compare(*options); }; });
}

}  // namespace inflight::app
