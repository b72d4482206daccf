// The queue between the stack and the tunnel, counted in packets: what the older builds of the
// story overflowed inside the process. Policy `drop` lets the stack go on and drops at the tail;
// `backpressure` makes the host stop asking the stack. The queue itself only holds, counts and
// refuses.
#pragma once

#include <cstdint>

#include "base/ring_queue.h"
#include "stack/stack.h"

namespace inflight::host {

enum class OutboundPolicy : std::uint8_t { Drop, Backpressure };

struct OutboundConfig {
  // At least 1.
  std::int64_t length = 512;
  OutboundPolicy policy = OutboundPolicy::Backpressure;
};

class OutboundQueue {
 public:
  explicit OutboundQueue(OutboundConfig config) : config_(config) {}

  // A shorter length drops nothing: the queue takes no more until it has drained.
  void set(OutboundConfig config) { config_ = config; }
  const OutboundConfig& config() const { return config_; }

  bool full() const { return size() >= config_.length; }
  std::int64_t size() const { return static_cast<std::int64_t>(packets_.size()); }
  bool empty() const { return packets_.empty(); }
  // Bytes of the packets that wait.
  ByteCount bytes() const { return bytes_; }
  // False if there was no room: the packet is still the caller's.
  [[nodiscard]] bool push(stack::OutgoingPacket&& packet);
  stack::OutgoingPacket pop();

  std::int64_t drops() const { return drops_; }
  std::int64_t max_size() const { return max_size_; }

 private:
  OutboundConfig config_;
  RingQueue<stack::OutgoingPacket> packets_;
  ByteCount bytes_;
  std::int64_t drops_ = 0;
  std::int64_t max_size_ = 0;
};

}  // namespace inflight::host
