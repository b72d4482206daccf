// Totals of a run that a source counts itself: plain values, field for field those of the run JSON
// ("transfer", "tcp", "queues"). What follows from the series (throughput, intervals, stalls) is
// derived, see derived.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "trace/event.h"

namespace inflight::trace {

struct TransferSummary {
  // Read by the receiving application.
  ByteCount bytes;
  // A sized workload was delivered in full (a bulk one: ended by its duration).
  bool completed = false;
  // From connect to the last byte read; nothing if not completed or not sized.
  std::optional<Duration> completion;
  // From connect to established at the sender, and to the first byte read.
  std::optional<Duration> handshake;
  std::optional<Duration> first_byte;
};

struct TcpSummary {
  std::int64_t segments_sent = 0;
  std::int64_t retransmits = 0;
  std::int64_t rtos = 0;
  std::int64_t fast_recoveries = 0;
  ByteCount max_cwnd;
  std::optional<Duration> min_rtt;
  std::optional<Duration> smoothed_rtt;
  // None, or a rule of EventCause: HystartDelay, HystartAckTrain, HystartCss, LossDetected, Mark.
  EventCause slow_start_exit = EventCause::None;
  std::optional<Instant> slow_start_exit_time;
  ByteCount slow_start_exit_cwnd;
};

struct QueueSummary {
  std::int64_t outbound_drops = 0;
  std::int64_t outbound_max_packets = 0;
  Duration outbound_blocked{};
  // Packets of the sender's direction dropped on the path, for whatever reason.
  std::int64_t path_drops = 0;
  ByteCount path_max;
  // Those that a queue on the path marked instead (RFC 3168).
  std::int64_t path_marks = 0;
};

// Another flow that shared the path (Lab).
struct CrossFlow {
  // When it connected, and when it was stopped or the run ended.
  Instant begin;
  Instant end;
  // Read by its application: in all, and while every flow was there, ours included.
  ByteCount bytes;
  ByteCount shared_bytes;
  std::int64_t retransmits = 0;
  // Of the sender's direction, as in QueueSummary.
  std::int64_t path_drops = 0;

  bool operator==(const CrossFlow&) const = default;
};

struct RunSummary {
  TransferSummary transfer;
  TcpSummary tcp;
  QueueSummary queues;
  // In the order in which they started.
  std::vector<CrossFlow> cross;
  // Hash over inner packets and samples: the same seed gives the same hash. 0 where there is none.
  std::uint64_t trace_hash = 0;
};

}  // namespace inflight::trace
