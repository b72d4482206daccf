#include "path/policer.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::path {
namespace {

constexpr std::int64_t kPerByte = 8'000'000'000;

}  // namespace

void Policer::set(const std::optional<PolicerConfig>& config, Instant now) {
  if (!config) {
    config_.reset();
    return;
  }
  CHECK(config->rate.bits_per_second() > 0);
  CHECK(config->burst > ByteCount{0} && config->burst <= kLargestBurst);
  const std::int64_t full = config->burst.value() * kPerByte;
  if (config_) {
    refill(now);
    credit_ = std::min(credit_, full);
  } else {
    credit_ = full;
  }
  config_ = config;
  refilled_ = now;
}

bool Policer::takes(ByteCount size, Instant now) {
  if (!config_) return false;
  refill(now);
  const std::int64_t cost = size.value() * kPerByte;
  if (credit_ < cost) return true;
  credit_ -= cost;
  return false;
}

void Policer::refill(Instant now) {
  const std::int64_t missing = config_->burst.value() * kPerByte - credit_;
  const std::int64_t elapsed = (now - refilled_).count();
  const std::int64_t rate = config_->rate.bits_per_second();
  refilled_ = now;
  // The product overflows after a long pause; the bucket is full long before.
  credit_ += elapsed > missing / rate ? missing : elapsed * rate;
}

}  // namespace inflight::path
