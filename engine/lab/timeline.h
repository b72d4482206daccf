// Timeline: what a scenario wants done at given times of its run, in their order: the changes of
// its schedule, and the outage's begin and end.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "base/time.h"
#include "lab/scenario.h"

namespace inflight::lab {

struct OutageBegins {
  Duration length{};
};
struct OutageEnds {};

class Timeline {
 public:
  using Action = std::variant<ScheduledChange, OutageBegins, OutageEnds>;

  explicit Timeline(const Scenario& scenario);

  // When the next is due, since the connect; nothing if all is done.
  std::optional<Duration> next() const;
  // The next if it is due by `now`.
  std::optional<Action> pop(Duration now);

 private:
  struct Entry {
    Duration at{};
    Action action;
  };

  // Ascending times.
  std::vector<Entry> entries_;
  std::size_t done_ = 0;
};

}  // namespace inflight::lab
