// Duplicate: a share of packets arrives twice, the copy right behind its original.
#pragma once

#include <optional>

#include "base/random.h"
#include "wire/packet.h"

namespace inflight::path {

class Duplicate {
 public:
  // `share`: 0 to 1. Copies come out of `pool`, which must outlive them.
  Duplicate(double share, Random random, wire::PacketPool& pool);

  // Decides about this packet: its copy, or nothing.
  [[nodiscard]] std::optional<wire::Packet> copy_of(const wire::Packet& packet);
  void set(double share);

 private:
  double share_ = 0;
  Random random_;
  wire::PacketPool* pool_;
};

}  // namespace inflight::path
