#include "lab/path_recorder.h"

#include <algorithm>

namespace inflight::lab {
namespace {

using trace::SeriesId;

trace::EventCause drop_cause(path::DropPlace place) {
  switch (place) {
    case path::DropPlace::Queue:
      return trace::EventCause::PathQueue;
    case path::DropPlace::Random:
      return trace::EventCause::RandomLoss;
    case path::DropPlace::Burst:
      return trace::EventCause::BurstLoss;
    case path::DropPlace::Codel:
      return trace::EventCause::Codel;
    case path::DropPlace::Policer:
      return trace::EventCause::Policer;
    case path::DropPlace::Outage:
      return trace::EventCause::Outage;
    case path::DropPlace::Mtu:
      break;
  }
  return trace::EventCause::Unlocated;
}

}  // namespace

void PathRecorder::record_rate(DataRate rate, Instant now) {
  recorder_.sample(SeriesId::PathRate, Instant{now - start_},
                   static_cast<double>(rate.bits_per_second()));
}

void PathRecorder::record(PathPair& path, const host::Host& sender, CrossTraffic& cross,
                          Instant now) {
  path::Path& forward = path.forward();
  const path::Snapshot snapshot = forward.snapshot(now);
  while (const auto drop = forward.poll_drop()) {
    if (is_cross(drop->tag)) {
      cross.note_drop(drop->tag);
    } else {
      record_drop(*drop, sender);
    }
  }
  while (const auto mark = forward.poll_mark()) marks_ += is_cross(mark->tag) ? 0 : 1;
  // Acknowledgements that are lost show in what the sender does.
  while (path.back().poll_drop() || path.back().poll_mark()) {
  }
  const Instant time{now - start_};
  max_queue_ = snapshot.max_queue;
  recorder_.sample(SeriesId::PathQueue, time, static_cast<double>(snapshot.queue.value()));
  recorder_.sample(SeriesId::PathTransit, time, static_cast<double>(snapshot.in_transit.value()));
}

void PathRecorder::record_drop(const path::Drop& drop, const host::Host& sender) {
  ++drops_;
  const auto stretch = sender.find_sent(drop.tag);
  if (!stretch) return;
  recorder_.event({.time = Instant{std::max(drop.time, start_) - start_},
                   .kind = trace::EventKind::Loss,
                   .cause = drop_cause(drop.place),
                   .offset = stretch->offset,
                   .length = stretch->payload,
                   .detail = {}});
}

}  // namespace inflight::lab
