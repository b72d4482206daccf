// HyStart as Linux has it (Ha & Rhee 2011, net/ipv4/tcp_cubic.c): slow start ends when the ACKs of
// a round have come close together for about half a minimum RTT (ACK train), or when the smallest
// RTT of a round is well above the connection's minimum (delay).
// Gate: any slow start with a window of 16 segments or more; once it has fired, not again until a
// timeout. Samples of the first second of a congestion-avoidance stage are ignored.
#pragma once

#include "base/time.h"
#include "congestion/controller.h"
#include "congestion/hystart.h"

namespace inflight::congestion {

class HystartLinux {
 public:
  // `rounds_from_gate`: rounds are counted only from the low window on, as before Linux 6.14.
  explicit HystartLinux(bool rounds_from_gate = false) : rounds_from_gate_(rounds_from_gate) {}

  // Why slow start ends with this ACK, or None. `now` is the ACK's arrival.
  SlowStartExit on_ack(const SlowStartAck& ack, Instant now);
  // A timeout forgets everything, the minimum RTT included, and begins a round.
  void on_timeout(StreamOffset snd_nxt, Instant now);

 private:
  void begin_round(Instant now);
  bool ack_train(const SlowStartAck& ack, Instant now);
  bool delay_increased(Duration sample);

  bool rounds_from_gate_;
  Round round_;
  Duration delay_min_ = kNoRtt;  // of the connection
  Duration round_min_ = kNoRtt;
  int samples_ = 0;  // of this round, counted up to kHystartSamples
  Instant round_start_{};
  Instant last_ack_{};  // the last ACK of an unbroken train
  bool found_ = false;
};

}  // namespace inflight::congestion
