// HyStart++ (RFC 9406 §4.2-4.3): when the smallest RTT of a round is well above that of the round
// before, slow start goes on at a quarter of its pace (Conservative Slow Start). If the RTT falls
// again, that was jitter and slow start resumes; after five such rounds it ends. No ACK trains.
// Gate: the initial slow start only (§4.3); its owner drops it when ssthresh is first set.
#pragma once

#include "base/time.h"
#include "congestion/controller.h"
#include "congestion/hystart.h"

namespace inflight::congestion {

class HystartPlusPlus {
 public:
  // RFC 9406 §4.2: how many segments one ACK may add when the sender does not pace.
  static constexpr int kUnpacedLimit = 8;

  // HystartCss with the ACK that follows the last conservative round, else None.
  SlowStartExit on_ack(const SlowStartAck& ack, Instant now);

  // What to divide the growth of slow start by: 1, or 4 in Conservative Slow Start.
  double growth_divisor() const { return conservative() ? 4 : 1; }
  bool conservative() const { return css_rounds_ > 0; }

 private:
  void begin_round();
  void take_sample(Duration sample);

  Round round_;
  Duration previous_min_ = kNoRtt;  // lastRoundMinRTT
  Duration round_min_ = kNoRtt;     // currentRoundMinRTT
  Duration baseline_ = kNoRtt;      // cssBaselineMinRtt, while in CSS
  int samples_ = 0;                 // rttSampleCount
  int css_rounds_ = 0;              // begun so far; 0 in slow start proper
};

}  // namespace inflight::congestion
