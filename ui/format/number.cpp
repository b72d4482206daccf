// The rounding rules of number.h; nothing here knows a unit.
#include "ui/format/number.h"

#include <array>
#include <cmath>

namespace inflight::ui {
namespace {

QString withThousands(QString digits) {
  const qsizetype dot = digits.indexOf('.');
  const qsizetype first = digits.startsWith('-') ? 1 : 0;
  for (qsizetype at = (dot < 0 ? digits.size() : dot) - 3; at > first; at -= 3) {
    digits.insert(at, ',');
  }
  return digits;
}

QString withoutTrailingZeros(QString digits) {
  if (!digits.contains('.')) return digits;
  while (digits.endsWith('0')) digits.chop(1);
  if (digits.endsWith('.')) digits.chop(1);
  return digits;
}

// Decimals that leave three significant digits, judged on the rounded value: 9.996 is "10.0".
int decimalsForThreeDigits(double value) {
  const double size = std::abs(value);
  if (size == 0) return 0;
  int decimals = 2 - static_cast<int>(std::floor(std::log10(size)));
  const double rounded = std::round(size * std::pow(10.0, decimals)) / std::pow(10.0, decimals);
  if (rounded > 0) decimals = 2 - static_cast<int>(std::floor(std::log10(rounded) + 1e-12));
  return std::clamp(decimals, 0, 12);
}

}  // namespace

QString formatCount(std::int64_t value) { return withThousands(QString::number(value)); }

QString formatFixed(double value, int decimals) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  const double half = 0.5 * std::pow(10.0, -decimals);
  if (std::abs(value) < half) value = 0;
  return withThousands(QString::number(value, 'f', decimals));
}

QString formatNumber(double value) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  return formatFixed(value, decimalsForThreeDigits(value));
}

QString formatCompact(double value) {
  if (!std::isfinite(value)) return QStringLiteral("–");
  if (std::abs(value) < 9999.5) return withoutTrailingZeros(formatNumber(value));
  struct Prefix {
    double factor;
    const char* letter;
  };
  constexpr std::array<Prefix, 4> prefixes{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [factor, letter] : prefixes) {
    // Half a digit below the factor rounds up to it: 999,950 is "1 M", not "1,000 k".
    if (std::abs(value) < factor * 0.9995) continue;
    return withoutTrailingZeros(formatNumber(value / factor)) + ' ' + QLatin1String(letter);
  }
  return formatNumber(value);
}

QString formatShare(double share) {
  const double percent = share * 100;
  if (percent > 0 && percent < 0.1) return QStringLiteral("< 0.1 %");
  const int decimals = percent > 0 && percent < 9.95 && percent != std::round(percent) ? 1 : 0;
  return formatFixed(percent, decimals) + QStringLiteral(" %");
}

}  // namespace inflight::ui
