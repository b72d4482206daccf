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
constexpr std::array<Named<tcp::Recovery>, 3> kRecoveries{{{"newreno", tcp::Recovery::NewReno},
                                                           {"sack", tcp::Recovery::Sack},
                                                           {"rack", tcp::Recovery::Rack}}};
constexpr std::array<Named<bool>, 2> kSwitch{{{"on", true}, {"off", false}}};

constexpr auto name_of = [](const auto& named) { return named.name; };
constexpr auto value_of = [](const auto& named) { return named.value; };

// One setting: where it stands in the JSON object, and how its value is read and written as text.
struct Setting {
  // Empty for one that stands at the top.
  std::string_view group;
  std::string_view key;
  std::string (*get)(const TransferSettings&);
  // Nothing if it was taken; else what was expected.
  std::optional<std::string> (*set)(TransferSettings&, std::string_view);
  bool in_mid_run = false;

  std::string name() const {
    return group.empty() ? std::string(key) : std::string(group) + "." + std::string(key);
  }
};

template <auto Member, const auto& Names>
constexpr Setting choice(std::string_view group, std::string_view key, bool in_mid_run = false) {
  return {group, key,
          [](const TransferSettings& s) {
            return std::string(std::ranges::find(Names, s.*Member, value_of)->name);
          },
          [](TransferSettings& s, std::string_view text) -> std::optional<std::string> {
            const auto* const found = std::ranges::find(Names, text, name_of);
            if (found == Names.end()) {
              std::string expected = "expected one of";
              for (const auto& named : Names) expected += " " + std::string(named.name);
              return expected;
            }
            s.*Member = found->value;
            return std::nullopt;
          },
          in_mid_run};
}

template <auto Member>
constexpr Setting flag(std::string_view group, std::string_view key, bool in_mid_run = false) {
  return choice<Member, kSwitch>(group, key, in_mid_run);
}

template <auto Member, auto Parse, auto Format, const auto& Bounds>
constexpr Setting quantity(std::string_view group, std::string_view key, bool in_mid_run = false) {
  return {group, key, [](const TransferSettings& s) { return Format(s.*Member); },
          [](TransferSettings& s, std::string_view text) -> std::optional<std::string> {
            const auto value = Parse(text);
            if (!value) return value.error().expected;
            if (*value < Bounds.first || *value > Bounds.second) {
              return "expected " + Format(Bounds.first) + " to " + Format(Bounds.second);
            }
            s.*Member = *value;
            return std::nullopt;
          },
          in_mid_run};
}

constexpr std::pair kDurations{Duration{1ms}, kMaxTransfer};
constexpr std::pair kBuffers{ByteCount{4096}, kMaxBuffer};
constexpr std::pair kInitialWindows{std::int64_t{1}, std::int64_t{1000}};
constexpr std::pair kMtus{ByteCount{576}, ByteCount{1420}};

// "1280B" is easier to read than "1.28kB".
std::string format_mtu(ByteCount mtu) { return std::to_string(mtu.value()) + "B"; }

template <auto Member, const auto& Bounds>
constexpr Setting bytes(std::string_view group, std::string_view key, bool in_mid_run = false) {
  return quantity<Member, &parse_bytes, &format_bytes, Bounds>(group, key, in_mid_run);
}

using S = TransferSettings;
constexpr std::array kSettings{
    choice<&S::direction, kDirections>("", "direction"),
    quantity<&S::duration, &parse_duration, &format_duration, kDurations>("", "duration"),
    bytes<&S::send_buffer, kBuffers>("sender", "send_buffer", true),
    choice<&S::congestion, kAlgorithms>("sender", "congestion", true),
    choice<&S::hystart, kHystarts>("sender", "hystart", true),
    choice<&S::recovery, kRecoveries>("sender", "recovery"),
    flag<&S::rate_reduction>("sender", "rate_reduction"),
    flag<&S::forward_rto>("sender", "forward_rto"),
    flag<&S::undo>("sender", "undo"),
    flag<&S::pacing>("sender", "pacing", true),
    quantity<&S::initial_window, &parse_packets, &format_packets, kInitialWindows>(
        "sender", "initial_window"),
    bytes<&S::receive_buffer, kBuffers>("receiver", "receive_buffer", true),
    flag<&S::delayed_ack>("receiver", "delayed_ack", true),
    flag<&S::ecn>("tcp", "ecn"),
    quantity<&S::mtu, &parse_bytes, &format_mtu, kMtus>("tunnel", "mtu"),
};

