// What the three HyStarts share: what a slow-start exit rule is told of an ACK, the rounds it
// counts in, and the delay threshold that all three use. The rules themselves differ and are
// chosen separately: hystart_linux, hystart_gvisor, hystart_plus_plus. Each answers whether slow
// start should end; what follows from that is the window's business (loss_based).
#pragma once

#include <algorithm>
#include <optional>

#include "base/sequence.h"
#include "base/time.h"

namespace inflight::congestion {

// One ACK, as a slow-start exit rule sees it, before the window grows by it.
struct SlowStartAck {
  // Karn-clean sample; nothing if this ACK gave none.
  std::optional<Duration> rtt;
  StreamOffset snd_una;
  StreamOffset snd_nxt;
  // cwnd is below ssthresh.
  bool slow_start = true;
  double cwnd_segments = 0;
  bool paced = false;
  // The rate at which the window is sent out, bytes per second; 0 if not known yet.
  double pacing_rate = 0;
  // When the present congestion-avoidance stage began, if there is one.
  std::optional<Instant> avoidance_since;
};

// Rounds of one window each. A round's end is the SND.NXT of its beginning; it is over when the
// byte there has been acknowledged, which is when SND.UNA is beyond it. That ACK is the first of
// the next round.
class Round {
 public:
  // True if this ACK begins a round; the very first one does.
  bool begins_with(const SlowStartAck& ack) {
    if (end_ && ack.snd_una <= *end_) return false;
    end_ = ack.snd_nxt;
    return true;
  }
  // Begins one by decree.
  void restart(StreamOffset snd_nxt) { end_ = snd_nxt; }

 private:
  std::optional<StreamOffset> end_;
};

// "No sample yet" for minima.
inline constexpr Duration kNoRtt = Duration::max();

// RTT samples a round must have before its minimum is believed.
inline constexpr int kHystartSamples = 8;

// How far the RTT must rise above `baseline`: an eighth of it, within 4 to 16 ms.
constexpr Duration delay_threshold(Duration baseline) {
  return std::clamp<Duration>(baseline / 8, 4ms, 16ms);
}

}  // namespace inflight::congestion
