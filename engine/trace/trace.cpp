// How a Trace grows: batch by batch.
#include "trace/trace.h"

namespace inflight::trace {

void Trace::append(const Batch& batch) {
  for (const SeriesSample& entry : batch.samples) {
    series(entry.series).append(entry.sample.time, entry.sample.value);
  }
  for (const Event& event : batch.events) {
    // Nearly always the end: only what a peer reports about its own side comes late.
    const auto place = std::ranges::upper_bound(events, event.time, {}, &Event::time);
    events.insert(place, event);
  }
  for (const auto& [time, limit] : batch.limits) limits.change(time, limit);
  limits.extend(batch.until);
  extend(batch.until);
}

std::size_t Trace::memory() const {
  std::size_t bytes = sizeof(Trace) + events.capacity() * sizeof(Event) +
                      limits.intervals().size_bytes() + info.scenario_json.capacity();
  for (const Event& event : events) bytes += event.detail.capacity();
  for (const TimeSeries& one : series_) bytes += one.memory();
  return bytes;
}

void Trace::prepare() const {
  for (const TimeSeries& one : series_) one.prepare();
}

}  // namespace inflight::trace
