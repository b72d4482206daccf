// inflight-cli: everything the window can do without one. Links no Qt.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/version.h"
#include "cli/commands.h"
#include "cli/output.h"

int main(int argc, char** argv) {
  using namespace inflight::app;
  // A limit on file sizes is then an error of the write, with a sentence, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{"Inflight shows what holds a TCP connection back, and what would help."};
  app.set_version_flag("--version", std::string("inflight-cli ") + kVersion);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("inflight-cli: ") + error.what() + "; --help lists the options\n";
  });
  Action action;
  add_simulate_command(app, action);
  add_list_command(app, action);
  add_analyze_command(app, action);
  add_compare_command(app, action);
  add_serve_command(app, action);
  add_speedtest_command(app, action);
  add_stack_command(app, action);
  add_keygen_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const std::string command = argc > 1 ? argv[1] : "-";
    const auto has_that_name = [&](const CLI::App* one) { return one->get_name() == command; };
    if (command[0] != '-' && app.get_subcommands(has_that_name).empty()) {
      const auto text = "there is no command '" + command + "'; `inflight-cli --help` lists them";
      return static_cast<int>(fail(ExitCode::WrongUsage, text));
    }
    // Help and version are "errors" with code 0.
    const bool asked = app.exit(error) == 0;
    if (!asked) return static_cast<int>(ExitCode::WrongUsage);
    return static_cast<int>(flush_standard_output() ? ExitCode::Success : ExitCode::Failed);
  }
  const ExitCode code = action();
  return static_cast<int>(flush_standard_output() ? code : ExitCode::Failed);
}
