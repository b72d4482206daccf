// Reno's congestion avoidance (RFC 5681 §3.1): one segment per window acknowledged, half of the
// flight on loss. NewReno's recovery (RFC 6582) is the sender's.
#pragma once

#include "congestion/avoidance_policy.h"

namespace inflight::congestion {

class Reno final : public AvoidancePolicy {
 public:
  std::unique_ptr<AvoidancePolicy> clone() const override { return std::make_unique<Reno>(*this); }
  double beta() const override { return 0.5; }
  // Reno remembers nothing: it grows by what is acknowledged, not by time.
  void on_congestion(double /*cwnd*/) override {}
  void on_timeout(double /*cwnd*/) override {}
  void begin_stage(StageEntry, double /*cwnd*/, double /*mss*/, Instant /*now*/) override {}
  void skip(Instant /*from*/, Instant /*now*/) override {}
  void describe(Status&) const override {}

  // RFC 5681 §3.1 by bytes: one segment for a window's worth acknowledged.
  double grow(const AvoidanceAck& ack, Instant /*now*/) override {
    return ack.cwnd + ack.mss * ack.acked / ack.cwnd;
  }
};

}  // namespace inflight::congestion
