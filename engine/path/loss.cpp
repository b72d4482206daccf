// Random loss: one draw per packet, and none while the share is 0.
#include "path/loss.h"

#include "base/check.h"

namespace inflight::path {

Loss::Loss(double share, Random random) : share_(0), random_(random) { set(share); }

bool Loss::takes_next() { return share_ > 0 && random_.chance(share_); }

void Loss::set(double share) {
  CHECK(share >= 0 && share <= 1);
  share_ = share;
}

}  // namespace inflight::path
