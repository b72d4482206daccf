// How many bytes more than the bandwidth explains are acknowledged at once, as on links that hold
// ACKs back (wireless, cable): the most seen in the last five to ten rounds. BBR adds it to its
// window, or it would stand still between two such ACKs (FACTS 2.14).
#pragma once

#include <array>

#include "base/time.h"
#include "congestion/controller.h"

namespace inflight::congestion {

class AckAggregation {
 public:
  // `bandwidth` in bytes per second, `cwnd` and `mss` in bytes.
  void on_ack(const AckEvent& event, bool round_start, double bandwidth, double cwnd, double mss,
              Instant now);
  // The application was idle: the time until now explains no bytes.
  void restart(Instant now);
  // Bytes; at most what `bandwidth` delivers in 100 ms.
  double extra(double bandwidth) const;

 private:
  // Two windows of five rounds, used in turn.
  std::array<double, 2> extra_{};
  std::size_t window_ = 0;
  int rounds_ = 0;
  Instant epoch_{};
  double epoch_acked_ = 0;
};

}  // namespace inflight::congestion
