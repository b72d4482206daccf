// Burst loss: a two-state chain, one draw per packet outside a burst and one more per lost packet.
#include "path/burst_loss.h"

#include "base/check.h"

namespace inflight::path {

BurstLoss::BurstLoss(double share, double mean_packets, Random random) : random_(random) {
  set(share, mean_packets);
}

bool BurstLoss::takes_next() {
  if (share_ <= 0) return false;
  if (!in_burst_ && !random_.chance(share_)) return false;
  in_burst_ = random_.chance(continues_);
  return true;
}

void BurstLoss::set(double share, double mean_packets) {
  CHECK(share >= 0 && share <= 1);
  CHECK(share <= 0 || mean_packets >= 1);
  share_ = share;
  continues_ = share > 0 ? 1 - 1 / mean_packets : 0;
  if (share <= 0) in_burst_ = false;
}

}  // namespace inflight::path
