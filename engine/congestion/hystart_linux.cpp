#include "congestion/hystart_linux.h"

namespace inflight::congestion {
namespace {

constexpr double kLowWindow = 16;  // segments
constexpr Duration kAckDelta = 2ms;
constexpr Duration kPostRecovery = 1s;

// How long four maximal offload bursts of 64 KiB take at the pacing rate, at most 1 ms: so much
// may aggregation on the way delay ACKs.
Duration ack_delay(double pacing_rate) {
  constexpr double kBursts = 4 * 65536.0;
  if (pacing_rate <= 0) return Duration::zero();
  return from_seconds(std::min(1e-3, kBursts / pacing_rate));
}

}  // namespace

SlowStartExit HystartLinux::on_ack(const SlowStartAck& ack, Instant now) {
  if (!ack.rtt) return SlowStartExit::None;
  // Right after a recovery samples say more about the recovery than about the path.
  if (ack.avoidance_since && now - *ack.avoidance_since < kPostRecovery) {
    return SlowStartExit::None;
  }
  delay_min_ = std::min(delay_min_, *ack.rtt);

  if (found_ || !ack.slow_start) return SlowStartExit::None;
  const bool below = ack.cwnd_segments < kLowWindow;
  if (below && rounds_from_gate_) return SlowStartExit::None;
  // Rounds go on below the low window, or the first one above it would look like one long train.
  if (round_.begins_with(ack)) begin_round(now);
  if (below) return SlowStartExit::None;

  // The train is looked at first, but a sample always counts.
  const bool train = ack_train(ack, now);
  const bool delay = delay_increased(*ack.rtt);
  found_ = train || delay;
  if (train) return SlowStartExit::HystartAckTrain;
  return delay ? SlowStartExit::HystartDelay : SlowStartExit::None;
}

void HystartLinux::on_timeout(StreamOffset snd_nxt, Instant now) {
  *this = HystartLinux(rounds_from_gate_);
  round_.restart(snd_nxt);
  begin_round(now);
}

void HystartLinux::begin_round(Instant now) {
  round_start_ = last_ack_ = now;
  round_min_ = kNoRtt;
  samples_ = 0;
}

bool HystartLinux::ack_train(const SlowStartAck& ack, Instant now) {
  // A longer gap leaves last_ack_ behind, which ends the train for the rest of the round.
  if (now - last_ack_ > kAckDelta) return false;
  last_ack_ = now;
  Duration threshold = delay_min_ + ack_delay(ack.pacing_rate);
  // Pacing alone can spread a round over half an RTT.
  if (!ack.paced) threshold /= 2;
  return now - round_start_ > threshold;
}

bool HystartLinux::delay_increased(Duration sample) {
  round_min_ = std::min(round_min_, sample);
  if (samples_ < kHystartSamples) {
    ++samples_;
    return false;
  }
  return round_min_ > delay_min_ + delay_threshold(delay_min_);
}

}  // namespace inflight::congestion
