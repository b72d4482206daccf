// Stage: one box of the emulated network that holds packets for a while. Stages are chained by
// handing what one lets out at an instant to the next at that same instant; `Path` is such a chain.
// Times are exact however late a stage is asked: a packet leaves with `arrival` set to the instant
// at which it was due, not at which it was fetched.
//
// Contract: `now` never goes back, and everything due is popped before the next push.
#pragma once

#include <optional>

#include "base/time.h"
#include "wire/packet.h"

namespace inflight::path {

class Stage {
 public:
  virtual ~Stage() = default;

  // False: there was no room, the packet is gone.
  [[nodiscard]] virtual bool push(wire::Packet&& packet, Instant now) = 0;
  // The next packet due at or before `now`, or nothing.
  virtual std::optional<wire::Packet> pop(Instant now) = 0;
  // When the next packet is due; kNever if the stage is empty.
  virtual Instant next_departure() const = 0;
};

}  // namespace inflight::path
