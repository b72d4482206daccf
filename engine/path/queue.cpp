// The choice of a discipline, and what all of them share.
#include "path/queue.h"

#include "path/codel.h"
#include "path/drop_tail.h"
#include "path/fifo.h"
#include "path/fq_codel.h"
#include "wire/ecn.h"

namespace inflight::path {

std::unique_ptr<Queue> make_queue(const QueueConfig& config, const Random& random) {
  CHECK(config.room >= ByteCount{0});
  switch (config.discipline) {
    case Discipline::DropTail:
      break;
    case Discipline::Codel:
      return std::make_unique<CodelQueue>(config);
    case Discipline::FqCodel:
      return std::make_unique<FqCodelQueue>(config, random);
  }
  return std::make_unique<DropTail>(config);
}

bool mark(wire::Packet& packet, Instant now, QueueEvents& events) {
  switch (wire::ecn_of(std::as_const(packet).bytes())) {
    case wire::Ecn::NotEct:
      return false;
    case wire::Ecn::Ce:
      // Marked already, by somebody before us: that says all there is to say.
      return true;
    case wire::Ecn::Ect0:
    case wire::Ecn::Ect1:
      break;
  }
  wire::set_ecn(packet.bytes(), wire::Ecn::Ce);
  events.push_back(
      {.dropped = std::nullopt, .tag = packet.tag, .time = now, .size = size_of(packet)});
  return true;
}

void note_drop(const wire::Packet& packet, DropPlace place, Instant now, QueueEvents& events) {
  events.push_back({.dropped = place, .tag = packet.tag, .time = now, .size = size_of(packet)});
}

}  // namespace inflight::path
