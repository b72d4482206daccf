// BurstLoss: losses that come in rows, as on radio links (the simple Gilbert model). At each packet
// outside a burst one begins with probability `share`, that packet being its first; a burst's
// length is geometric with the mean `mean_packets`, so each loss is followed by another with
// probability 1 - 1/mean. The long-run share of lost packets is s*m / (s*m + 1 - s). Together with
// Loss it is the model of Gilbert and Elliott in which the bad state loses everything and the good
// one the share of Loss.
#pragma once

#include "base/random.h"

namespace inflight::path {

class BurstLoss {
 public:
  // `share`: 0 to 1; `mean_packets`: at least 1, unless the share is 0.
  BurstLoss(double share, double mean_packets, Random random);

  // Decides about the next packet: true if it is lost.
  [[nodiscard]] bool takes_next();
  // A burst under way goes on with the new mean; it ends if the share becomes 0.
  void set(double share, double mean_packets);

 private:
  double share_ = 0;
  double continues_ = 0;
  bool in_burst_ = false;
  Random random_;
};

}  // namespace inflight::path
