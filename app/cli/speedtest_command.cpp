// `speedtest`: measures the path to a `serve`, inside a WireGuard tunnel over UDP; interval table
// and verdict, JSON, packets.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/version.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/key_file.h"
#include "cli/output.h"
#include "cli/packet_file_choice.h"
#include "diagnosis/diagnose.h"
#include "export/run_json.h"
#include "export/text.h"
#include "host/run.h"
#include "live/client_session.h"

namespace inflight::app {
namespace {

struct Options {
  std::string target;
  std::string peer_key;
  std::string identity;
  std::string direction = "down";
  std::string time = "5s";
  std::string interval = "1s";
  std::vector<std::string> overrides;
  std::string json;
  PacketFileChoice packets;
};

using Usage = std::unexpected<std::string>;

std::expected<live::Target, std::string> choose_target(const Options& options) {
  auto target = live::parse_target(options.target);
  if (!target) return Usage(target.error().text);
  if (!options.peer_key.empty()) {
    const auto key = tunnel::parse_public_key(options.peer_key);
    if (!key) {
      return Usage("--peer-key: expected a public key of 44 base64 characters, got '" +
                   options.peer_key + "'");
    }
    target->key = *key;
  }
  if (!target->key) {
    return Usage(
        "the server's public key is missing: give the whole inflight:// line that `serve` " +
        std::string("printed, or --peer-key"));
  }
  return *target;
}

std::expected<live::TransferSettings, std::string> choose_settings(const Options& options) {
  live::TransferSettings settings;
  const auto time = parse_duration(options.time);
  if (!time || *time <= Duration{} || *time > live::kMaxTransfer) {
    return Usage("-t: expected a duration from 1ms to 60s, such as 5s, got '" + options.time + "'");
  }
  settings.duration = *time;
  for (const std::string& text : options.overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return Usage("--set: expected key=value, got '" + text + "'");
    auto changed = live::with_setting(settings, text.substr(0, equals), text.substr(equals + 1));
    if (!changed) return Usage("--set: " + changed.error().text);
    settings = *changed;
  }
  return settings;
}

std::expected<live::ClientConfig, std::string> configure(const Options& options) {
  live::ClientConfig config;
  config.program = kProducer;
  auto target = choose_target(options);
  if (!target) return Usage(target.error());
  config.target = *target;
  auto settings = choose_settings(options);
  if (!settings) return Usage(settings.error());
  config.settings = *settings;
  if (!options.identity.empty()) {
    const auto key = read_private_key(options.identity);
    if (!key) return Usage("--identity: " + key.error());
    config.identity = *key;
  }
  return config;
}

// "capture.pcapng" -> "capture-up.pcapng": two runs, two files.
std::filesystem::path packet_path(const Options& options, live::Direction direction) {
  std::filesystem::path path = options.packets.file;
  if (options.direction != "both") return path;
  const std::string name = path.stem().string() + "-" + std::string(to_string(direction));
  return path.replace_filename(name + path.extension().string());
}

std::expected<trace::Trace, std::string> run(const Options& options, live::ClientConfig config,
                                             live::Direction direction,
                                             const Interrupt& interrupt) {
  config.settings.direction = direction;
  config.clock = io::Clock();
  std::unique_ptr<exporting::PacketFile> packets;
  if (options.packets.wanted()) {
    auto opened =
        exporting::PacketFile::create(packet_path(options, direction),
                                      packet_file_options(options.packets, config.clock.epoch()));
    if (!opened) return Usage(opened.error().text);
    packets = std::move(*opened);
    config.tap = packets->add_tap("client");
  }
  const auto session = live::make_client_session(std::move(config));
  auto trace =
      host::run_to_end(*session, [&](const trace::Trace&) { return !interrupt.requested(); });
  if (!trace) return Usage(trace.error().text);
  if (packets) {
    if (const auto saved = packets->commit(); !saved) return Usage(saved.error().text);
  }
  return std::move(*trace);
}

struct Judged {
  live::Direction direction;
  trace::Trace trace;
  trace::Verdict verdict;
};

ExitCode write_results(const Options& options, const std::vector<Judged>& runs, Duration interval) {
  bool written = true;
  if (options.json != "-") {
    std::string text;
    for (const Judged& judged : runs) {
      if (runs.size() > 1) text += std::string(to_string(judged.direction)) + "\n";
      text += exporting::interval_table(judged.trace, interval) + "\n" +
              exporting::verdict_text(judged.verdict);
    }
    written = write_text(text, "-");
  }
  if (options.json.empty()) return written ? ExitCode::Success : ExitCode::Failed;
  const auto view = [&](std::size_t i) {
    return exporting::RunView{runs[i].trace, runs[i].verdict};
  };
  const std::string json = runs.size() > 1 ? exporting::run_json_both(view(0), view(1), interval)
                                           : exporting::run_json(view(0), interval);
  written = write_text(json, options.json) && written;
  return written ? ExitCode::Success : ExitCode::Failed;
}

ExitCode speedtest(const Options& options) {
  const auto config = configure(options);
  if (!config) return fail(ExitCode::WrongUsage, config.error());
  const auto interval = parse_duration(options.interval);
  if (!interval || *interval <= Duration{}) {
    return fail(ExitCode::WrongUsage,
                "--interval: expected a duration such as 1s, got '" + options.interval + "'");
  }
  if (const auto reason = unfit(options.packets, 1)) return fail(ExitCode::WrongUsage, *reason);
  std::vector<live::Direction> directions;
  if (options.direction != "down") directions.push_back(live::Direction::Up);
  if (options.direction != "up") directions.push_back(live::Direction::Down);
  const Interrupt interrupt;
  std::vector<Judged> runs;
  for (const live::Direction direction : directions) {
    if (interrupt.requested()) break;
    auto trace = run(options, *config, direction, interrupt);
    if (!trace) return fail(ExitCode::Failed, trace.error());
    if (trace->end() == Instant{}) {
      return fail(ExitCode::Failed, "stopped before the transfer began");
    }
    trace::Verdict verdict = diagnosis::diagnose(*trace);
    runs.push_back({direction, std::move(*trace), std::move(verdict)});
  }
  return write_results(options, runs, *interval);
}

}  // namespace

void add_speedtest_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("speedtest", "Measure the path to a `serve`");
  const auto options = std::make_shared<Options>();
  command->add_option("TARGET", options->target, "inflight://HOST:PORT#KEY, or HOST:PORT")
      ->required();
  command->add_option("--peer-key", options->peer_key, "The server's public key, if not in TARGET");
  command->add_option("--identity", options->identity,
                      "File with our private key (else a new one for this run)");
  command->add_option("--direction", options->direction, "down: the server sends; up: we send")
      ->check(CLI::IsMember({"down", "up", "both"}))
      ->capture_default_str();
  command->add_option("-t,--time", options->time, "How long, at most 60s")->capture_default_str();
  command
      ->add_option("--set", options->overrides,
                   "Change a setting: sender.congestion=newreno, receiver.receive_buffer=1MiB")
      ->allow_extra_args(false);
  command->add_option("--interval", options->interval, "Width of the table's intervals")
      ->capture_default_str();
  command->add_option("--json", options->json, "Write the run as JSON (- for standard output)");
  add_packet_file_options(*command, options->packets);
  command->callback([&action, options] { action = [options] { return speedtest(*options); }; });
}

}  // namespace inflight::app
