// Dropping what repeats, replacing what is overtaken within one instant, and handing over batches.
#include "trace/recorder.h"

#include "base/check.h"

namespace inflight::trace {

void Recorder::sample(SeriesId series, Instant time, double value, Repeat repeat) {
  Last& last = last_[static_cast<std::size_t>(series)];
  CHECK(!last.any || time >= last.time);
  const bool is_state = info(series).kind != SeriesKind::Samples;
  if (last.any && is_state && value == last.value && repeat == Repeat::Drop) return;
  hash_.add(static_cast<std::uint64_t>(series));
  hash_.add(static_cast<std::uint64_t>(time.time_since_epoch().count()));
  hash_.add(value);
  if (last.any && is_state && time == last.time && last.index != kTaken) {
    batch_.samples[last.index].sample.value = value;
    last.value = value;
    return;
  }
  last = {true, time, value, batch_.samples.size()};
  batch_.samples.push_back({series, {time, value}});
  advance(time);
}

void Recorder::event(Event event) {
  hash_.add(static_cast<std::uint64_t>(event.kind) << 8 | static_cast<std::uint64_t>(event.cause));
  hash_.add(static_cast<std::uint64_t>(event.time.time_since_epoch().count()));
  hash_.add(static_cast<std::uint64_t>(event.offset.value()));
  hash_.add(static_cast<std::uint64_t>(event.length.value()));
  hash_.add(event.value);
  advance(event.time);
  batch_.events.push_back(std::move(event));
}

void Recorder::limit(Instant time, Limit limit) {
  advance(time);
  if (last_limit_ == limit) return;
  hash_.add(static_cast<std::uint64_t>(limit));
  hash_.add(static_cast<std::uint64_t>(time.time_since_epoch().count()));
  last_limit_ = limit;
  batch_.limits.emplace_back(time, limit);
}

void Recorder::advance(Instant now) { batch_.until = std::max(batch_.until, now); }

Batch Recorder::take_batch() {
  Batch next;
  next.samples.reserve(batch_.samples.size());
  next.events.reserve(batch_.events.size());
  next.until = batch_.until;
  for (Last& last : last_) last.index = kTaken;
  std::swap(next, batch_);
  return next;
}

}  // namespace inflight::trace
