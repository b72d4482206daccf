// PacketTap: whoever watches a host's packets. The same tap feeds captures, hashes and analysis.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace inflight::wire {

enum class TapDirection : std::uint8_t { Out, In };

// Sees every packet on the inner side of the tunnel and every outer one (whole IP packets), each at
// the host's own time, ascending. The bytes are valid during the call only.
class PacketTap {
 public:
  virtual ~PacketTap() = default;
  virtual void on_inner(Bytes packet, TapDirection direction, Instant now) = 0;
  virtual void on_outer(Bytes packet, TapDirection direction, Instant now) = 0;
};

}  // namespace inflight::wire
