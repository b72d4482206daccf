// Fifo: packets in order with the sum of their sizes, the store of every queue discipline. A packet
// carries the instant at which it came in (in `arrival`), so that whoever takes it out knows how
// long it waited.
#pragma once

#include <optional>
#include <utility>

#include "base/ring_queue.h"
#include "base/units.h"
#include "wire/packet.h"

namespace inflight::path {

inline ByteCount size_of(const wire::Packet& packet) {
  return ByteCount{static_cast<std::int64_t>(packet.size())};
}

class Fifo {
 public:
  void push(wire::Packet&& packet) {
    bytes_ += size_of(packet);
    packets_.push_back(std::move(packet));
  }
  std::optional<wire::Packet> pop() {
    if (packets_.empty()) return std::nullopt;
    bytes_ -= size_of(packets_.front());
    return packets_.pop_front();
  }
  bool empty() const { return packets_.empty(); }
  std::size_t packets() const { return packets_.size(); }
  ByteCount bytes() const { return bytes_; }

 private:
  RingQueue<wire::Packet> packets_;
  ByteCount bytes_;
};

}  // namespace inflight::path
