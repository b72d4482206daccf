#include "live/message.h"

#include <algorithm>
#include <array>

#include "base/match.h"
#include "live/json.h"
#include "live/message_samples.h"

namespace inflight::live {
namespace {

constexpr std::size_t kMaxText = 400;
constexpr std::array<std::string_view, 4> kCodes{"busy", "version", "malformed", "other"};

std::int64_t ns(Instant time) { return time.time_since_epoch().count(); }

json summary_json(const trace::RunSummary& s) {
  const auto seconds = [](const auto& value) { return value ? json(to_seconds(*value)) : json(); };
  return {{"bytes", s.transfer.bytes.value()},
          {"segments_sent", s.tcp.segments_sent},
          {"retransmits", s.tcp.retransmits},
          {"rtos", s.tcp.rtos},
          {"fast_recoveries", s.tcp.fast_recoveries},
          {"max_cwnd", s.tcp.max_cwnd.value()},
          {"min_rtt", seconds(s.tcp.min_rtt)},
          {"smoothed_rtt", seconds(s.tcp.smoothed_rtt)},
          {"slow_start_exit", trace::to_string(s.tcp.slow_start_exit)},
          {"slow_start_exit_time", seconds(s.tcp.slow_start_exit_time)},
          {"slow_start_exit_cwnd", s.tcp.slow_start_exit_cwnd.value()},
          {"outbound_drops", s.queues.outbound_drops},
          {"outbound_max_packets", s.queues.outbound_max_packets},
          {"outbound_blocked", to_seconds(s.queues.outbound_blocked)}};
}

trace::RunSummary parse_summary(JsonReader& in) {
  trace::RunSummary s;
  s.transfer.bytes = ByteCount{in.count("bytes")};
  s.tcp.segments_sent = in.count("segments_sent");
  s.tcp.retransmits = in.count("retransmits");
  s.tcp.rtos = in.count("rtos");
  s.tcp.fast_recoveries = in.count("fast_recoveries");
  s.tcp.max_cwnd = ByteCount{in.count("max_cwnd")};
  s.tcp.min_rtt = in.optional_seconds("min_rtt");
  s.tcp.smoothed_rtt = in.optional_seconds("smoothed_rtt");
  const auto exit = trace::event_cause_by_name(in.text("slow_start_exit", kMaxText));
  s.tcp.slow_start_exit = exit.value_or(trace::EventCause::None);
  if (const auto time = in.optional_seconds("slow_start_exit_time")) {
    s.tcp.slow_start_exit_time = Instant{*time};
  }
  s.tcp.slow_start_exit_cwnd = ByteCount{in.count("slow_start_exit_cwnd")};
  s.queues.outbound_drops = in.count("outbound_drops");
  s.queues.outbound_max_packets = in.count("outbound_max_packets");
  s.queues.outbound_blocked = in.optional_seconds("outbound_blocked").value_or(Duration{});
  return s;
}

json to_object(const Message& message) {
  return std::visit(
      Match{[](const Hello& m) -> json {
              return {{"type", "hello"}, {"version", m.version}, {"program", m.program}};
            },
            [](const Ping& m) -> json { return {{"type", "ping"}, {"sent", ns(m.sent)}}; },
            [](const Pong& m) -> json {
              return {{"type", "pong"}, {"sent", ns(m.sent)}, {"time", ns(m.time)}};
            },
            [](const Start& m) -> json {
              return {
                  {"type", "start"}, {"id", m.id}, {"settings", json::parse(to_json(m.settings))}};
            },
            [](const Ready& m) -> json {
              return {{"type", "ready"}, {"id", m.id}, {"data_port", m.data_port}};
            },
            [](const Error& m) -> json {
              return {{"type", "error"},
                      {"code", kCodes[static_cast<std::size_t>(m.code)]},
                      {"text", m.text}};
            },
            [](const Samples& m) -> json { return samples_json(m.batch); },
            [](const Finish& m) -> json { return {{"type", "finish"}, {"id", m.id}}; },
            [](const Result& m) -> json {
              return {{"type", "result"}, {"id", m.id}, {"summary", summary_json(m.summary)}};
            }},
      message);
}

std::string parse_id(JsonReader& in) {
  std::string id = in.text("id", kIdSize);
  const bool hexadecimal = std::ranges::all_of(
      id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (id.size() != kIdSize || !hexadecimal) in.complain("id", "expected 16 hexadecimal digits");
  return id;
}

Message parse_start(JsonReader& in, const json& object) {
  Start start;
  start.id = parse_id(in);
  const auto settings = object.find("settings");
  auto parsed = parse_settings(settings == object.end() ? "{}" : settings->dump());
  if (!parsed) {
    in.complain("settings", parsed.error().text);
    return start;
  }
  start.settings = *parsed;
  return start;
}

Message parse_error(JsonReader& in) {
  const auto* const code = std::ranges::find(kCodes, in.text("code", kMaxText));
  const auto index = std::min<std::ptrdiff_t>(code - kCodes.begin(), kCodes.size() - 1);
  return Error{static_cast<Refusal>(index), in.text("text", kMaxText)};
}

Message parse_result(JsonReader& in, const json& object) {
  Result result;
  result.id = parse_id(in);
  const auto summary = object.find("summary");
  if (summary == object.end() || !summary->is_object()) {
    in.complain("summary", "expected an object");
    return result;
  }
  JsonReader inner(*summary);
  result.summary = parse_summary(inner);
  if (inner.error()) in.complain("summary", *inner.error());
  return result;
}

Message parse_object(JsonReader& in, const json& object) {
  const std::string type = in.text("type", kMaxText);
  if (type == "hello") {
    return Hello{static_cast<int>(std::min<std::int64_t>(in.count("version"), INT32_MAX)),
                 in.text("program", kMaxText)};
  }
  if (type == "ping") return Ping{in.instant("sent")};
  if (type == "pong") return Pong{in.instant("sent"), in.instant("time")};
  if (type == "start") return parse_start(in, object);
  if (type == "ready") {
    const std::string id = parse_id(in);
    return Ready{id,
                 static_cast<std::uint16_t>(std::min<std::int64_t>(in.count("data_port"), 65535))};
  }
  if (type == "error") return parse_error(in);
  if (type == "samples") return Samples{parse_samples(in, object)};
  if (type == "finish") return Finish{parse_id(in)};
  if (type == "result") return parse_result(in, object);
  in.complain("type", "unknown");
  return Error{};
}

}  // namespace

std::string to_line(const Message& message) {
  // A peer's own words may come back in an error: what is no UTF-8 is replaced, never thrown at.
  return to_object(message).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::expected<Message, MessageError> parse_line(std::string_view line) {
  if (line.size() > kMaxLine) return std::unexpected(MessageError{"The line is too long."});
  const json object = parse_json(line);
  if (!object.is_object()) return std::unexpected(MessageError{"Expected a JSON object."});
  JsonReader in(object);
  Message message = parse_object(in, object);
  if (in.error()) return std::unexpected(MessageError{*in.error()});
  return message;
}

}  // namespace inflight::live
