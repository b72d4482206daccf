// RACK's memory (RFC 8985 §6): the most recently sent segment that is known to have arrived, its
// round-trip time, and how much reordering the path was seen to do. The scoreboard judges with
// these; what follows from a loss is loss_recovery's.
#pragma once

#include <optional>
#include <span>

#include "tcp/scoreboard.h"

namespace inflight::tcp {

class Rack {
 public:
  // §6.2 steps 1 to 3 for all that an ACK delivered. `echo`: when, by its timestamp, the segment
  // was sent that caused the ACK, rounded down to the clock's tick.
  void on_delivered(std::span<const SentSegment> segments, std::optional<Instant> echo,
                    std::optional<Duration> min_rtt, Instant now);
  // A duplicate was reported (RFC 2883): the window was too small. Counts once per round trip.
  // `copy`: it was one that we sent, so the original was not lost but late: as Linux does, that
  // counts as reordering.
  void on_duplicate_report(bool copy, StreamOffset snd_una, StreamOffset snd_nxt);
  // A recovery, by whatever way it began, has ended.
  void on_recovery_end();

  // §6.2 step 4. `eager`: in recovery, or three segments are SACKed.
  Duration reordering_window(bool eager, Duration min_rtt, Duration smoothed_rtt) const;
  std::optional<Newest> newest() const { return newest_; }
  Duration rtt() const { return rtt_; }
  bool reordering_seen() const { return reorderings_ > 0; }
  // How many ACKs showed it.
  std::int64_t reorderings() const { return reorderings_; }
  // By how much one was overtaken at most.
  ByteCount reordering_distance() const { return reordering_distance_; }

 private:
  std::optional<Newest> newest_;
  Duration rtt_{};
  // The highest place that was acknowledged or SACKed (RFC 8985's fack).
  StreamOffset highest_;
  std::int64_t reorderings_ = 0;
  ByteCount reordering_distance_;
  int multiplier_ = 1;
  int persist_ = 0;
  std::optional<StreamOffset> round_end_;
};

}  // namespace inflight::tcp
