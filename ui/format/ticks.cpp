// Nice numbers for ticks.h.
#include "ui/format/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/format/number.h"

namespace inflight::ui {
namespace {

// More ticks than any axis has pixels for: a bound on bad ranges.
constexpr int kMostTicks = 200;

int decimalsOf(double step) {
  for (int decimals = 0; decimals < 12; ++decimals) {
    const double scaled = step * std::pow(10.0, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, scaled)) return decimals;
  }
  return 12;
}

// Multiples of the step within [low, high], up to rounding at either end.
std::vector<double> multiples(double low, double high, double step) {
  std::vector<double> values;
  const double slack = step * 1e-6;
  const double first = std::ceil((low - slack) / step);
  for (int k = 0; k < kMostTicks; ++k) {
    const double value = (first + k) * step;
    if (value > high + slack) break;
    values.push_back(value);
  }
  return values;
}

double stepFor(const Scale& scale, double span, int most) {
  return scale.binary ? niceBinaryStep(span / scale.factor, most) * scale.factor
                      : niceStep(span / scale.factor, most) * scale.factor;
}

QString timeLabel(double seconds, double step) {
  if (step < 60 && seconds < 3600) {
    return formatFixed(seconds, decimalsOf(step)) + QStringLiteral(" s");
  }
  const auto total = static_cast<qint64>(std::llround(seconds));
  const auto two = [](qint64 n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
  if (total < 3600) return QStringLiteral("%1:%2").arg(total / 60).arg(two(total % 60));
  return QStringLiteral("%1:%2:%3").arg(total / 3600).arg(two(total % 3600 / 60), two(total % 60));
}

}  // namespace

double niceStep(double span, int most) {
  const double least = span / std::max(most, 1);
  const double magnitude = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * magnitude >= least * (1 - 1e-9)) return factor * magnitude;
  }
  return 10 * magnitude;
}

double niceBinaryStep(double span, int most) {
  const double least = span / std::max(most, 1);
  return std::exp2(std::ceil(std::log2(least) - 1e-9));
}

double niceTimeStep(double span_seconds, int most) {
  const double least = span_seconds / std::max(most, 1);
  constexpr std::array kLong{10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0};
  if (least <= 5) return niceStep(span_seconds, most);
  for (const double step : kLong) {
    if (step >= least) return step;
  }
  return 3600 * niceStep(span_seconds / 3600, most);
}

double niceCeiling(double value, int most, const Scale& scale) {
  if (!(value > 0)) return scale.factor;
  const double step = stepFor(scale, value, most);
  return std::ceil(value / step - 1e-9) * step;
}

Ticks valueTicks(trace::Unit unit, double low, double high, int most, UnitStyle style) {
  if (!(high > low)) return {};
  const Scale scale = scaleFor(unit, std::max(std::abs(low), std::abs(high)), style);
  Ticks result{stepFor(scale, high - low, most), {}, scale.unit};
  const int decimals = decimalsOf(result.step / scale.factor);
  for (const double value : multiples(low, high, result.step)) {
    const double shown = value / scale.factor;
    result.ticks.push_back({value, unit == trace::Unit::Packets ? formatCompact(shown)
                                                                : formatFixed(shown, decimals)});
  }
  return result;
}

Ticks timeTicks(Instant begin, Instant end, int most) {
  if (end <= begin) return {};
  Ticks result{niceTimeStep(to_seconds(end - begin), most), {}, {}};
  for (const double value : multiples(to_seconds(begin), to_seconds(end), result.step)) {
    result.ticks.push_back({value, timeLabel(value, result.step)});
  }
  return result;
}

}  // namespace inflight::ui
