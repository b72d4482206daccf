// `list`: the built-in scenarios with their titles. (`simulate --list` prints the same.)
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/scenario_options.h"

namespace inflight::app {

void add_list_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("list", "List the built-in scenarios");
  command->callback([&action] { action = list_scenarios; });
}

}  // namespace inflight::app
