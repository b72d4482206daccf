// `serve`: the far end of a measurement. One line on stdout names it; everything else goes to
// stderr.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/version.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/key_file.h"
#include "cli/output.h"
#include "io/udp_socket.h"
#include "live/address_plan.h"
#include "live/peer_url.h"
#include "live/server.h"
#include "tunnel/key_source.h"

namespace inflight::app {
namespace {

constexpr Duration kSlice = 100ms;
// With --once: how long nobody may be connected after a transfer before it ends.
constexpr Duration kLinger = 1s;

struct Options {
  std::string listen = "0.0.0.0:51820";
  std::string identity;
  std::vector<std::string> allowed;
  bool once = false;
};

std::expected<live::ServerConfig, std::string> configure(const Options& options) {
  live::ServerConfig config;
  config.program = kProducer;
  const auto listen = wire::parse_endpoint(options.listen);
  if (!listen) {
    return std::unexpected("--listen: expected ADDRESS:PORT such as 0.0.0.0:51820, got '" +
                           options.listen + "'");
  }
  config.listen = *listen;
  for (const std::string& text : options.allowed) {
    const auto key = tunnel::parse_public_key(text);
    if (!key) {
      return std::unexpected(
          "--allow-key: expected a public key of 44 base64 characters, as `inflight-cli keygen "
          "--public` prints it, got '" +
          text + "'");
    }
    config.allowed.push_back(*key);
  }
  if (options.identity.empty()) {
    config.identity = tunnel::SystemKeySource().private_key();
    return config;
  }
  const auto key = read_private_key(options.identity);
  if (!key) return std::unexpected("--identity: " + key.error());
  config.identity = *key;
  return config;
}

// How the other side reaches us: the address we listen on, or the one that leads outward.
live::Target reachable(const live::Server& server) {
  wire::IpAddress address = server.local().address;
  if (address.is_unspecified()) address = io::outward_address();
  if (address.is_unspecified()) address = wire::IpAddress::v4(127, 0, 0, 1);
  return {to_string(address), server.local().port, server.public_key()};
}

void print(const live::ServerEvent& event) {
  using Kind = live::ServerEvent::Kind;
  const std::string client = to_string(event.client.address);
  const std::string direction(to_string(event.direction));
  switch (event.kind) {
    case Kind::Connected:
      std::fprintf(stderr, "%s connected\n", client.c_str());
      return;
    case Kind::Began:
      std::fprintf(stderr, "%s: transfer %s began\n", client.c_str(), direction.c_str());
      return;
    case Kind::Ended:
      std::fprintf(stderr, "%s: transfer %s ended, %.1f MB\n", client.c_str(), direction.c_str(),
                   static_cast<double>(event.bytes.value()) * 1e-6);
      return;
    case Kind::Refused:
      std::fprintf(stderr, "%s refused: %s\n", client.c_str(), event.reason.c_str());
      return;
  }
}

ExitCode serve(const Options& options) {
  const auto config = configure(options);
  if (!config) return fail(ExitCode::WrongUsage, config.error());
  auto opened = live::Server::open(*config);
  if (!opened) return fail(ExitCode::Failed, opened.error().text);
  live::Server& server = **opened;
  const std::string url = to_url(reachable(server));
  std::printf("%s\n", url.c_str());
  std::fflush(stdout);
  std::fprintf(stderr, "On the other machine:\n  inflight-cli speedtest '%s'\nCtrl+C ends this.\n",
               url.c_str());
  const Interrupt interrupt;
  Duration quiet{};
  while (!interrupt.requested() && quiet < kLinger) {
    server.serve_for(kSlice);
    while (const auto event = server.poll_event()) print(*event);
    const bool done = options.once && server.finished() > 0 && server.clients() == 0;
    quiet = done ? quiet + kSlice : Duration{};
  }
  return ExitCode::Success;
}

}  // namespace

void add_serve_command(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("serve", "Be the far end of a measurement: wait for `speedtest`");
  const auto options = std::make_shared<Options>();
  command->add_option("--listen", options->listen, "ADDRESS:PORT for UDP; port 0 takes a free one")
      ->capture_default_str();
  command->add_option("--identity", options->identity,
                      "File with a private key, as `keygen` prints it (else a new one)");
  command
      ->add_option("--allow-key", options->allowed,
                   "Accept only this public key (repeatable; else whoever knows ours)")
      ->allow_extra_args(false);
  command->add_flag("--once", options->once, "End when the first client is done");
  command->callback([&action, options] { action = [options] { return serve(*options); }; });
}

}  // namespace inflight::app
