// Tail loss probe (RFC 8985 §7): when nothing comes back for two round trips, one segment is sent
// so that its ACK or SACK shows what is missing, instead of waiting for the retransmission timer.
#pragma once

#include <optional>

#include "base/sequence.h"
#include "base/time.h"

namespace inflight::tcp {

class TailLossProbe {
 public:
  // §7.2: how long after a transmission or a cumulative ACK. `one_segment`: the peer may be
  // delaying the ACK of the only segment in flight.
  static Duration timeout(std::optional<Duration> smoothed_rtt, bool one_segment);

  // None is unresolved, and the round-trip time was measured since the last.
  bool may_send() const { return !end_ && measured_; }
  // Sent: `snd_nxt` after it.
  void on_sent(StreamOffset snd_nxt, bool retransmission);
  void on_rtt_sample() { measured_ = true; }
  void reset() { end_.reset(); }

  struct Ack {
    StreamOffset ack;
    // It reported the probe as a duplicate (RFC 2883), or was a duplicate ACK without SACK.
    bool duplicate = false;
  };
  // §7.4.2: true if the probe repaired a loss, which counts as congestion.
  bool on_ack(const Ack& ack);

 private:
  std::optional<StreamOffset> end_;
  bool retransmission_ = false;
  bool measured_ = false;
};

}  // namespace inflight::tcp
