// `keygen`: a private key; `keygen --public`: the public half of the private key on stdin.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "tunnel/key_source.h"
#include "tunnel/keys.h"

namespace inflight::app {
namespace {

ExitCode print_private_key() {
  tunnel::SystemKeySource source;
  std::printf("%s\n", tunnel::to_base64(source.private_key()).c_str());
  return ExitCode::Success;
}

ExitCode print_public_key() {
  std::string line;
  std::getline(std::cin, line);
  const auto key = tunnel::parse_private_key(line);
  if (!key) {
    return fail(
        ExitCode::WrongUsage,
        "standard input: expected a private key of 44 base64 characters, as keygen prints it");
  }
  std::printf("%s\n", tunnel::to_base64(tunnel::public_key(*key)).c_str());
  return ExitCode::Success;
}

}  // namespace

void add_keygen_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("keygen", "Print a new private key");
  const auto wants_public = std::make_shared<bool>(false);
  command->add_flag("--public", *wants_public,
                    "Read a private key from standard input and print its public half");
  command->callback(
      [&action, wants_public] { action = *wants_public ? print_public_key : print_private_key; });
}

}  // namespace inflight::app
