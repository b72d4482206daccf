// RFC 5961 §7: challenge ACKs are throttled, so that forged segments do not make us talk.
#pragma once

#include "base/time.h"

namespace inflight::tcp {

class ChallengeLimit {
 public:
  explicit ChallengeLimit(Instant now) : period_(now) {}

  // One more may be sent, and is counted.
  bool take(Instant now) {
    if (now - period_ >= kPeriod) {
      period_ = now;
      count_ = 0;
    }
    return ++count_ <= kPerPeriod;
  }

 private:
  // The RFC's example.
  static constexpr int kPerPeriod = 10;
  static constexpr Duration kPeriod = 5s;

  Instant period_;
  int count_ = 0;
};

}  // namespace inflight::tcp
