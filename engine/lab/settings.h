// The table of settings: every key of a scenario with its kind, unit, range, effect and
// explanation. The command line's --set, scenario files, --describe, the window's controls and the
// documentation's table are all made from it, so they cannot disagree.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace inflight::lab {

struct Scenario;

enum class SettingKind : std::uint8_t {
  Rate,       // "205Mbit"
  Duration,   // "76ms"
  Distance,   // "4150km"
  Bytes,      // "1MiB"
  Packets,    // "64pkt"
  Share,      // "1%"
  Burst,      // "1%x8pkt": share of packets at which a burst begins, mean length of a burst
  Timetable,  // "5s:rate=20Mbit,8s:rtt=120ms": settings of the path that change, and when
  Switch,     // "on" or "off"
  Choice,     // one of `choices`
  Count,      // a plain integer without unit (seed, requests)
};

// What acts only at a start says so: "takes effect when a connection starts".
enum class Effect : std::uint8_t { AtStart, WhileRunning };

struct SettingInfo {
  std::string_view key;    // "path.rate"
  std::string_view group;  // "path", "cross", "sender", "receiver", "outbound_queue", "tunnel",
                           // "tcp", "workload", "run"
  std::string_view label;  // "Rate"
  // One sentence: what it is and what it does to the connection.
  std::string_view help;
  SettingKind kind = SettingKind::Count;
  // Choice only.
  std::span<const std::string_view> choices;
  // Inclusive bounds, in the text form of its kind; empty where there is none.
  std::string_view minimum;
  std::string_view maximum;
  // The text that stands for "none", "unlimited" or "as computed", if the setting may be that:
  // "unlimited", "auto"; else empty.
  std::string_view none;
  Effect effect = Effect::AtStart;
  // Rarely needed: folded away in the window.
  bool advanced = false;
};

// In the order in which they are described and shown.
std::span<const SettingInfo> all_settings();
// Null if there is no such key.
const SettingInfo* find_setting(std::string_view key);

struct SettingError {
  std::string key;
  // One sentence: "path.rtt: expected a duration such as 76ms, got '76'".
  std::string text;
};

// Checks kind, unit and range; the scenario is unchanged on error.
std::expected<void, SettingError> set(Scenario& scenario, std::string_view key,
                                      std::string_view value);
// In the same text form. The key must exist.
std::string get(const Scenario& scenario, std::string_view key);
// "on", "4 MiB", "205 Mbit/s": with a space and for people.
std::string display(const Scenario& scenario, std::string_view key);

}  // namespace inflight::lab
