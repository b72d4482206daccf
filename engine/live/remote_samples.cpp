#include "live/remote_samples.h"

#include <algorithm>

namespace inflight::live {

Instant RemoteSamples::trace_time(Instant there) const {
  return Instant{std::max(Duration{}, offset_.to_ours(there) - start_)};
}

bool RemoteSamples::is_the_servers(trace::SeriesId series) const {
  using enum trace::SeriesId;
  const bool of_receiver = series == ReadBytes || series == WaitingForHole || series == Unread ||
                           series == ReceiveBufferSize;
  // Counted at our own socket, whoever sends.
  if (series == WireBytes || series == PathRate) return false;
  return of_receiver == (direction_ == Direction::Up);
}

void RemoteSamples::record(const trace::Batch& batch, Instant end, trace::Recorder& recorder) {
  for (const auto& [series, sample] : batch.samples) {
    if (!is_the_servers(series)) continue;
    Instant& last = last_[static_cast<std::size_t>(series)];
    const Instant time = std::max(last, trace_time(sample.time));
    if (time > end) continue;
    last = time;
    any_ = true;
    recorder.sample(series, time, sample.value);
    if (series != trace::SeriesId::ReadBytes) continue;
    bytes_read_ = ByteCount{static_cast<std::int64_t>(std::clamp(sample.value, 0.0, 1e15))};
    if (bytes_read_ > ByteCount{0} && !first_byte_) first_byte_ = time.time_since_epoch();
  }
  // The sender alone says what happened to its connection and what limited it.
  if (direction_ == Direction::Up) return;
  for (trace::Event event : batch.events) {
    event.time = trace_time(event.time);
    if (event.time > end) continue;
    if (event.kind == trace::EventKind::Connected) handshake_ = event.time.time_since_epoch();
    recorder.event(std::move(event));
  }
  for (const auto& [there, limit] : batch.limits) {
    const Instant time = std::max(last_limit_, trace_time(there));
    if (time > end) continue;
    last_limit_ = time;
    recorder.limit(time, limit);
  }
}

}  // namespace inflight::live
