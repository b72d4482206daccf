#include "live/test_settings.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/quantity.h"
#include "wire/ip.h"

namespace inflight::live {
namespace {

using nlohmann::json;

constexpr std::int64_t kTcpHeader = 20;
constexpr std::int64_t kMinMtu = 576;
constexpr std::int64_t kMaxMtu = 1420;
constexpr std::int64_t kMaxInitialWindow = 1000;
constexpr ByteCount kMinBuffer{4096};

template <class T>
struct Named {
  std::string_view name;
  T value;
};
constexpr std::array<Named<Direction>, 2> kDirections{
    {{"down", Direction::Down}, {"up", Direction::Up}}};
constexpr std::array<Named<congestion::Algorithm>, 3> kAlgorithms{
    {{"cubic", congestion::Algorithm::Cubic},
     {"newreno", congestion::Algorithm::NewReno},
     {"bbr", congestion::Algorithm::Bbr}}};
constexpr std::array<Named<congestion::HystartKind>, 4> kHystarts{
    {{"off", congestion::HystartKind::Off},
     {"linux", congestion::HystartKind::Linux},
     {"gvisor", congestion::HystartKind::Gvisor},
     {"plusplus", congestion::HystartKind::PlusPlus}}};
constexpr std::array<Named<bool>, 2> kSwitch{{{"on", true}, {"off", false}}};

template <class T, std::size_t N>
std::string name_of(const std::array<Named<T>, N>& names, T value) {
  return std::string(std::ranges::find(names, value, &Named<T>::value)->name);
}

// Reads one group of the settings; remembers the first thing that was wrong.
class Reader {
 public:
  explicit Reader(const json& root) : root_(root) {}

  template <class T, std::size_t N>
  void choice(const char* group, const char* key, const std::array<Named<T>, N>& names, T& into) {
    const auto text = find(group, key);
    if (!text) return;
    const auto* const found = std::ranges::find(names, *text, &Named<T>::name);
    if (found == names.end()) {
      std::string expected = "expected one of";
      for (const Named<T>& named : names) expected += " " + std::string(named.name);
      return complain(group, key, expected);
    }
    into = found->value;
  }
  template <class T>
  void quantity(const char* group, const char* key, Quantity<T> (*parse)(std::string_view),
                std::string (*format)(T), T least, T most, T& into) {
    const auto text = find(group, key);
    if (!text) return;
    const auto value = parse(*text);
    if (!value) return complain(group, key, value.error().expected);
    if (*value < least || *value > most) {
      return complain(group, key, "expected " + format(least) + " to " + format(most));
    }
    into = *value;
  }
  const std::optional<std::string>& error() const { return error_; }

 private:
  std::optional<std::string> find(const char* group, const char* key) {
    const auto part = root_.find(group);
    if (part == root_.end()) return std::nullopt;
    const json* value = &*part;
    if (*key != '\0') {
      if (!part->is_object() || !part->contains(key)) return std::nullopt;
      value = &part->at(key);
    }
    if (value->is_string()) return value->get<std::string>();
    complain(group, key, "expected a text");
    return std::nullopt;
  }
  void complain(const char* group, const char* key, const std::string& what) {
    if (error_) return;
    error_ = std::string(group) + (*key != '\0' ? "." : "") + key + ": " + what + ".";
  }

  const json& root_;
  std::optional<std::string> error_;
};

}  // namespace

std::string_view to_string(Direction direction) {
  return direction == Direction::Down ? "down" : "up";
}

std::string to_json(const TransferSettings& s) {
  const json root = {{"direction", name_of(kDirections, s.direction)},
                     {"duration", format_duration(s.duration)},
                     {"sender",
                      {{"send_buffer", format_bytes(s.send_buffer)},
                       {"congestion", name_of(kAlgorithms, s.congestion)},
                       {"hystart", name_of(kHystarts, s.hystart)},
                       {"initial_window", format_packets(s.initial_window)}}},
                     {"receiver",
                      {{"receive_buffer", format_bytes(s.receive_buffer)},
                       {"window_share", "100%"},
                       {"delayed_ack", name_of(kSwitch, s.delayed_ack)}}},
                     {"outbound_queue", {{"policy", "backpressure"}}},
                     {"tcp", {{"window_scaling", "on"}}},
                     {"tunnel", {{"mtu", std::to_string(s.mtu) + "B"}}},
                     {"workload", {{"kind", "bulk"}}}};
  return root.dump();
}

std::expected<TransferSettings, SettingsError> parse_settings(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object()) return std::unexpected(SettingsError{"settings: expected a JSON object."});
  TransferSettings s;
  ByteCount mtu{s.mtu};
  Reader reader(root);
  reader.choice("direction", "", kDirections, s.direction);
  reader.quantity<Duration>("duration", "", &parse_duration, &format_duration, 1ms, kMaxTransfer,
                            s.duration);
  reader.quantity("sender", "send_buffer", &parse_bytes, &format_bytes, kMinBuffer, kMaxBuffer,
                  s.send_buffer);
  reader.choice("sender", "congestion", kAlgorithms, s.congestion);
  reader.choice("sender", "hystart", kHystarts, s.hystart);
  reader.quantity<std::int64_t>("sender", "initial_window", &parse_packets, &format_packets, 1,
                                kMaxInitialWindow, s.initial_window);
  reader.quantity("receiver", "receive_buffer", &parse_bytes, &format_bytes, kMinBuffer, kMaxBuffer,
                  s.receive_buffer);
  reader.choice("receiver", "delayed_ack", kSwitch, s.delayed_ack);
  reader.quantity("tunnel", "mtu", &parse_bytes, &format_bytes, ByteCount{kMinMtu},
                  ByteCount{kMaxMtu}, mtu);
  s.mtu = mtu.value();
  if (reader.error()) return std::unexpected(SettingsError{*reader.error()});
  return s;
}

std::expected<TransferSettings, SettingsError> with_setting(const TransferSettings& settings,
                                                            const std::string& key,
                                                            const std::string& value) {
  json root = json::parse(to_json(settings));
  const std::size_t dot = key.find('.');
  const std::string group = key.substr(0, dot);
  const bool known = root.contains(group) &&
                     (dot == std::string::npos ? root[group].is_string()
                                               : root[group].contains(key.substr(dot + 1)));
  if (!known) return std::unexpected(SettingsError{"There is no setting " + key + "."});
  (dot == std::string::npos ? root[group] : root[group][key.substr(dot + 1)]) = value;
  return parse_settings(root.dump(-1, ' ', false, json::error_handler_t::replace));
}

tcp::Config tcp_config(const TransferSettings& settings, bool ipv6) {
  const auto ip_header = static_cast<std::int64_t>(
      wire::ip_header_size(ipv6 ? wire::IpVersion::V6 : wire::IpVersion::V4));
  tcp::Config config;
  config.mss = ByteCount{settings.mtu - ip_header - kTcpHeader};
  config.send_buffer = settings.send_buffer;
  config.receive_buffer = settings.receive_buffer;
  config.congestion = settings.congestion;
  config.hystart = settings.hystart;
  config.initial_window = settings.initial_window;
  config.delayed_ack = settings.delayed_ack;
  return config;
}

tcp::Config control_tcp_config() {
  tcp::Config config = tcp_config(TransferSettings{}, true);
  config.send_buffer = ByteCount{std::int64_t{256} * 1024};
  config.receive_buffer = ByteCount{std::int64_t{128} * 1024};
  return config;
}

}  // namespace inflight::live
