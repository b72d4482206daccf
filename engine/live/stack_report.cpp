#include "live/stack_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

namespace inflight::live {
namespace {

using Json = nlohmann::ordered_json;

// Connections that the text names one by one.
constexpr std::size_t kMaxLines = 20;

template <class... Values>
std::string line(const char* format, Values... values) {
  std::array<char, 256> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return std::string(buffer.data()) + "\n";
}

double megabits_per_second(ByteCount amount, Duration time) {
  return time > Duration{} ? static_cast<double>(amount.value()) * 8e-6 / to_seconds(time) : 0;
}

std::string interval_line(const StackInterval& interval) {
  std::array<char, 64> when{};
  std::snprintf(when.data(), when.size(), "%.2f-%.2f sec", to_seconds(interval.begin),
                to_seconds(interval.end));
  const Duration length = interval.end - interval.begin;
  return line("%-16s  %10.4f Mbits/sec  %10.4f Mbits/sec", when.data(),
              megabits_per_second(interval.received, length),
              megabits_per_second(interval.sent, length));
}

std::string connection_line(const StreamReport& stream) {
  std::array<char, 32> rtt{"-"};
  if (stream.tcp.smoothed_rtt) {
    std::snprintf(rtt.data(), rtt.size(), "%.1f ms", to_seconds(*stream.tcp.smoothed_rtt) * 1e3);
  }
  return line("%-28s %-10s %8.3f s %14lld %14lld %8lld %10s", to_string(stream.remote).c_str(),
              std::string(to_string(stream.end)).c_str(), to_seconds(stream.time),
              static_cast<long long>(stream.received.value()),
              static_cast<long long>(stream.sent.value()),
              static_cast<long long>(stream.tcp.counters.retransmits), rtt.data());
}

template <class T, class Convert>
Json or_null(const std::optional<T>& value, Convert convert) {
  return value ? Json(convert(*value)) : Json(nullptr);
}

Json connection_json(const StreamReport& stream) {
  const tcp::Counters& counters = stream.tcp.counters;
  const auto text = [](const std::string& value) { return value; };
  const auto seconds = [](Duration value) { return to_seconds(value); };
  const auto bytes = [](ByteCount value) { return value.value(); };
  return {{"local", to_string(stream.local)},
          {"remote", to_string(stream.remote)},
          {"end", to_string(stream.end)},
          {"seconds", to_seconds(stream.time)},
          {"bytes_received", stream.received.value()},
          {"bytes_sent", stream.sent.value()},
          {"sha256_received", or_null(stream.received_sha256, text)},
          {"sha256_sent", or_null(stream.sent_sha256, text)},
          {"segments_sent", counters.segments_sent},
          {"segments_received", counters.segments_received},
          {"retransmits", counters.retransmits},
          {"timeouts", counters.rtos},
          {"fast_recoveries", counters.fast_recoveries},
          {"spurious_recoveries", counters.spurious_recoveries},
          {"tail_loss_probes", counters.tail_loss_probes},
          {"duplicate_segments_received", counters.duplicate_segments_received},
          {"challenge_acks", counters.challenge_acks},
          {"mss", stream.tcp.mss.value()},
          {"smoothed_rtt_seconds", or_null(stream.tcp.smoothed_rtt, seconds)},
          {"min_rtt_seconds", or_null(stream.tcp.min_rtt, seconds)},
          {"slow_start_exit_bytes", or_null(stream.slow_start_exit, bytes)}};
}

Json totals_json(const StackReport& report) {
  const StackReport::Totals& totals = report.totals;
  return {{"connections", totals.connections},
          {"completed", totals.completed},
          {"reset", totals.reset},
          {"refused", totals.refused},
          {"stopped", totals.stopped},
          {"bytes_received", totals.received.value()},
          {"bytes_sent", totals.sent.value()},
          {"retransmits", totals.retransmits},
          {"timeouts", totals.timeouts}};
}

Json packets_json(const StackReport& report) {
  return {{"received", report.stack.packets_in},   {"sent", report.stack.packets_out},
          {"malformed", report.stack.malformed},   {"bad_checksums", report.stack.bad_checksums},
          {"not_for_us", report.stack.not_for_us}, {"refused", report.stack.refused},
          {"fragments", report.stack.fragments},   {"not_taken_by_device", report.device.refused}};
}

}  // namespace

void StackReport::add(const StreamReport& stream) {
  ++totals.connections;
  totals.completed += stream.end == StreamEnd::Completed ? 1 : 0;
  totals.reset += stream.end == StreamEnd::Reset ? 1 : 0;
  totals.refused += stream.end == StreamEnd::Refused ? 1 : 0;
  totals.stopped += stream.end == StreamEnd::Stopped ? 1 : 0;
  totals.received += stream.received;
  totals.sent += stream.sent;
  totals.retransmits += stream.tcp.counters.retransmits;
  totals.timeouts += stream.tcp.counters.rtos;
  if (connections.size() < kMaxListed) connections.push_back(stream);
}

std::string to_text(const StackReport& report) {
  const StackReport::Totals& totals = report.totals;
  std::string text = line("%-16s  %-20s  %s", "INTERVAL", "RECEIVED", "SENT");
  for (const StackInterval& interval : report.intervals) text += interval_line(interval);
  text += std::string(60, '-') + "\n";
  text += interval_line({Duration{}, report.time, totals.received, totals.sent}) + "\n";
  text += line("%-28s %-10s %10s %14s %14s %8s %10s", "PEER", "END", "TIME", "BYTES RECEIVED",
               "BYTES SENT", "AGAIN", "RTT");
  const std::size_t shown = std::min(report.connections.size(), kMaxLines);
  for (std::size_t i = 0; i < shown; ++i) text += connection_line(report.connections[i]);
  if (totals.connections > static_cast<std::int64_t>(shown)) {
    text += line("and %lld more",
                 static_cast<long long>(totals.connections) - static_cast<long long>(shown));
  }
  text += line("%lld connections: %lld completed, %lld reset, %lld refused, %lld stopped",
               static_cast<long long>(totals.connections), static_cast<long long>(totals.completed),
               static_cast<long long>(totals.reset), static_cast<long long>(totals.refused),
               static_cast<long long>(totals.stopped));
  text += line("%lld packets in, %lld out; %lld segments sent again, %lld timeouts",
               static_cast<long long>(report.stack.packets_in),
               static_cast<long long>(report.stack.packets_out),
               static_cast<long long>(totals.retransmits), static_cast<long long>(totals.timeouts));
  if (report.stack.fragments > 0) {
    text += line("dropped: %lld fragments, which are not put together",
                 static_cast<long long>(report.stack.fragments));
  }
  if (report.stack.bad_checksums + report.stack.malformed > 0) {
    text += line("dropped: %lld with a wrong checksum, %lld malformed or of another protocol",
                 static_cast<long long>(report.stack.bad_checksums),
                 static_cast<long long>(report.stack.malformed));
  }
  return text;
}

std::string to_json(const StackReport& report) {
  Json addresses = Json::array();
  for (const wire::IpAddress& address : report.addresses) addresses.push_back(to_string(address));
  Json connections = Json::array();
  for (const StreamReport& stream : report.connections) {
    connections.push_back(connection_json(stream));
  }
  Json intervals = Json::array();
  for (const StackInterval& interval : report.intervals) {
    intervals.push_back({{"start_time_seconds", to_seconds(interval.begin)},
                         {"end_time_seconds", to_seconds(interval.end)},
                         {"bytes_received", interval.received.value()},
                         {"bytes_sent", interval.sent.value()}});
  }
  const Json root = {{"schema", "inflight.stack/1"},
                     {"tun", report.tun},
                     {"addresses", addresses},
                     {"mode", to_string(report.mode)},
                     {"seconds", to_seconds(report.time)},
                     {"totals", totals_json(report)},
                     {"packets", packets_json(report)},
                     {"connections", connections},
                     {"intervals", intervals}};
  return root.dump(2) + "\n";
}

}  // namespace inflight::live
