// PathRecorder: what a run's path shows of itself, into the trace: its rate, its queue, and each
// packet of ours that it dropped, with the place and the stretch of the stream that was lost.
// Packets of other flows only count for those.
#pragma once

#include <cstdint>

#include "host/host.h"
#include "lab/cross_traffic.h"
#include "lab/path_pair.h"
#include "trace/recorder.h"

namespace inflight::lab {

class PathRecorder {
 public:
  // Times in the trace count from `start`.
  PathRecorder(trace::Recorder& recorder, Instant start) : recorder_(recorder), start_(start) {}

  // From now on the sender's direction has this rate.
  void record_rate(DataRate rate, Instant now);
  // What the path did since the last call, then what is in it. `sender` knows what its packets
  // carried.
  void record(PathPair& path, const host::Host& sender, CrossTraffic& cross, Instant now);

  // Packets of ours, in the sender's direction.
  std::int64_t drops() const { return drops_; }
  std::int64_t marks() const { return marks_; }
  // The most that ever waited, of all flows.
  ByteCount max_queue() const { return max_queue_; }

 private:
  void record_drop(const path::Drop& drop, const host::Host& sender);

  trace::Recorder& recorder_;
  Instant start_;
  std::int64_t drops_ = 0;
  std::int64_t marks_ = 0;
  ByteCount max_queue_;
};

}  // namespace inflight::lab
