// The one place that knows the fields of the run JSON; their order is that of the contract.
#include "export/run_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "trace/derived.h"

namespace inflight::exporting {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "inflight.run/1";

Json seconds(std::optional<Duration> value) { return value ? Json(to_seconds(*value)) : Json(); }
Json seconds(std::optional<Instant> value) { return value ? Json(to_seconds(*value)) : Json(); }

Json scenario_json(const std::string& text) {
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json::object();
}

Json interval_json(const trace::Interval& interval) {
  return {{"start_time_seconds", to_seconds(interval.begin)},
          {"end_time_seconds", to_seconds(interval.end)},
          {"throughput_mbits", interval.megabits_per_second}};
}

Json intervals_json(const trace::Trace& trace, Duration width) {
  Json list = Json::array();
  for (const trace::Interval& one : trace::intervals(trace, width))
    list.push_back(interval_json(one));
  return list;
}

Json transfer_json(const trace::TransferSummary& transfer) {
  return {{"bytes", transfer.bytes.value()},
          {"completed", transfer.completed},
          {"completion_seconds", seconds(transfer.completion)},
          {"handshake_seconds", seconds(transfer.handshake)},
          {"first_byte_seconds", seconds(transfer.first_byte)}};
}

Json stalls_json(const trace::Trace& trace) {
  const auto all = trace::stalls(trace);
  Duration longest{};
  Duration total{};
  for (const trace::Stall& stall : all) {
    longest = std::max(longest, stall.end - stall.begin);
    total += stall.end - stall.begin;
  }
  return {{"count", all.size()},
          {"longest_seconds", to_seconds(longest)},
          {"total_seconds", to_seconds(total)}};
}

Json slow_start_exit_json(const trace::TcpSummary& tcp) {
  const bool left = tcp.slow_start_exit != trace::EventCause::None;
  const bool by_loss = tcp.slow_start_exit == trace::EventCause::LossDetected;
  return {{"reason", by_loss ? "loss" : trace::to_string(tcp.slow_start_exit)},
          {"time_seconds", seconds(tcp.slow_start_exit_time)},
          {"cwnd_bytes", left ? Json(tcp.slow_start_exit_cwnd.value()) : Json()}};
}

Json tcp_json(const trace::TcpSummary& tcp) {
  return {{"segments_sent", tcp.segments_sent},
          {"retransmits", tcp.retransmits},
          {"rtos", tcp.rtos},
          {"fast_recoveries", tcp.fast_recoveries},
          {"max_cwnd_bytes", tcp.max_cwnd.value()},
          {"min_rtt_seconds", seconds(tcp.min_rtt)},
          {"smoothed_rtt_seconds", seconds(tcp.smoothed_rtt)},
          {"slow_start_exit", slow_start_exit_json(tcp)}};
}

Json queues_json(const trace::QueueSummary& queues) {
  return {{"outbound_drops", queues.outbound_drops},
          {"outbound_max_packets", queues.outbound_max_packets},
          {"outbound_blocked_seconds", to_seconds(queues.outbound_blocked)},
          {"path_drops", queues.path_drops},
          {"path_max_bytes", queues.path_max.value()}};
}

Json cross_json(const trace::Trace& trace) {
  Json flows = Json::array();
  for (const trace::CrossFlow& flow : trace.summary.cross) {
    const double seconds = std::max(0.0, to_seconds(flow.end - flow.begin));
    const auto bits = static_cast<double>(flow.bytes.value()) * 8;
    flows.push_back({{"start_time_seconds", to_seconds(flow.begin)},
                     {"end_time_seconds", to_seconds(flow.end)},
                     {"bytes", flow.bytes.value()},
                     {"throughput_mbits", seconds > 0 ? bits / seconds * 1e-6 : 0.0},
                     {"retransmits", flow.retransmits},
                     {"path_drops", flow.path_drops}});
  }
  const auto fairness = trace::fairness(trace);
  return {{"flows", std::move(flows)}, {"fairness_index", fairness ? Json(*fairness) : Json()}};
}

Json limits_json(const trace::Trace& trace) {
  auto shares = trace.limits.shares_until(trace::transfer_end(trace));
  // Time about which nothing is known is unknown: the shares always sum to 1.
  if (std::ranges::all_of(shares, [](double share) { return share == 0; })) {
    shares[static_cast<std::size_t>(trace::Limit::Unknown)] = 1;
  }
  Json result = Json::object();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    result[std::string(trace::to_string(static_cast<trace::Limit>(i)))] = shares[i];
  }
  return result;
}

Json verdict_json(const trace::Verdict& verdict) {
  Json findings = Json::array();
  for (const trace::Finding& finding : verdict.findings) {
    findings.push_back({{"code", trace::to_string(finding.code)},
                        {"text", finding.text},
                        {"time_seconds", seconds(finding.time)}});
  }
  return {{"limited_by", trace::to_string(verdict.limited_by)},
          {"headline", verdict.headline},
          {"findings", std::move(findings)}};
}

// A hash has 64 bits, a JSON number is safe to 53: sixteen hexadecimal digits.
std::string hexadecimal(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

// Adds all fields but the schema.
void add_fields(Json& object, const RunView& run, Duration width) {
  const trace::Trace& trace = run.trace;
  object["scenario"] = scenario_json(trace.info.scenario_json);
  object["overall"] = interval_json(trace::overall(trace));
  object["intervals"] = intervals_json(trace, width);
  object["transfer"] = transfer_json(trace.summary.transfer);
  object["stalls"] = stalls_json(trace);
  object["tcp"] = tcp_json(trace.summary.tcp);
  object["queues"] = queues_json(trace.summary.queues);
  object["limits"] = limits_json(trace);
  object["verdict"] = verdict_json(run.verdict);
  if (!trace.summary.cross.empty()) object["cross"] = cross_json(trace);
  object["trace_hash"] = hexadecimal(trace.summary.trace_hash);
}

// Texts from outside may hold bytes that are no UTF-8: they are replaced, not thrown over.
std::string to_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string run_json(const RunView& run, Duration interval) {
  Json json{{"schema", kSchema}};
  add_fields(json, run, interval);
  return to_text(json);
}

std::string run_json_both(const RunView& up, const RunView& down, Duration interval) {
  Json json{{"schema", kSchema}, {"up", Json::object()}, {"down", Json::object()}};
  add_fields(json["up"], up, interval);
  add_fields(json["down"], down, interval);
  return to_text(json);
}

std::expected<void, trace::FileError> save_text(const std::string& text,
                                                const std::filesystem::path& path) {
  auto file = trace::AtomicFile::create(path);
  if (!file) return std::unexpected(file.error());
  file->write(text);
  return file->commit();
}

}  // namespace inflight::exporting
