// Numbers as people read them: three significant digits, thousands separated, never an exponent
// below 10^15. Pure functions without units; those are in unit.h. The separators are those of the
// C locale, so that a picture or an export reads the same everywhere.
#pragma once

#include <QString>
#include <cstdint>

namespace inflight::ui {

// "1,231"
QString formatCount(std::int64_t value);
// Exactly this many decimals, thousands separated: formatFixed(1234.5, 1) is "1,234.5". A value
// that rounds to zero has no sign; one that is not finite is an en dash.
QString formatFixed(double value, int decimals);
// Three significant digits: "0.00123", "1.23", "12.3", "123", "1,234"; 0 is "0".
QString formatNumber(double value);
// With a decimal prefix above 9,999: "80 k", "1.2 M", "12.3 M"; trailing zeros are dropped.
QString formatCompact(double value);
// A share of 1 in percent: "62 %", "0.4 %"; "< 0.1 %" where it is not zero but would read so.
QString formatShare(double share);

}  // namespace inflight::ui
