// HyStart as gVisor has it since April 2024 (pkg/tcpip/transport/tcp/cubic.go): both of Linux's
// detectors, but measured against the smallest RTT of the previous round; so an RTT that rises
// slowly never ends slow start, and the first round has nothing to compare with.
// Gate: the initial slow start only; its owner drops it when ssthresh is first set. There is no
// lower limit of the window and no regard for pacing.
#pragma once

#include "base/time.h"
#include "congestion/controller.h"
#include "congestion/hystart.h"

namespace inflight::congestion {

class HystartGvisor {
 public:
  // Why slow start ends with this ACK, or None. `now` is the ACK's arrival: with the time of
  // processing, ACKs that waited for a busy writer look like a train.
  SlowStartExit on_ack(const SlowStartAck& ack, Instant now);

 private:
  void begin_round(Instant now);
  bool ack_train(Instant now);
  bool delay_increased(Duration sample);

  Round round_;
  Duration previous_min_ = kNoRtt;  // of the round before
  Duration round_min_ = kNoRtt;
  int samples_ = 0;  // of this round
  Instant round_start_{};
  Instant last_ack_{};  // the last ACK of an unbroken train
};

}  // namespace inflight::congestion
