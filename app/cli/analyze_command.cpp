// `analyze`: the TCP flows of saved captures, as a table or as JSON, with a verdict where one is
// sure.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/flow_trace.h"
#include "analysis/importer.h"
#include "capture/reader.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "diagnosis/diagnose.h"
#include "trace/derived.h"

namespace inflight::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> files;
  bool json = false;
};

constexpr std::size_t kStep = 100'000;
constexpr const char* kSchema = "inflight.analysis/1";

// A flow as far as both outputs show it.
struct Row {
  const analysis::Flow& flow;
  analysis::End sender;
  trace::Trace trace;
  trace::Verdict verdict;
};

Row examine(const analysis::Importer& import, std::size_t index) {
  const analysis::Flow& flow = import.flows()[index];
  trace::Trace trace = analysis::make_trace(import.flows(), index, import.start());
  trace::Verdict verdict = diagnosis::diagnose(trace);
  return {flow, flow.stats().bulk_sender(), std::move(trace), std::move(verdict)};
}

double duration_seconds(const analysis::FlowStats& stats) {
  return to_seconds(stats.last - stats.first);
}

double megabits(const Row& row) {
  const double seconds = duration_seconds(row.flow.stats());
  const auto bytes = static_cast<double>(row.flow.stats().of(row.sender).payload_bytes);
  return seconds > 0 ? bytes * 8e-6 / seconds : 0;
}

Json seconds(std::optional<Duration> value) { return value ? Json(to_seconds(*value)) : Json(); }

Json direction_json(const analysis::DirectionStats& stats) {
  return {{"packets", stats.packets},
          {"wire_bytes", stats.wire_bytes},
          {"payload_bytes", stats.payload_bytes},
          {"retransmitted_segments", stats.retransmitted_segments},
          {"reordered_segments", stats.reordered},
          {"duplicate_acks", stats.duplicate_acks},
          {"zero_windows", stats.zero_windows},
          {"max_bytes_in_flight", stats.max_bytes_in_flight},
          {"mss", stats.mss ? Json(*stats.mss) : Json()},
          {"window_scale", stats.window_scale ? Json(*stats.window_scale) : Json()},
          {"sack_permitted", stats.sack_permitted},
          {"timestamps", stats.timestamps}};
}

Json findings_json(const trace::Verdict& verdict) {
  Json findings = Json::array();
  for (const trace::Finding& finding : verdict.findings) {
    findings.push_back({{"code", std::string(trace::to_string(finding.code))},
                        {"text", finding.text},
                        {"time_seconds", finding.time ? Json(to_seconds(*finding.time)) : Json()}});
  }
  return findings;
}

Json flow_json(const Row& row) {
  const analysis::FlowStats& stats = row.flow.stats();
  const bool opener_sends = row.sender == analysis::End::Opener;
  return {{"a", wire::to_string(row.flow.opener)},
          {"b", wire::to_string(row.flow.listener)},
          {"start_seconds", to_seconds(stats.first)},
          {"duration_seconds", duration_seconds(stats)},
          {"initial_rtt_seconds", seconds(stats.initial_rtt())},
          {"bulk_sender", opener_sends ? "a" : "b"},
          {"throughput_mbits", megabits(row)},
          {"a2b", direction_json(stats.of(analysis::End::Opener))},
          {"b2a", direction_json(stats.of(analysis::End::Listener))},
          {"verdict",
           {{"limited_by", std::string(trace::to_string(row.verdict.limited_by))},
            {"headline", row.verdict.headline},
            {"confidence", std::string(trace::to_string(row.verdict.confidence))},
            {"findings", findings_json(row.verdict)}}},
          {"notes", row.trace.info.notes}};
}

std::string milliseconds(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f ms", to_seconds(duration) * 1e3);
  return text.data();
}

void print_table(const std::string& file, const analysis::Importer& import) {
  const std::size_t flows = import.flows().size();
  std::printf("%s: %llu packets, %zu TCP %s\n", file.c_str(),
              static_cast<unsigned long long>(import.progress().packets), flows,
              flows == 1 ? "flow" : "flows");
  for (const std::string& note : import.notes()) std::printf("  %s\n", note.c_str());
  for (std::size_t i = 0; i < flows; ++i) {
    const Row row = examine(import, i);
    const analysis::FlowStats& stats = row.flow.stats();
    const auto rtt = stats.initial_rtt();
    const bool opener_sends = row.sender == analysis::End::Opener;
    std::printf("\n%s -> %s\n", wire::to_string(row.flow.endpoint(row.sender)).c_str(),
                wire::to_string(opener_sends ? row.flow.listener : row.flow.opener).c_str());
    std::printf("  %llu bytes in %.3f s, %.2f Mbit/s, initial RTT %s, %u sent again\n",
                static_cast<unsigned long long>(stats.of(row.sender).payload_bytes),
                duration_seconds(stats), megabits(row),
                rtt ? milliseconds(*rtt).c_str() : "unknown",
                stats.of(row.sender).retransmitted_segments);
    const bool judged = row.verdict.limited_by != trace::LimitedBy::Unknown;
    std::printf("  %s%s\n", row.verdict.headline.c_str(),
                judged ? "" : (": " + row.verdict.explanation).c_str());
    for (const std::string& note : row.trace.info.notes) std::printf("  (%s)\n", note.c_str());
  }
}

std::expected<std::unique_ptr<analysis::Importer>, std::string> import_file(
    const std::string& file) {
  auto reader = capture::Reader::open(file);
  if (!reader) return std::unexpected(capture::describe(reader.error(), file));
  auto import = std::make_unique<analysis::Importer>(std::move(*reader));
  while (import->step(kStep) == analysis::ImportState::Running) {
  }
  return import;
}

ExitCode analyze(const Options& options) {
  Json document = {{"schema", kSchema}, {"files", Json::array()}};
  ExitCode result = ExitCode::Success;
  for (const std::string& file : options.files) {
    const auto import = import_file(file);
    if (!import) {
      result = fail(ExitCode::Failed, import.error());
      continue;
    }
    if (!options.json) {
      print_table(file, **import);
      continue;
    }
    Json flows = Json::array();
    for (std::size_t i = 0; i < (*import)->flows().size(); ++i) {
      flows.push_back(flow_json(examine(**import, i)));
    }
    document["files"].push_back({{"file", file},
                                 {"packets", (*import)->progress().packets},
                                 {"damaged", (*import)->damage().has_value()},
                                 {"notes", (*import)->notes()},
                                 {"flows", std::move(flows)}});
  }
  if (options.json && !write_text(document.dump(2) + "\n", "-")) return ExitCode::Failed;
  return result;
}

}  // namespace

void add_analyze_command(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("analyze", "Show the TCP flows of saved captures");
  const auto options = std::make_shared<Options>();
  command->add_option("FILE", options->files, "pcap or pcapng files, also compressed")->required();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([&action, options] { action = [options] { return analyze(*options); }; });
}

}  // namespace inflight::app
