// The command line's subcommands, one file each. A command adds itself to the parser; when it is
// chosen it returns the program's exit code through `outcome`.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace inflight::app {

enum class ExitCode : int { Success = 0, Failed = 1, WrongUsage = 2 };

// What the chosen subcommand does; set while the command line is parsed, run after it.
using Action = std::function<ExitCode()>;

void add_simulate_command(CLI::App& app, Action& action);
void add_list_command(CLI::App& app, Action& action);
void add_analyze_command(CLI::App& app, Action& action);
void add_compare_command(CLI::App& app, Action& action);
void add_serve_command(CLI::App& app, Action& action);
void add_speedtest_command(CLI::App& app, Action& action);
void add_stack_command(CLI::App& app, Action& action);
void add_keygen_command(CLI::App& app, Action& action);

}  // namespace inflight::app
