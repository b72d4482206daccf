#include "host/outbound_queue.h"

#include <algorithm>
#include <utility>

namespace inflight::host {
namespace {

ByteCount size_of(const stack::OutgoingPacket& packet) {
  return ByteCount{static_cast<std::int64_t>(packet.packet.size())};
}

}  // namespace

bool OutboundQueue::push(stack::OutgoingPacket&& packet) {
  if (full()) {
    ++drops_;
    return false;
  }
  bytes_ += size_of(packet);
  packets_.push_back(std::move(packet));
  max_size_ = std::max(max_size_, size());
  return true;
}

stack::OutgoingPacket OutboundQueue::pop() {
  stack::OutgoingPacket packet = packets_.pop_front();
  bytes_ -= size_of(packet);
  return packet;
}

}  // namespace inflight::host
