// What makes a loss-based algorithm that algorithm: how far it falls and how it grows in
// congestion avoidance. Slow start, thresholds, timeouts and idle restarts are the same for all
// and stand in loss_based. Windows are bytes with fractions.
#pragma once

#include <memory>

#include "base/time.h"
#include "congestion/controller.h"

namespace inflight::congestion {

// How a stage of congestion avoidance was reached.
enum class StageEntry : std::uint8_t { AfterCongestion, AfterSlowStart };

// An ACK in congestion avoidance that may let the window grow.
struct AvoidanceAck {
  double cwnd = 0;
  // Bytes newly acknowledged, not more than cwnd.
  double acked = 0;
  double mss = 0;
  Duration smoothed_rtt{};
  Duration min_rtt{};
};

class AvoidancePolicy {
 public:
  virtual ~AvoidancePolicy() = default;
  // As it stands, to come back to if a reduction proves spurious.
  virtual std::unique_ptr<AvoidancePolicy> clone() const = 0;

  // ssthresh after a loss as a part of the bytes in flight.
  virtual double beta() const = 0;
  // The window is about to fall from `cwnd`.
  virtual void on_congestion(double cwnd) = 0;
  virtual void on_timeout(double cwnd) = 0;
  // A stage of congestion avoidance begins.
  virtual void begin_stage(StageEntry entry, double cwnd, double mss, Instant now) = 0;
  // The window after an ACK; never less than before.
  virtual double grow(const AvoidanceAck& ack, Instant now) = 0;
  // Between `from` and `now` the window was not what limited the sender. `from` may lie before
  // what was already reported or counted: nothing counts twice.
  virtual void skip(Instant from, Instant now) = 0;
  // Fills in what only this algorithm has.
  virtual void describe(Status& status) const = 0;
};

}  // namespace inflight::congestion
