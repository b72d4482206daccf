// Rounding and units.
#include "diagnosis/wording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace inflight::diagnosis {
namespace {

// Three significant digits without trailing zeros, and without powers of ten up to 999,999.
std::string three_digits(double value) {
  if (!(std::abs(value) > 0)) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const int decimals = std::max(0, 2 - magnitude);
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", std::min(decimals, 12), value);
  std::string text = buffer.data();
  if (text.find('.') == std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// The largest unit that leaves at least 1; rounding to 1,000 or 1,024 moves on to the next.
template <std::size_t n>
std::string with_unit(double value, double step, const std::array<const char*, n>& units) {
  std::size_t unit = 0;
  while (unit + 1 < n && std::abs(value) >= step * 0.9995) {
    value /= step;
    ++unit;
  }
  return three_digits(value) + ' ' + units[unit];
}

}  // namespace

std::string size_text(double bytes) {
  return with_unit(bytes, 1024, std::array{"B", "KiB", "MiB", "GiB", "TiB"});
}

std::string rate_text(double bits_per_second) {
  return with_unit(bits_per_second, 1000, std::array{"bit/s", "kbit/s", "Mbit/s", "Gbit/s"});
}

std::string delay_text(Duration delay) {
  if (delay >= 1s) return seconds_text(delay);
  return three_digits(to_seconds(delay) * 1e3) + " ms";
}

std::string seconds_text(Duration span) { return three_digits(to_seconds(span)) + " s"; }
std::string seconds_text(Instant time) { return seconds_text(time.time_since_epoch()); }

std::string count_text(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}

std::string count_text(std::int64_t count, const char* noun) {
  return count_text(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string share_text(double share) {
  const double percent = share * 100;
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f %%", percent > 0 && percent < 0.95 ? 1 : 0,
                percent);
  return buffer.data();
}

}  // namespace inflight::diagnosis
