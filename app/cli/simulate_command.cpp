// `simulate`: runs a scenario in virtual time; interval table and verdict, JSON, CSV, packets.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/version.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenario_options.h"
#include "diagnosis/diagnose.h"
#include "export/csv.h"
#include "export/packet_file.h"
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
  std::string pcap_file;
  std::string pcap_side = "sender";
  std::string pcap_layer = "inner";
};

exporting::PacketLayer layer_of(const std::string& name) {
  if (name == "outer") return exporting::PacketLayer::Outer;
  return name == "both" ? exporting::PacketLayer::Both : exporting::PacketLayer::Inner;
}

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
  exporting::PacketFileOptions file_options;
  file_options.layer = layer_of(options.pcap_layer);
  file_options.epoch = lab::to_unix(Instant{});
  file_options.application = kProducer;
  auto file = exporting::PacketFile::create(options.pcap_file, file_options);
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

ExitCode check(const Options& options) {
  if (options.pcap_file.empty() || exporting::is_pcapng(options.pcap_file))
    return ExitCode::Success;
  if (options.pcap_side != "both" && options.pcap_layer != "both") return ExitCode::Success;
  return fail(ExitCode::WrongUsage,
              "--pcap-file: only a .pcapng file can hold both sides or both layers");
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
  if (const ExitCode usage = check(options); usage != ExitCode::Success) return usage;

  lab::Watchers watchers;
  std::unique_ptr<exporting::PacketFile> packets;
  if (!options.pcap_file.empty()) {
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
  command->add_option("--pcap-file", options->pcap_file, "Write the packets: .pcap or .pcapng");
  command->add_option("--pcap-side", options->pcap_side, "Whose packets")
      ->check(CLI::IsMember({"sender", "receiver", "both"}))
      ->capture_default_str();
  command->add_option("--pcap-layer", options->pcap_layer, "Inside or outside of the tunnel")
      ->check(CLI::IsMember({"inner", "outer", "both"}))
      ->capture_default_str();
  command->callback([&action, options] { action = [options] { return simulate(*options); }; });
}

}  // namespace inflight::app
