// Values of settings as text: parsing and printing for each type that a setting may have, checked
// against kind and range. What settings.cpp does with a place in a scenario, this does with a plain
// value.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/quantity.h"
#include "lab/scenario.h"
#include "lab/settings.h"

namespace inflight::lab {

// The value of `text` as `info` has it, with its unit, or what was expected. Ranges are not
// checked.
Quantity<DataRate> parse_value(const SettingInfo& info, std::string_view text, DataRate);
Quantity<Duration> parse_value(const SettingInfo& info, std::string_view text, Duration);
Quantity<ByteCount> parse_value(const SettingInfo& info, std::string_view text, ByteCount);
// Packets, bytes or a plain count, as the kind says.
Quantity<std::int64_t> parse_value(const SettingInfo& info, std::string_view text, std::int64_t);
Quantity<std::uint64_t> parse_value(const SettingInfo& info, std::string_view text, std::uint64_t);
// A share, or kilometres if that is the kind.
Quantity<double> parse_value(const SettingInfo& info, std::string_view text, double);
Quantity<bool> parse_value(const SettingInfo& info, std::string_view text, bool);
Quantity<BurstLoss> parse_value(const SettingInfo& info, std::string_view text, BurstLoss);
Quantity<Schedule> parse_value(const SettingInfo& info, std::string_view text, const Schedule&);

std::string format_value(const SettingInfo& info, DataRate value);
std::string format_value(const SettingInfo& info, Duration value);
std::string format_value(const SettingInfo& info, ByteCount value);
std::string format_value(const SettingInfo& info, std::int64_t value);
std::string format_value(const SettingInfo& info, std::uint64_t value);
std::string format_value(const SettingInfo& info, double value);
std::string format_value(const SettingInfo& info, bool value);
std::string format_value(const SettingInfo& info, const BurstLoss& value);
std::string format_value(const SettingInfo& info, const Schedule& value);

// "a, b, c"
std::string join(std::span<const std::string_view> words);
// The text in quotes, cut after 60 bytes, so that an error stays one readable sentence.
std::string in_quotes(std::string_view text);

// The same with the range checked too.
template <class T>
Quantity<T> parse_in_range(const SettingInfo& info, std::string_view text) {
  auto value = parse_value(info, text, T{});
  if (!value) return value;
  if constexpr (requires(T a, T b) { a < b; }) {
    const auto below = [&](std::string_view bound) {
      return !bound.empty() && *value < parse_value(info, bound, T{}).value_or(T{});
    };
    const auto above = [&](std::string_view bound) {
      return !bound.empty() && *value > parse_value(info, bound, T{}).value_or(T{});
    };
    if (below(info.minimum) || above(info.maximum)) {
      return std::unexpected(QuantityError{
          info.maximum.empty() ? "at least " + std::string(info.minimum)
                               : std::string(info.minimum) + " to " + std::string(info.maximum)});
    }
  }
  return value;
}

}  // namespace inflight::lab
