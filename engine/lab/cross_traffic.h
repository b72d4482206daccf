// CrossTraffic: the other connections of a scenario, which share the path with the one that is
// looked at. Each is a bulk transfer of our own stack between two hosts of its own, outside the
// tunnel, that starts and stops at given times; a stopped one is aborted, as when somebody closes a
// program. Their packets carry a tag by which they are told from ours when they leave the path.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/random.h"
#include "host/workload.h"
#include "lab/assembly.h"
#include "lab/scenario.h"
#include "path/path.h"
#include "trace/summary.h"

namespace inflight::lab {

// One flow's packets have this bit in their tag and its number below.
inline constexpr std::uint64_t kCrossTag = std::uint64_t{1} << 63;
inline bool is_cross(std::uint64_t tag) { return (tag & kCrossTag) != 0; }

class CrossTraffic {
 public:
  // Times count from `start`. Pool and payload must outlive it.
  CrossTraffic(const Scenario& scenario, wire::PacketPool& pool, const host::Payload& payload,
               const Random& random, Instant start);
  ~CrossTraffic();

  bool empty() const { return flows_.empty(); }
  // A packet that is_cross and left the path in front of this side.
  void deliver(const wire::Packet& packet, Side side, Instant now);
  // Timers, applications, starts and stops; then all that is ready goes onto the path.
  void run(path::Path& forward, path::Path& back, Instant now);
  Instant next_timeout() const;
  // The path dropped one of its packets on the way from the sender.
  void note_drop(std::uint64_t tag);

  // What all their applications have read.
  ByteCount bytes_read() const;
  bool corrupted() const;
  // Up to `now`.
  std::vector<trace::CrossFlow> summary(Instant now) const;

 private:
  class Flow;

  std::vector<std::unique_ptr<Flow>> flows_;
  Instant start_;
  // When the last of them starts: from then on all are there.
  Instant all_there_;
  bool seen_all_there_ = false;
};

}  // namespace inflight::lab