// What is always so, in the words of a scenario.
struct Given {
  std::string_view group;
  std::string_view key;
  std::string_view value;
};
constexpr std::array kGiven{
    Given{"receiver", "window_share", "100%"}, Given{"outbound_queue", "policy", "backpressure"},
    Given{"tcp", "window_scaling", "on"}, Given{"workload", "kind", "bulk"}};

SettingsError refusal(const std::string& name, const std::string& expected) {
  return {name + ": " + expected + "."};
}

json& place(json& root, std::string_view group, std::string_view key) {
  json& object = group.empty() ? root : root[std::string(group)];
  return object[std::string(key)];
}

// Takes what the object says of this setting, if it says anything.
std::optional<SettingsError> take(const json& root, const Setting& setting, TransferSettings& s) {
  const json* object = &root;
  if (!setting.group.empty()) {
    const auto group = root.find(setting.group);
    if (group == root.end()) return std::nullopt;
    if (!group->is_object()) return refusal(std::string(setting.group), "expected an object");
    object = &*group;
  }
  const auto value = object->find(setting.key);
  if (value == object->end()) return std::nullopt;
  const auto* const text = value->get_ptr<const json::string_t*>();
  if (text == nullptr) return refusal(setting.name(), "expected a text");
  if (const auto expected = setting.set(s, *text)) return refusal(setting.name(), *expected);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Direction direction) {
  return direction == Direction::Down ? "down" : "up";
}

std::string to_json(const TransferSettings& settings) {
  json root;
  for (const Setting& setting : kSettings) {
    place(root, setting.group, setting.key) = setting.get(settings);
  }
  for (const Given& given : kGiven) place(root, given.group, given.key) = given.value;
  return root.dump();
}

std::expected<TransferSettings, SettingsError> parse_settings(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object()) return std::unexpected(SettingsError{"settings: expected a JSON object."});
  TransferSettings settings;
  for (const Setting& setting : kSettings) {
    if (auto error = take(root, setting, settings)) return std::unexpected(std::move(*error));
  }
  return settings;
}

std::expected<TransferSettings, SettingsError> with_setting(const TransferSettings& settings,
                                                            const std::string& key,
                                                            const std::string& value) {
  const auto* const setting = std::ranges::find(kSettings, key, &Setting::name);
  if (setting == kSettings.end()) {
    return std::unexpected(SettingsError{"There is no setting " + key + "."});
  }
  TransferSettings changed = settings;
  if (const auto expected = setting->set(changed, value)) {
    return std::unexpected(refusal(key, *expected));
  }
  return changed;
}

bool acts_in_mid_run(std::string_view key, Direction direction) {
  const auto* const setting = std::ranges::find(kSettings, key, &Setting::name);
  const std::string_view ours = direction == Direction::Up ? "sender" : "receiver";
  return setting != kSettings.end() && setting->in_mid_run && setting->group == ours;
}

tcp::Config tcp_config(const TransferSettings& settings, bool ipv6) {
  const auto ip_header = static_cast<std::int64_t>(
      wire::ip_header_size(ipv6 ? wire::IpVersion::V6 : wire::IpVersion::V4));
  tcp::Config config;
  config.mss = settings.mtu - ByteCount{ip_header + kTcpHeader};
  config.send_buffer = settings.send_buffer;
  config.receive_buffer = settings.receive_buffer;
  config.congestion = settings.congestion;
  config.hystart = settings.hystart;
  config.initial_window = settings.initial_window;
  config.recovery = settings.recovery;
  config.sack = settings.recovery != tcp::Recovery::NewReno;
  config.rate_reduction = settings.rate_reduction;
  config.forward_rto = settings.forward_rto;
  config.undo = settings.undo;
  config.pacing = settings.pacing;
  config.delayed_ack = settings.delayed_ack;
  config.ecn = settings.ecn;
  return config;
}

tcp::Config control_tcp_config() {
  tcp::Config config = tcp_config(TransferSettings{}, true);
  config.send_buffer = ByteCount{std::int64_t{256} * 1024};
  config.receive_buffer = ByteCount{std::int64_t{128} * 1024};
  return config;
}

}  // namespace inflight::live
