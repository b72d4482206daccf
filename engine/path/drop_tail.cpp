#include "path/drop_tail.h"

namespace inflight::path {

bool DropTail::push(wire::Packet&& packet, QueueEvents& events) {
  const ByteCount longer = fifo_.bytes() + size_of(packet);
  if (longer > config_.room) return false;
  if (config_.mark_threshold && longer > *config_.mark_threshold) {
    // What cannot be marked just waits: the room alone decides about drops.
    static_cast<void>(mark(packet, packet.arrival, events));
  }
  fifo_.push(std::move(packet));
  return true;
}

}  // namespace inflight::path
