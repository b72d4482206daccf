// `simulate`: runs a scenario in virtual time; interval table and verdict, JSON, CSV, packets.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/version.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/packet_file_choice.h"
#include "cli/scenario_options.h"
#include "diagnosis/diagnose.h"
#include "export/csv.h"
#include "export/run_json.h"
#include "export/text.h"
#include "host/run.h"
#include "lab/simulation.h"

namespace inflight::app {
namespace {

struct Options {
  ScenarioOptions scenario;
  bool list = false;
  std::string describe;
  std::string interval = "1s";
  std::string json;
  std::string csv;
  PacketFileChoice packets;
  std::string pcap_side = "sender";
};

ExitCode describe(const std::string& name) {
  const lab::Scenario* scenario = lab::find_built_in(name);
  if (scenario == nullptr) {
    return fail(ExitCode::WrongUsage, "--describe: there is no scenario '" + name +
                                          "'; `inflight-cli list` names them all");
  }
  return write_text(lab::to_json(*scenario), "-") ? ExitCode::Success : ExitCode::Failed;
}

// Opens the packet file, if one is wanted, and says who watches.
std::expected<std::unique_ptr<exporting::PacketFile>, trace::FileError> open_packet_file(
    const Options& options, lab::Watchers& watchers) {
  const auto file_options = packet_file_options(options.packets, lab::to_unix(Instant{}));
  auto file = exporting::PacketFile::create(options.packets.file, file_options);
  if (!file) return file;
  if (options.pcap_side != "receiver") watchers.sender = (*file)->add_tap("sender");
  if (options.pcap_side != "sender") watchers.receiver = (*file)->add_tap("receiver");
  return file;
}

ExitCode write_results(const Options& options, const trace::Trace& trace, Duration interval) {
  const trace::Verdict verdict = diagnosis::diagnose(trace);
  bool written = true;
  if (!options.json.empty()) {
    written = write_text(exporting::run_json({trace, verdict}, interval), options.json);
  }
  if (options.json != "-") {
    const std::string text =
        exporting::interval_table(trace, interval) + "\n" + exporting::verdict_text(verdict);
    written = write_text(text, "-") && written;
  }
  if (!options.csv.empty()) {
    exporting::CsvOptions csv;
    csv.rate_interval = interval;
    if (const auto saved = exporting::save_csv(trace, csv, options.csv); !saved) {
      fail(ExitCode::Failed, saved.error().text);
      written = false;
    }
  }
  return written ? ExitCode::Success : ExitCode::Failed;
}

ExitCode simulate(const Options& options) {
  if (options.list) return list_scenarios();
  if (!options.describe.empty()) return describe(options.describe);
  const auto scenario = choose_scenario(options.scenario);
  if (!scenario) return fail(ExitCode::WrongUsage, scenario.error());
  const auto interval = parse_duration(options.interval);
  if (!interval || *interval <= Duration{}) {
    return fail(ExitCode::WrongUsage,
                "--interval: expected a duration such as 1s, got '" + options.interval + "'");
  }
  const int taps = options.pcap_side == "both" ? 2 : 1;
  if (const auto reason = unfit(options.packets, taps)) return fail(ExitCode::WrongUsage, *reason);

  lab::Watchers watchers;
  std::unique_ptr<exporting::PacketFile> packets;
  if (options.packets.wanted()) {
    auto opened = open_packet_file(options, watchers);
    if (!opened) return fail(ExitCode::Failed, opened.error().text);
    packets = std::move(*opened);
  }
  const auto session = lab::make_session(*scenario, watchers);
  auto trace = host::run_to_end(*session);
  if (!trace) return fail(ExitCode::Failed, trace.error().text);
  trace->info.producer = kProducer;
  if (packets) {
    if (const auto saved = packets->commit(); !saved)
      return fail(ExitCode::Failed, saved.error().text);
  }
  return write_results(options, *trace, *interval);
}

}  // namespace

void add_simulate_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "simulate", "Run a scenario in the Lab: two hosts and a path, virtual time");
  const auto options = std::make_shared<Options>();
  ScenarioOptions& scenario = options->scenario;
  command->add_option("SCENARIO.json", scenario.file, "A scenario file");
  command->add_option("--scenario", scenario.name,
                      "A built-in scenario (coder-2.12 if none is given)");
  command->add_option("--set", scenario.overrides, "Change a setting: key=value")
      ->allow_extra_args(false);
  command->add_option("--duration", scenario.duration, "Length of the run, such as 20s");
  command->add_option("--seed", scenario.seed, "Seed of everything random");
  command->add_flag("--list", options->list, "List the built-in scenarios");
  command->add_option("--describe", options->describe, "Print a built-in scenario with every key");
  command->add_option("--interval", options->interval, "Width of the table's intervals")
      ->capture_default_str();
  command->add_option("--json", options->json, "Write the run as JSON (- for standard output)");
  command->add_option("--csv", options->csv, "Write the series as CSV");
  add_packet_file_options(*command, options->packets);
  command->add_option("--pcap-side", options->pcap_side, "Whose packets")
      ->check(CLI::IsMember({"sender", "receiver", "both"}))
      ->capture_default_str();
  command->callback([&action, options] { action = [options] { return simulate(*options); }; });
}

}  // namespace inflight::app
