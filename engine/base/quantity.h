// Quantities as people write them: "205Mbit", "76ms", "1MiB", "64pkt", "1%", "4150km". A number
// without its unit is an error. Parsing is strict and exact to the resolution of the type; printing
// gives the shortest text that parses back to the same value.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace inflight {

// What was wrong, as the end of a sentence: "expected a duration such as 76ms".
struct QuantityError {
  std::string expected;
};

template <class T>
using Quantity = std::expected<T, QuantityError>;

// ns, us, ms, s, min; not negative.
Quantity<Duration> parse_duration(std::string_view text);
// bit, kbit, Mbit, Gbit (per second; decimal), and the same with "/s". More than 0.
Quantity<DataRate> parse_rate(std::string_view text);
// B, kB, MB, GB (decimal), KiB, MiB, GiB (binary); not negative.
Quantity<ByteCount> parse_bytes(std::string_view text);
// "64pkt"; not negative.
Quantity<std::int64_t> parse_packets(std::string_view text);
// "1%" gives 0.01; 0 to 100 %.
Quantity<double> parse_share(std::string_view text);
// "4150km" gives kilometres; not negative.
Quantity<double> parse_kilometres(std::string_view text);

std::string format_duration(Duration value);
std::string format_rate(DataRate value);
std::string format_bytes(ByteCount value);
std::string format_packets(std::int64_t value);
std::string format_share(double value);
std::string format_kilometres(double value);

}  // namespace inflight
