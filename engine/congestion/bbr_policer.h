// Finds a token-bucket policer in the path (as Linux's BBR does; FACTS 2.14): two stretches of time
// in a row, each between losses, four to sixteen rounds long and with at least a fifth of the bytes
// lost, that delivered at the same rate. Then that rate is the one to send at, for 48 rounds.
#pragma once

#include <optional>

#include "base/time.h"
#include "congestion/controller.h"

namespace inflight::congestion {

class PolicerDetector {
 public:
  // `probing`: BBR is in its ProbeBandwidth mode. True when a rate's time is up and the bandwidth
  // is to be probed again.
  bool on_ack(const AckEvent& event, bool round_start, bool probing, Instant now);
  // Something else changed: begin from nothing.
  void reset(const AckEvent& event, Instant now);

  // The rate that the policer lets through, bytes per second, while one is believed in.
  std::optional<double> rate() const { return believed_ ? std::optional(rate_) : std::nullopt; }

 private:
  void begin_stretch(const AckEvent& event, Instant now);
  void end_stretch(double rate, const AckEvent& event, Instant now);

  bool sampling_ = false;
  bool believed_ = false;
  int rounds_ = 0;
  // Of the stretch before; 0 if there was none.
  double rate_ = 0;
  // Totals, and those at the beginning of the present stretch.
  ByteCount lost_;
  ByteCount stretch_lost_;
  ByteCount stretch_delivered_;
  Instant stretch_begin_{};
};

}  // namespace inflight::congestion
