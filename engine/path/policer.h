// Policer: a token bucket. Credit grows at the rate up to the burst; a packet that finds less than
// its size is dropped at once. Unlike a queue it adds no delay that would warn a sender, and after
// a pause it lets a burst through at any speed.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/units.h"

namespace inflight::path {

struct PolicerConfig {
  // Both more than 0; the burst at most kLargestBurst.
  DataRate rate = DataRate::bits_per_second(50'000'000);
  ByteCount burst{150'000};

  bool operator==(const PolicerConfig&) const = default;
};

class Policer {
 public:
  static constexpr ByteCount kLargestBurst = 512_MiB;

  // Nothing: every packet passes.
  explicit Policer(const std::optional<PolicerConfig>& config) { set(config, Instant{}); }

  // Decides about a packet at `now`, which never goes back: true if it is dropped.
  [[nodiscard]] bool takes(ByteCount size, Instant now);
  // A bucket that was there keeps its credit, as far as the new burst allows; a new one is full.
  void set(const std::optional<PolicerConfig>& config, Instant now);

 private:
  void refill(Instant now);

  std::optional<PolicerConfig> config_;
  // In bits times 10^9, so that nanoseconds times the rate add up exactly.
  std::int64_t credit_ = 0;
  Instant refilled_{};
};

}  // namespace inflight::path
