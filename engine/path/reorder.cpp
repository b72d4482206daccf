// Reordering: a queue of held packets whose due times ascend.
#include "path/reorder.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::path {

Reorder::Reorder(double share, Duration hold, Random random) : random_(random) { set(share, hold); }

bool Reorder::takes_next() { return share_ > 0 && random_.chance(share_); }

bool Reorder::push(wire::Packet&& packet, Instant now) {
  last_due_ = std::max(last_due_, now + hold_);
  packet.arrival = last_due_;
  held_.push_back(std::move(packet));
  return true;
}

std::optional<wire::Packet> Reorder::pop(Instant now) {
  if (held_.empty() || held_.front().arrival > now) return std::nullopt;
  return held_.pop_front();
}

Instant Reorder::next_departure() const { return held_.empty() ? kNever : held_.front().arrival; }

void Reorder::set(double share, Duration hold) {
  CHECK(share >= 0 && share <= 1 && hold >= Duration::zero());
  share_ = share;
  hold_ = hold;
}

}  // namespace inflight::path
