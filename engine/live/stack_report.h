// What a stack service did: every connection, totals, and the rate over time, as values, as lines
// for a terminal, and as JSON of the schema "inflight.stack/1".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/tun_device.h"
#include "live/served_stream.h"
#include "stack/stack.h"

namespace inflight::live {

struct StackInterval {
  Duration begin{};
  Duration end{};
  // Read by the applications, and acknowledged to them, in this interval.
  ByteCount received;
  ByteCount sent;
};

struct StackReport {
  // Connections that are listed one by one; of later ones only the totals are kept.
  static constexpr std::size_t kMaxListed = 10'000;
  // A day of seconds; later ones are left out.
  static constexpr std::size_t kMaxIntervals = 86'400;

  std::string tun;
  std::vector<wire::IpAddress> addresses;
  StreamMode mode = StreamMode::Discard;
  // In the order in which they ended.
  std::vector<StreamReport> connections;
  std::vector<StackInterval> intervals;

  struct Totals {
    std::int64_t connections = 0;
    std::int64_t completed = 0;
    std::int64_t reset = 0;
    std::int64_t refused = 0;
    std::int64_t stopped = 0;
    ByteCount received;
    ByteCount sent;
    std::int64_t retransmits = 0;
    std::int64_t timeouts = 0;
  };
  Totals totals;
  Duration time{};
  stack::Counters stack;
  io::TunCounters device;

  // Counts it, and lists it while there is room.
  void add(const StreamReport& stream);
};

// Rates by interval, a line per connection (the first ones), the totals.
std::string to_text(const StackReport& report);
// Two spaces of indentation, a line end behind it.
std::string to_json(const StackReport& report);

}  // namespace inflight::live
