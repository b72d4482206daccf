// Scenarios: checks of the whole, the built-in ones, figures of the path.
#include "lab/scenario.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "lab/built_in.h"

namespace inflight::lab {
namespace {

// WireGuard's data message inside UDP and IPv4: 20 + 8 + 16 + 16 bytes.
constexpr std::int64_t kTunnelOverhead = 60;
constexpr std::int64_t kTcpHeader = 20;
constexpr std::int64_t kIpv4Header = 20;
constexpr std::int64_t kIpv6Header = 40;
// RFC 8200 §5.
constexpr std::int64_t kIpv6LeastMtu = 1280;
constexpr std::size_t kLongestName = 64;

// Light in fibre covers 200,000 km/s, so a kilometre and back takes 10,000 ns.
constexpr double kNanosecondsPerKilometre = 10'000;

ScenarioError error(std::string_view key, std::string expected, const std::string& got) {
  return {std::string(key) + ": expected " + std::move(expected) + ", got " + got};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         std::ranges::all_of(name, is_name_character);
}

std::vector<Scenario> parse_built_in() {
  std::vector<Scenario> scenarios;
  for (const BuiltInText& text : built_in_texts()) {
    auto scenario = parse_scenario(text.json, text.file);
    CHECK(scenario.has_value());
    scenarios.push_back(std::move(*scenario));
  }
  return scenarios;
}

}  // namespace

std::expected<void, ScenarioError> validate(const Scenario& scenario) {
  if (!is_name(scenario.name)) {
    return std::unexpected(ScenarioError{
        "name: expected 1 to 64 letters, digits, dots, dashes or underscores, no dot first"});
  }
  const TunnelSettings& tunnel = scenario.tunnel;
  const TcpSettings& tcp = scenario.tcp;
  if (tunnel.enabled && tunnel.mtu + kTunnelOverhead > scenario.path.mtu) {
    return std::unexpected(
        error("tunnel.mtu",
              "at most " + get(scenario, "path.mtu") + " (path.mtu) less 60B for the tunnel",
              get(scenario, "tunnel.mtu")));
  }
  const std::int64_t mtu = tunnel.enabled ? tunnel.mtu : scenario.path.mtu;
  const std::string_view mtu_key = tunnel.enabled ? "tunnel.mtu" : "path.mtu";
  if (tcp.ipv6 && mtu < kIpv6LeastMtu) {
    return std::unexpected(
        error(mtu_key, "at least 1280B, which tcp.ipv6=on needs", std::to_string(mtu) + "B"));
  }
  const std::int64_t largest = mtu - kTcpHeader - (tcp.ipv6 ? kIpv6Header : kIpv4Header);
  if (tcp.mss && *tcp.mss > largest) {
    return std::unexpected(error("tcp.mss",
                                 "at most " + std::to_string(largest) + "B, what " +
                                     std::string(mtu_key) + " leaves after the headers",
                                 get(scenario, "tcp.mss")));
  }
  const CrossSettings& cross = scenario.cross;
  if (cross.flows > 0 && cross.stop &&
      *cross.stop <= cross.start + cross.stagger * (cross.flows - 1)) {
    return std::unexpected(error("cross.stop", "a time after the last of the flows has started",
                                 get(scenario, "cross.stop")));
  }
  return {};
}

const std::vector<Scenario>& built_in_scenarios() {
  static const std::vector<Scenario> scenarios = parse_built_in();
  return scenarios;
}

const Scenario* find_built_in(std::string_view name) {
  const auto& all = built_in_scenarios();
  const auto found = std::ranges::find(all, name, &Scenario::name);
  return found == all.end() ? nullptr : &*found;
}

ByteCount bandwidth_delay_product(const Scenario& scenario) {
  return inflight::bandwidth_delay_product(scenario.path.rate, scenario.path.rtt);
}

double fibre_kilometres(Duration rtt) {
  return static_cast<double>(rtt.count()) / kNanosecondsPerKilometre;
}

Duration fibre_round_trip(double kilometres) {
  return from_seconds(kilometres * kNanosecondsPerKilometre * 1e-9);
}

}  // namespace inflight::lab
