// The settings by key: found in the table, read, written and shown.
#include "lab/settings.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/match.h"
#include "lab/scenario.h"
#include "lab/settings_table.h"
#include "lab/settings_text.h"

namespace inflight::lab {
namespace {

using Outcome = std::expected<void, QuantityError>;

std::vector<SettingRow> collect_rows() {
  std::vector<SettingRow> rows;
  for (const auto group : {path_rows(), cross_rows(), sender_rows(), receiver_rows(), tunnel_rows(),
                           tcp_rows(), workload_rows(), run_rows()}) {
    rows.insert(rows.end(), group.begin(), group.end());
  }
  return rows;
}

const std::vector<SettingRow>& rows() {
  static const std::vector<SettingRow> all = collect_rows();
  return all;
}

const SettingRow* find_row(std::string_view key) {
  const auto row = std::ranges::find(rows(), key, [](const SettingRow& r) { return r.info.key; });
  return row == rows().end() ? nullptr : &*row;
}

template <class T>
Outcome write(const SettingInfo& info, const Place<T>& place, Scenario& scenario,
              std::string_view text) {
  auto value = parse_in_range<T>(info, text);
  if (!value) return std::unexpected(value.error());
  place.in_mutable(scenario) = *value;
  return {};
}

template <class T>
Outcome write(const SettingInfo& info, const Place<std::optional<T>>& place, Scenario& scenario,
              std::string_view text) {
  auto value = parse_in_range<T>(info, text);
  if (!value) return std::unexpected(value.error());
  place.in_mutable(scenario) = *value;
  return {};
}

Outcome write(const SettingInfo& info, const ChoicePlace& place, Scenario& scenario,
              std::string_view text) {
  const auto choice = std::ranges::find(info.choices, text);
  if (choice == info.choices.end()) {
    return std::unexpected(QuantityError{"one of " + join(info.choices)});
  }
  place.assign(scenario, static_cast<std::size_t>(choice - info.choices.begin()));
  return {};
}

Outcome write(const SettingInfo& info, const DistancePlace&, Scenario& scenario,
              std::string_view text) {
  const auto kilometres = parse_in_range<double>(info, text);
  if (!kilometres) return std::unexpected(kilometres.error());
  scenario.path.rtt = fibre_round_trip(*kilometres);
  return {};
}

template <class T>
std::string read(const SettingInfo& info, const Place<T>& place, const Scenario& scenario) {
  const T& value = place.in(scenario);
  // Where `none` may be said of a plain value, the empty value means it.
  if (!info.none.empty() && value == T{}) return std::string(info.none);
  return format_value(info, value);
}

template <class T>
std::string read(const SettingInfo& info, const Place<std::optional<T>>& place,
                 const Scenario& scenario) {
  const std::optional<T>& value = place.in(scenario);
  return value ? format_value(info, *value) : std::string(info.none);
}

std::string read(const SettingInfo& info, const ChoicePlace& place, const Scenario& scenario) {
  return std::string(info.choices[place.index(scenario)]);
}

std::string read(const SettingInfo& info, const DistancePlace&, const Scenario& scenario) {
  return format_value(info, fibre_kilometres(scenario.path.rtt));
}

SettingError unknown_key(std::string_view key) {
  // The keys of the group it names, if it names one; else the groups.
  std::vector<std::string_view> close;
  for (const SettingRow& row : rows()) {
    if (key.starts_with(row.info.group) && row.info.key.starts_with(row.info.group)) {
      close.push_back(row.info.key);
    }
  }
  std::string text = "unknown key " + in_quotes(key) + ": expected ";
  text += close.empty() ? "duration, seed or a key of path, cross, sender, receiver, "
                          "outbound_queue, tunnel, tcp or workload such as path.rtt"
                        : "one of " + join(close);
  return {.key = std::string(key), .text = std::move(text)};
}

// "76ms" as "76 ms".
std::string spaced(std::string_view text) {
  const std::size_t unit = text.find_first_not_of("0123456789.");
  if (unit == std::string_view::npos || unit == 0) return std::string(text);
  return std::string(text.substr(0, unit)) + " " + std::string(text.substr(unit));
}

std::string packets_in_words(std::string_view text) {
  text.remove_suffix(3);
  return std::string(text) + (text == "1" ? " packet" : " packets");
}

}  // namespace

std::span<const SettingInfo> all_settings() {
  static const std::vector<SettingInfo> infos = [] {
    std::vector<SettingInfo> result;
    for (const SettingRow& row : rows()) result.push_back(row.info);
    return result;
  }();
  return infos;
}

const SettingInfo* find_setting(std::string_view key) {
  const auto info = std::ranges::find(all_settings(), key, &SettingInfo::key);
  return info == all_settings().end() ? nullptr : &*info;
}

std::expected<void, SettingError> set(Scenario& scenario, std::string_view key,
                                      std::string_view value) {
  const SettingRow* const row = find_row(key);
  if (row == nullptr) return std::unexpected(unknown_key(key));
  const SettingInfo& info = row->info;
  const auto outcome = std::visit(
      [&](const auto& place) -> Outcome {
        // What `none` stands for is the empty value, of an optional as of a plain number.
        if constexpr (requires { place.in_mutable(scenario) = {}; }) {
          if (!info.none.empty() && value == info.none) {
            place.in_mutable(scenario) = {};
            return {};
          }
        }
        return write(info, place, scenario, value);
      },
      row->place);
  if (outcome) return {};
  std::string text = std::string(key) + ": expected " + outcome.error().expected;
  if (!info.none.empty()) text += ", or " + std::string(info.none);
  return std::unexpected(
      SettingError{.key = std::string(key), .text = text + ", got " + in_quotes(value)});
}

std::string get(const Scenario& scenario, std::string_view key) {
  const SettingRow* const row = find_row(key);
  CHECK(row != nullptr);
  return std::visit([&](const auto& place) { return read(row->info, place, scenario); },
                    row->place);
}

std::string display(const Scenario& scenario, std::string_view key) {
  const SettingInfo* const info = find_setting(key);
  CHECK(info != nullptr);
  std::string text = get(scenario, key);
  if (!info->none.empty() && text == info->none) return text;
  switch (info->kind) {
    case SettingKind::Rate:
      return spaced(text) + "/s";
    case SettingKind::Packets:
      return packets_in_words(text);
    case SettingKind::Burst: {
      const std::size_t times = text.find('x');
      return "bursts at " + spaced(text.substr(0, times)) + ", " +
             packets_in_words(text.substr(times + 1)) + " each";
    }
    case SettingKind::Timetable:
      return text;
    default:
      return spaced(text);
  }
}

}  // namespace inflight::lab
