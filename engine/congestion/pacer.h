// Spreads packets in time: after a packet of n bytes the next one leaves n / rate later. A sender
// that comes late (its timer was, or it had nothing to send) may catch up by at most one quantum,
// never by a burst of all that it missed. Knows nothing of why the rate is what it is.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "base/units.h"

namespace inflight::congestion {

class Pacer {
 public:
  // When the next packet may leave; not later than now if it may already.
  Instant next_departure() const { return next_; }
  // `rate` in bytes per second, above 0. `quantum` is what may leave at once (a train).
  void on_sent(ByteCount size, double rate, ByteCount quantum, Instant now) {
    const auto time = [rate](ByteCount bytes) {
      return from_seconds(static_cast<double>(bytes.value()) / rate);
    };
    next_ = std::max(next_, now - time(quantum)) + time(size);
  }

 private:
  Instant next_{};
};

}  // namespace inflight::congestion
