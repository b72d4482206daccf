// Choice of prefixes and units for unit.h.
#include "ui/format/unit.h"

#include <array>
#include <cmath>
#include <span>

#include "ui/format/number.h"

namespace inflight::ui {
namespace {

struct Step {
  double factor;
  const char* unit;
};

constexpr std::array kBinaryBytes{Step{1, "B"}, Step{0x1p10, "KiB"}, Step{0x1p20, "MiB"},
                                  Step{0x1p30, "GiB"}, Step{0x1p40, "TiB"}};
constexpr std::array kDecimalBytes{Step{1, "B"}, Step{1e3, "kB"}, Step{1e6, "MB"}, Step{1e9, "GB"},
                                   Step{1e12, "TB"}};
constexpr std::array kBits{Step{1, "bit/s"}, Step{1e3, "kbit/s"}, Step{1e6, "Mbit/s"},
                           Step{1e9, "Gbit/s"}, Step{1e12, "Tbit/s"}};
constexpr std::array kBinaryByteRate{Step{8, "B/s"}, Step{8 * 0x1p10, "KiB/s"},
                                     Step{8 * 0x1p20, "MiB/s"}, Step{8 * 0x1p30, "GiB/s"}};
constexpr std::array kDecimalByteRate{Step{8, "B/s"}, Step{8e3, "kB/s"}, Step{8e6, "MB/s"},
                                      Step{8e9, "GB/s"}};
constexpr std::array kSeconds{Step{1e-9, "ns"}, Step{1e-6, "µs"}, Step{1e-3, "ms"}, Step{1, "s"}};
constexpr std::array kPackets{Step{1, "packets"}};

// The largest unit in which the value does not round to less than 1; of zero the smallest.
Scale choose(std::span<const Step> steps, double value, bool binary) {
  const Step* chosen = &steps.front();
  for (const Step& step : steps) {
    if (std::abs(value) >= step.factor * 0.9995) chosen = &step;
  }
  return {chosen->factor, QString::fromUtf8(chosen->unit), binary};
}

}  // namespace

Scale scaleFor(trace::Unit unit, double value, UnitStyle style) {
  const bool binary = style.bytes == UnitStyle::Prefix::Binary;
  switch (unit) {
    case trace::Unit::Bytes:
      return binary ? choose(kBinaryBytes, value, true) : choose(kDecimalBytes, value, false);
    case trace::Unit::BitsPerSecond:
      if (style.rate == UnitStyle::Rate::Bits) return choose(kBits, value, false);
      return binary ? choose(kBinaryByteRate, value, true) : choose(kDecimalByteRate, value, false);
    case trace::Unit::Seconds:
      return choose(kSeconds, value == 0 ? 1e-3 : value, false);
    case trace::Unit::Packets:
      break;
  }
  return choose(kPackets, value, false);
}

QString formatScaled(double value, const Scale& scale) {
  return formatNumber(value / scale.factor);
}

QString formatValue(trace::Unit unit, double value, UnitStyle style) {
  if (unit == trace::Unit::Packets) return formatCompact(value) + QStringLiteral(" packets");
  const Scale scale = scaleFor(unit, value, style);
  return formatScaled(value, scale) + ' ' + scale.unit;
}

QString formatBytes(ByteCount value, UnitStyle style) {
  // Whole bytes have no decimals.
  if (std::abs(value.value()) < 1000) return formatCount(value.value()) + QStringLiteral(" B");
  return formatValue(trace::Unit::Bytes, static_cast<double>(value.value()), style);
}

QString formatRate(DataRate value, UnitStyle style) {
  return formatValue(trace::Unit::BitsPerSecond, static_cast<double>(value.bits_per_second()),
                     style);
}

QString formatDuration(Duration value) {
  if (value < 120s) return formatValue(trace::Unit::Seconds, to_seconds(value), {});
  const auto seconds = std::chrono::round<std::chrono::seconds>(value).count();
  if (seconds < 7200) return QStringLiteral("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
  return QStringLiteral("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString formatInstant(Instant value, Duration resolution) {
  const double step = std::max(to_seconds(resolution), 1e-9);
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
  return formatFixed(to_seconds(value), decimals) + QStringLiteral(" s");
}

}  // namespace inflight::ui
