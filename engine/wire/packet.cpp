#include "wire/packet.h"

#include <algorithm>
#include <utility>

namespace inflight::wire {
namespace {
constexpr std::size_t kPooledSize =
    PacketPool::kHeadroom + PacketPool::kDefaultCapacity + PacketPool::kTailroom;
}  // namespace

Packet::~Packet() {
  if (pool_ != nullptr) pool_->give_back(std::move(storage_), capacity_);
}

void Packet::swap(Packet& other) noexcept {
  std::swap(arrival, other.arrival);
  std::swap(tag, other.tag);
  std::swap(storage_, other.storage_);
  std::swap(pool_, other.pool_);
  std::swap(capacity_, other.capacity_);
  std::swap(begin_, other.begin_);
  std::swap(size_, other.size_);
}

MutableBytes Packet::grow_front(std::size_t n) {
  CHECK(n <= headroom());
  begin_ -= n;
  size_ += n;
  return bytes().first(n);
}

MutableBytes Packet::grow_back(std::size_t n) {
  CHECK(n <= tailroom());
  size_ += n;
  return bytes().last(n);
}

void Packet::trim_front(std::size_t n) {
  CHECK(n <= size_);
  begin_ += n;
  size_ -= n;
}

void Packet::trim_back(std::size_t n) {
  CHECK(n <= size_);
  size_ -= n;
}

PacketPool::~PacketPool() { CHECK(outstanding_ == 0); }

Packet PacketPool::make(std::size_t size) {
  Packet packet;
  packet.pool_ = this;
  packet.capacity_ = std::max(kPooledSize, kHeadroom + size + kTailroom);
  packet.begin_ = kHeadroom;
  packet.size_ = size;
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
