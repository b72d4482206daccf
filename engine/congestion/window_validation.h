// Congestion window validation (RFC 7661): how much of its window a sender really uses, so that a
// window which was right once and has not been filled since is neither trusted for ever nor thrown
// away after one idle RTO.
#pragma once

#include <deque>
#include <optional>

#include "base/time.h"
#include "base/units.h"

namespace inflight::congestion {

class WindowValidation {
 public:
  // An ACK outside of recovery. `cwnd` in bytes.
  void on_ack(ByteCount acked, Duration smoothed_rtt, double cwnd, Instant now);
  // A recovery ended, or slow start began anew: what was measured before no longer counts.
  void reset(Instant now);

  // RFC 7661 §4.2: bytes acknowledged per RTT, the largest of the last three RTTs or second;
  // nothing while it is not known.
  std::optional<ByteCount> pipe_ack() const;
  // RFC 7661 §4.3: at least half of the window was used, or nobody knows.
  bool validated(double cwnd) const;
  // RFC 7661 §4.4.3: the window has not been validated for five minutes. Tells so once for each
  // such time.
  bool take_expiry(double cwnd, Instant now);

 private:
  struct Sample {
    ByteCount acked;
    Instant end;
  };

  std::deque<Sample> samples_;
  // The RTT being measured.
  Instant begin_{};
  bool measuring_ = false;
  ByteCount acked_;
  // Since when the window has not been validated.
  std::optional<Instant> unused_since_;
};

}  // namespace inflight::congestion
