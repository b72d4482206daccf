// Loss: packets lost independently of one another, each with the same probability.
#pragma once

#include "base/random.h"

namespace inflight::path {

class Loss {
 public:
  // `share`: 0 to 1.
  Loss(double share, Random random);

  // Decides about the next packet: true if it is lost.
  [[nodiscard]] bool takes_next();
  void set(double share);

 private:
  double share_;
  Random random_;
};

}  // namespace inflight::path
