// One parser and one printer per type of value; units are those of base/quantity.h.
#include "lab/settings_text.h"

#include <charconv>
#include <cmath>

namespace inflight::lab {
namespace {

constexpr std::int64_t kLongestBurst = 10'000;
constexpr std::size_t kLongestQuote = 60;

template <class T>
Quantity<T> parse_count(std::string_view text) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || text.empty()) {
    return std::unexpected(QuantityError{"a whole number such as 10"});
  }
  return value;
}

}  // namespace

Quantity<DataRate> parse_value(const SettingInfo&, std::string_view text, DataRate) {
  return parse_rate(text);
}

Quantity<Duration> parse_value(const SettingInfo&, std::string_view text, Duration) {
  return parse_duration(text);
}

Quantity<ByteCount> parse_value(const SettingInfo&, std::string_view text, ByteCount) {
  return parse_bytes(text);
}

Quantity<std::int64_t> parse_value(const SettingInfo& info, std::string_view text, std::int64_t) {
  if (info.kind == SettingKind::Packets) return parse_packets(text);
  if (info.kind == SettingKind::Count) return parse_count<std::int64_t>(text);
  const auto bytes = parse_bytes(text);
  if (!bytes) return std::unexpected(bytes.error());
  return bytes->value();
}

Quantity<std::uint64_t> parse_value(const SettingInfo&, std::string_view text, std::uint64_t) {
  return parse_count<std::uint64_t>(text);
}

Quantity<double> parse_value(const SettingInfo& info, std::string_view text, double) {
  return info.kind == SettingKind::Distance ? parse_kilometres(text) : parse_share(text);
}

Quantity<bool> parse_value(const SettingInfo&, std::string_view text, bool) {
  if (text != "on" && text != "off") return std::unexpected(QuantityError{"on or off"});
  return text == "on";
}

Quantity<BurstLoss> parse_value(const SettingInfo&, std::string_view text, BurstLoss) {
  const QuantityError expected{
      "a share of 0% to 100% and a mean length of 1pkt to 10000pkt such as 1%x8pkt"};
  const std::size_t times = text.find('x');
  if (times == std::string_view::npos) return std::unexpected(expected);
  const auto share = parse_share(text.substr(0, times));
  const auto mean = parse_packets(text.substr(times + 1));
  if (!share || !mean || *mean < 1 || *mean > kLongestBurst) return std::unexpected(expected);
  return BurstLoss{.share = *share, .mean_packets = *mean};
}

Quantity<Schedule> parse_value(const SettingInfo&, std::string_view text, const Schedule&) {
  return parse_schedule(text);
}

std::string format_value(const SettingInfo&, DataRate value) { return format_rate(value); }
std::string format_value(const SettingInfo&, Duration value) { return format_duration(value); }
std::string format_value(const SettingInfo&, ByteCount value) { return format_bytes(value); }

std::string format_value(const SettingInfo& info, std::int64_t value) {
  if (info.kind == SettingKind::Packets) return format_packets(value);
  // Sizes of packets read as whole bytes: 1500B, not 1.5kB.
  return std::to_string(value) + (info.kind == SettingKind::Bytes ? "B" : "");
}

std::string format_value(const SettingInfo&, std::uint64_t value) { return std::to_string(value); }

std::string format_value(const SettingInfo& info, double value) {
  return info.kind == SettingKind::Distance ? format_kilometres(value) : format_share(value);
}

std::string format_value(const SettingInfo&, bool value) { return value ? "on" : "off"; }

std::string format_value(const SettingInfo&, const BurstLoss& value) {
  return format_share(value.share) + "x" + format_packets(value.mean_packets);
}

std::string format_value(const SettingInfo&, const Schedule& value) {
  return format_schedule(value);
}

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string in_quotes(std::string_view text) {
  if (text.size() <= kLongestQuote) return "'" + std::string(text) + "'";
  // Never in the middle of a UTF-8 character.
  std::size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return "'" + std::string(text.substr(0, end)) + "…'";
}

}  // namespace inflight::lab
