#include "base/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

namespace inflight {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kDurationUnits{Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9},
                                    Unit{"min", 60e9}};
constexpr std::array kRateUnits{Unit{"bit", 1}, Unit{"kbit", 1e3}, Unit{"Mbit", 1e6},
                                Unit{"Gbit", 1e9}};
constexpr std::array kByteUnits{
    Unit{"B", 1},      Unit{"kB", 1e3},        Unit{"MB", 1e6},          Unit{"GB", 1e9},
    Unit{"KiB", 1024}, Unit{"MiB", 1048576.0}, Unit{"GiB", 1073741824.0}};

// 2^53: beyond it a double no longer holds every integer. As nanoseconds this is 104 days.
constexpr double kLargest = 9007199254740992.0;

std::optional<double> parse_number_with_unit(std::string_view text, std::span<const Unit> units) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || !std::isfinite(number) || std::signbit(number)) {
    return std::nullopt;
  }
  std::string_view name(rest, static_cast<std::size_t>(end - rest));
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (name == unit.name && number * unit.factor <= kLargest) return number * unit.factor;
  }
  return std::nullopt;
}

// The shortest text without an exponent that reads back as the same double; room for the smallest.
std::string shortest(double number) {
  std::array<char, 400> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return {buffer.data(), result.ptr};
}

std::string with_decimals(double number, int decimals) {
  std::array<char, 400> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                    std::chars_format::fixed, decimals);
  return {buffer.data(), result.ptr};
}

bool exceeds_digits(double number) {
  return std::abs(number * 1e3 - std::round(number * 1e3)) > 1e-9;
}

// The largest unit that shows the value with at most three decimals and parses back to it.
std::string format_with_units(std::int64_t value, std::span<const Unit> units) {
  for (std::size_t i = units.size(); i-- > 0;) {
    const double scaled = static_cast<double>(value) / units[i].factor;
    if (scaled >= 1 && !exceeds_digits(scaled) && std::llround(scaled * units[i].factor) == value) {
      return shortest(scaled) + std::string(units[i].name);
    }
  }
  return std::to_string(value) + std::string(units[0].name);
}

}  // namespace

Quantity<Duration> parse_duration(std::string_view text) {
  const auto value = parse_number_with_unit(text, kDurationUnits);
  if (!value) return std::unexpected(QuantityError{"a duration such as 76ms or 1.5s"});
  return Duration{std::llround(*value)};
}

Quantity<DataRate> parse_rate(std::string_view text) {
  if (text.ends_with("/s")) text.remove_suffix(2);
  const auto value = parse_number_with_unit(text, kRateUnits);
  if (!value || std::llround(*value) < 1) {
    return std::unexpected(QuantityError{"a rate such as 205Mbit or 10Gbit"});
  }
  return DataRate::bits_per_second(std::llround(*value));
}

Quantity<ByteCount> parse_bytes(std::string_view text) {
  const auto value = parse_number_with_unit(text, kByteUnits);
  if (!value) return std::unexpected(QuantityError{"a size such as 512KiB or 2MB"});
  return ByteCount{std::llround(*value)};
}

Quantity<std::int64_t> parse_packets(std::string_view text) {
  const auto value = parse_number_with_unit(text, std::array{Unit{"pkt", 1}});
  if (!value || *value != std::floor(*value)) {
    return std::unexpected(QuantityError{"a number of packets such as 64pkt"});
  }
  return std::llround(*value);
}

Quantity<double> parse_share(std::string_view text) {
  const auto value = parse_number_with_unit(text, std::array{Unit{"%", 1}});
  if (!value || *value > 100) return std::unexpected(QuantityError{"a share from 0% to 100%"});
  return *value / 100;
}

Quantity<double> parse_kilometres(std::string_view text) {
  const auto value = parse_number_with_unit(text, std::array{Unit{"km", 1}});
  if (!value) return std::unexpected(QuantityError{"a distance such as 4150km"});
  return *value;
}

std::string format_duration(Duration value) {
  return value.count() == 0 ? "0s"
                            : format_with_units(value.count(), std::span(kDurationUnits).first(4));
}
std::string format_rate(DataRate value) {
  return format_with_units(value.bits_per_second(), kRateUnits);
}
std::string format_packets(std::int64_t value) { return std::to_string(value) + "pkt"; }
std::string format_kilometres(double value) { return shortest(value) + "km"; }

std::string format_share(double value) {
  // 0.07 * 100 is not quite 7, so the digits are chosen by what reads back.
  constexpr int kMostDecimals = 15;
  for (int decimals = 0; decimals <= kMostDecimals; ++decimals) {
    std::string text = with_decimals(value * 100, decimals) + "%";
    if (const auto parsed = parse_share(text); parsed && *parsed == value) return text;
  }
  return shortest(value * 100) + "%";
}

std::string format_bytes(ByteCount value) {
  const std::int64_t n = value.value();
  const auto units = std::span(kByteUnits);
  std::string decimal = format_with_units(n, units.first(4));
  // A multiple of 1 KiB is meant as one, unless it is a round decimal number by chance.
  if (n % 1024 != 0) return decimal;
  const auto binary_units = std::array{units[0], units[4], units[5], units[6]};
  std::string binary = format_with_units(n, binary_units);
  return binary.size() <= decimal.size() ? binary : decimal;
}

}  // namespace inflight
