// inflight-cli: everything the window can do without one. Links no Qt.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/version.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using inflight::app::ExitCode;
  // A limit on file sizes is then an error of the write, with a sentence, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{"Inflight shows what holds a TCP connection back, and what would help."};
  app.set_version_flag("--version", std::string("inflight-cli ") + inflight::app::kVersion);
  app.require_subcommand(1);
  inflight::app::Action action;
  inflight::app::add_simulate_command(app, action);
  inflight::app::add_list_command(app, action);
  inflight::app::add_analyze_command(app, action);
  inflight::app::add_compare_command(app, action);
  inflight::app::add_serve_command(app, action);
  inflight::app::add_speedtest_command(app, action);
  inflight::app::add_keygen_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with code 0.
    return static_cast<int>(app.exit(error) == 0 ? ExitCode::Success : ExitCode::WrongUsage);
  }
  return static_cast<int>(action());
}
