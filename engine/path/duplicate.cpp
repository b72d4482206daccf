// Duplication: one draw per packet, and none while the share is 0.
#include "path/duplicate.h"

#include "base/check.h"

namespace inflight::path {

Duplicate::Duplicate(double share, Random random, wire::PacketPool& pool)
    : random_(random), pool_(&pool) {
  set(share);
}

std::optional<wire::Packet> Duplicate::copy_of(const wire::Packet& packet) {
  if (share_ <= 0 || !random_.chance(share_)) return std::nullopt;
  wire::Packet copy = pool_->copy(packet.bytes());
  copy.tag = packet.tag;
  return copy;
}

void Duplicate::set(double share) {
  CHECK(share >= 0 && share <= 1);
  share_ = share;
}

}  // namespace inflight::path
