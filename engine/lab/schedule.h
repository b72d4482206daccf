// Schedule: settings of the path that change at given times of a run, as one text:
// "5s:rate=20Mbit,8s:rtt=120ms". Each value is checked and kept in the text form of --set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "base/time.h"

namespace inflight::lab {

struct ScheduledChange {
  // Since the connect.
  Duration at{};
  // "path.rate", and its value as --set takes it.
  std::string key;
  std::string value;

  bool operator==(const ScheduledChange&) const = default;
};

// Ascending times; changes of one time in the order in which they were given.
using Schedule = std::vector<ScheduledChange>;

inline constexpr std::size_t kMostChanges = 100;

// Settings of the path that act at once, under their names without "path.". An error says what is
// expected.
Quantity<Schedule> parse_schedule(std::string_view text);
// Parses back to the same schedule, which is not empty.
std::string format_schedule(const Schedule& schedule);

}  // namespace inflight::lab
