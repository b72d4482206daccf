#include "lab/timeline.h"

#include <algorithm>

namespace inflight::lab {

Timeline::Timeline(const Scenario& scenario) {
  const PathSettings& path = scenario.path;
  for (const ScheduledChange& change : path.schedule) entries_.push_back({change.at, change});
  if (path.outage) {
    entries_.push_back({*path.outage, OutageBegins{path.outage_length}});
    entries_.push_back({*path.outage + path.outage_length, OutageEnds{}});
  }
  std::ranges::stable_sort(entries_, {}, &Entry::at);
}

std::optional<Duration> Timeline::next() const {
  return done_ < entries_.size() ? std::optional(entries_[done_].at) : std::nullopt;
}

std::optional<Timeline::Action> Timeline::pop(Duration now) {
  if (done_ == entries_.size() || entries_[done_].at > now) return std::nullopt;
  return entries_[done_++].action;
}

}  // namespace inflight::lab
