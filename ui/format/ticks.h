// Where an axis has its ticks and what they say. Steps are 1-2-5 times a power of ten, powers of
// two for units with binary prefixes, and for time also 10, 15 and 30 seconds or minutes.
#pragma once

#include <QString>
#include <vector>

#include "base/time.h"
#include "ui/format/unit.h"

namespace inflight::ui {

struct Tick {
  // In the unit of the range asked about, not scaled.
  double value = 0;
  QString label;
};

struct Ticks {
  double step = 0;
  // Ascending, all within the range.
  std::vector<Tick> ticks;
  // The unit of the labels; empty for time, whose labels carry it.
  QString unit;
};

// Smallest step of the kind with which `span` has at most `most` intervals; span > 0, most >= 1.
double niceStep(double span, int most);
double niceBinaryStep(double span, int most);
double niceTimeStep(double span_seconds, int most);

// The least round number at or above `value`, for the top of an axis that starts at zero.
double niceCeiling(double value, int most, const Scale& scale);

// Ticks of a value axis over [low, high]: all labels in one scale, "0", "50", "100"; counts are
// compact ("80 k", "1.2 M").
Ticks valueTicks(trace::Unit unit, double low, double high, int most, UnitStyle style);
// Ticks of a time axis: "0.25 s", "1.5 s", "2:30"; decimals as the step needs them.
Ticks timeTicks(Instant begin, Instant end, int most);

}  // namespace inflight::ui
