#include "wire/packet.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace inflight::wire {
namespace {
constexpr std::size_t kPooledSize =
    PacketPool::kHeadroom + PacketPool::kDefaultCapacity + PacketPool::kTailroom;
}  // namespace

void Packet::give_back() noexcept { pool_->give_back(std::move(storage_), capacity_); }

MutableBytes Packet::grow_front(std::size_t n) {
  CHECK(n <= headroom());
  begin_ -= static_cast<std::uint32_t>(n);
  size_ += static_cast<std::uint32_t>(n);
  return bytes().first(n);
}

MutableBytes Packet::grow_back(std::size_t n) {
  CHECK(n <= tailroom());
  size_ += static_cast<std::uint32_t>(n);
  return bytes().last(n);
}

void Packet::trim_front(std::size_t n) {
  CHECK(n <= size_);
  begin_ += static_cast<std::uint32_t>(n);
  size_ -= static_cast<std::uint32_t>(n);
}

void Packet::trim_back(std::size_t n) {
  CHECK(n <= size_);
  size_ -= static_cast<std::uint32_t>(n);
}

PacketPool::~PacketPool() { CHECK(outstanding_ == 0); }

Packet PacketPool::make(std::size_t size) {
  const std::size_t capacity = std::max(kPooledSize, kHeadroom + size + kTailroom);
  CHECK(capacity <= std::numeric_limits<std::uint32_t>::max());
  Packet packet;
  packet.pool_ = this;
  packet.capacity_ = static_cast<std::uint32_t>(capacity);
  packet.begin_ = kHeadroom;
  packet.size_ = static_cast<std::uint32_t>(size);
  if (packet.capacity_ == kPooledSize && !idle_.empty()) {
    packet.storage_ = std::move(idle_.back());
    idle_.pop_back();
  } else {
    packet.storage_ = std::make_unique_for_overwrite<std::uint8_t[]>(packet.capacity_);
  }
  ++outstanding_;
  return packet;
}

Packet PacketPool::copy(Bytes content) {
  Packet packet = make(content.size());
  ByteWriter(packet.bytes()).bytes(content);
  return packet;
}

void PacketPool::give_back(std::unique_ptr<std::uint8_t[]> storage, std::size_t capacity) {
  --outstanding_;
  if (capacity == kPooledSize && idle_.size() < kMaxIdle) idle_.push_back(std::move(storage));
}

}  // namespace inflight::wire
