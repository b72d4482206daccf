// Amounts with their units, and the one switch of the window that chooses them: rates in bits or
// bytes, bytes with binary (KiB, MiB) or decimal (kB, MB) prefixes. A Scale is one unit with its
// factor, for an axis or a column in which every number has the same unit.
#pragma once

#include <QString>

#include "base/time.h"
#include "base/units.h"
#include "trace/series.h"

namespace inflight::ui {

struct UnitStyle {
  enum class Rate { Bits, Bytes };
  enum class Prefix { Decimal, Binary };

  Rate rate = Rate::Bits;
  // Of amounts in bytes, and of rates in bytes per second; bits are always decimal.
  Prefix bytes = Prefix::Binary;

  bool operator==(const UnitStyle&) const = default;
};

struct Scale {
  // A value in the trace's unit divided by this is the number shown.
  double factor = 1;
  // "Mbit/s", "MiB", "ms", "packets".
  QString unit;
  // Ticks at powers of two instead of 1-2-5.
  bool binary = false;
};

// The unit in which a value of this size has one to three digits before the point.
Scale scaleFor(trace::Unit unit, double value, UnitStyle style);

// "2.06 MiB", "177 Mbit/s", "76.0 ms", "512 packets": three digits and the fitting unit.
QString formatValue(trace::Unit unit, double value, UnitStyle style);
// The number alone in a given scale: three digits, no unit.
QString formatScaled(double value, const Scale& scale);

QString formatBytes(ByteCount value, UnitStyle style);
QString formatRate(DataRate value, UnitStyle style);
// "76.0 ms", "0.7 µs", "1.62 s", "2 min 5 s".
QString formatDuration(Duration value);
// A moment of a run, with the decimals that a step of `resolution` needs: "1.28 s".
QString formatInstant(Instant value, Duration resolution);

}  // namespace inflight::ui
