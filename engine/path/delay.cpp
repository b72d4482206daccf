// Propagation: a queue whose due times ascend, because a later packet's is raised to its
// predecessor's.
#include "path/delay.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::path {

Delay::Delay(Duration delay, Duration jitter, Random random) : random_(random) {
  set(delay, jitter);
}

bool Delay::push(wire::Packet&& packet, Instant now) {
  Duration delay = delay_;
  if (jitter_ > Duration::zero()) {
    const auto values = static_cast<std::uint64_t>(jitter_.count()) + 1;
    delay += Duration{static_cast<std::int64_t>(random_.below(values))};
  }
  last_due_ = std::max(last_due_, now + delay);
  packet.arrival = last_due_;
  bytes_ += ByteCount{static_cast<std::int64_t>(packet.size())};
  under_way_.push_back(std::move(packet));
  return true;
}

std::optional<wire::Packet> Delay::pop(Instant now) {
  if (under_way_.empty() || under_way_.front().arrival > now) return std::nullopt;
  bytes_ -= ByteCount{static_cast<std::int64_t>(under_way_.front().size())};
  return under_way_.pop_front();
}

Instant Delay::next_departure() const {
  return under_way_.empty() ? kNever : under_way_.front().arrival;
}

Instant Delay::earliest_departure(Instant now) const { return std::max(last_due_, now + delay_); }

void Delay::set(Duration delay, Duration jitter) {
  CHECK(delay >= Duration::zero() && jitter >= Duration::zero());
  delay_ = delay;
  jitter_ = jitter;
}

}  // namespace inflight::path
