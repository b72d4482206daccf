// Windows that grow by whole segments, as Linux's do: what is acknowledged is counted, and each
// time the count reaches what one segment more costs, the window takes it. Reno by bytes grows a
// little less with every ACK, because each fraction makes the window larger that the next is
// measured by.
#pragma once

#include <cstdint>

#include "congestion/avoidance_policy.h"

namespace inflight::congestion {

class SegmentCount {
 public:
  // Bytes by which the window grows when `acked` bytes are acknowledged and one segment more costs
  // `price` segments.
  double grow(double acked, double price, double mss) {
    double growth = 0;
    // What was counted when a segment cost more buys one, and not several.
    if (counted_ >= price) {
      counted_ = 0;
      growth = 1;
    }
    counted_ += acked / mss;
    const auto whole = static_cast<std::int64_t>(counted_ / price);
    counted_ -= static_cast<double>(whole) * price;
    return (growth + static_cast<double>(whole)) * mss;
  }

 private:
  // Segments.
  double counted_ = 0;
};

// RFC 5681 §3.1: one segment when a window's worth is acknowledged.
class RenoInSegments final : public AvoidancePolicy {
 public:
  std::unique_ptr<AvoidancePolicy> clone() const override {
    return std::make_unique<RenoInSegments>(*this);
  }
  double beta() const override { return 0.5; }
  void on_congestion(double /*cwnd*/) override { count_ = {}; }
  void on_timeout(double /*cwnd*/) override { count_ = {}; }
  void begin_stage(StageEntry, double /*cwnd*/, double /*mss*/, Instant /*now*/) override {}
  void skip(Instant /*from*/, Instant /*now*/) override {}
  void describe(Status&) const override {}

  double grow(const AvoidanceAck& ack, Instant /*now*/) override {
    return ack.cwnd + count_.grow(ack.acked, ack.cwnd / ack.mss, ack.mss);
  }

 private:
  SegmentCount count_;
};

}  // namespace inflight::congestion
