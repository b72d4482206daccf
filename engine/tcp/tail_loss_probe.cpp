#include "tcp/tail_loss_probe.h"

namespace inflight::tcp {
namespace {

constexpr Duration kWithoutRtt = 1s;
// Linux's and gVisor's TLP.max_ack_delay.
constexpr Duration kMaxAckDelay = 200ms;

}  // namespace

Duration TailLossProbe::timeout(std::optional<Duration> smoothed_rtt, bool one_segment) {
  if (!smoothed_rtt) return kWithoutRtt;
  return 2 * *smoothed_rtt + (one_segment ? kMaxAckDelay : Duration::zero());
}

void TailLossProbe::on_sent(StreamOffset snd_nxt, bool retransmission) {
  end_ = snd_nxt;
  retransmission_ = retransmission;
  measured_ = false;
}

bool TailLossProbe::on_ack(const Ack& ack) {
  if (!end_ || ack.ack < *end_) return false;
  // New data, or both copies arrived: nothing was lost.
  if (!retransmission_ || ack.duplicate) {
    end_.reset();
    return false;
  }
  // Everything is acknowledged, but the duplicate that the probe would have been was never
  // reported: wait for the next ACK, which would tell, as long as it is the same place.
  if (ack.ack == *end_) return false;
  end_.reset();
  return true;
}

}  // namespace inflight::tcp
