// How figures read in sentences: three significant digits, binary units for sizes, decimal ones for
// rates. "512 KiB", "55 Mbit/s", "76 ms", "0.94 s", "1,231", "71 %".
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "base/units.h"

namespace inflight::diagnosis {

std::string size_text(double bytes);
std::string rate_text(double bits_per_second);
// Milliseconds below one second: "76 ms", "1.2 s".
std::string delay_text(Duration delay);
// Seconds always, as on the time axis: "0.94 s".
std::string seconds_text(Duration span);
std::string seconds_text(Instant time);
// With thousands separated: "1,231".
std::string count_text(std::int64_t count);
// "1 packet", "1,231 packets".
std::string count_text(std::int64_t count, const char* noun);
// 0.714 is "71 %"; small shares keep a digit: "0.4 %".
std::string share_text(double share);

}  // namespace inflight::diagnosis
