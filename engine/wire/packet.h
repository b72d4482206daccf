// Packet: an owning, movable buffer for one IP packet or datagram, with headroom for headers to be
// put in front and tailroom for a tag behind, so that a segment is written once and sealed in
// place. Buffers come from a PacketPool and go back to it, so the steady state allocates nothing. A
// pool belongs to one session (one thread) and must outlive its packets.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace inflight::wire {

class PacketPool;

class Packet {
 public:
  // An empty packet without a buffer.
  Packet() = default;
  // Inline, as every queue on a packet's way moves it twice: a call each was 6 % of a transfer.
  Packet(Packet&& other) noexcept
      : arrival(other.arrival),
        tag(other.tag),
        storage_(std::move(other.storage_)),
        pool_(std::exchange(other.pool_, nullptr)),
        capacity_(std::exchange(other.capacity_, 0)),
        begin_(std::exchange(other.begin_, 0)),
        size_(std::exchange(other.size_, 0)) {}
  Packet& operator=(Packet&& other) noexcept {
    if (this == &other) return *this;
    if (pool_ != nullptr) give_back();
    arrival = other.arrival;
    tag = other.tag;
    storage_ = std::move(other.storage_);
    pool_ = std::exchange(other.pool_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;
  ~Packet() {
    if (pool_ != nullptr) give_back();
  }

  Bytes bytes() const { return {storage_.get() + begin_, size_}; }
  MutableBytes bytes() { return {storage_.get() + begin_, size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t headroom() const { return begin_; }
  std::size_t tailroom() const { return std::size_t{capacity_} - begin_ - size_; }

  // Extends by n bytes of unspecified content, which are returned; there must be room.
  MutableBytes grow_front(std::size_t n);
  MutableBytes grow_back(std::size_t n);
  // Cuts n bytes off; n is at most size().
  void trim_front(std::size_t n);
  void trim_back(std::size_t n);

  // When the packet arrived at this host (FACTS 0.4): RTT, ACK spacing, RACK and HyStart use this.
  Instant arrival{};
  // Carried along and meaningless to the wire: lets a host recognise its own packet when the path
  // says that it dropped it. 0 is nobody's.
  std::uint64_t tag = 0;

 private:
  friend class PacketPool;
  void give_back() noexcept;

  std::unique_ptr<std::uint8_t[]> storage_;
  PacketPool* pool_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t size_ = 0;
};

class PacketPool {
 public:
  // What fits behind the headroom of a pooled buffer; larger packets get a buffer of their own.
  static constexpr std::size_t kDefaultCapacity = 2048;
  // Room in front for outer IPv6, UDP and the transport header, and behind for padding and the tag.
  static constexpr std::size_t kHeadroom = 64;
  static constexpr std::size_t kTailroom = 32;
  // Buffers kept for reuse; beyond this a returned buffer is freed.
  static constexpr std::size_t kMaxIdle = 8192;

  PacketPool() = default;
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  ~PacketPool();

  // A packet of `size` unspecified bytes with at least kHeadroom before and kTailroom behind.
  Packet make(std::size_t size);
  // The same with a copy of `content`.
  Packet copy(Bytes content);
  std::size_t idle() const { return idle_.size(); }
  // Packets handed out and not yet returned.
  std::size_t outstanding() const { return outstanding_; }

 private:
  friend class Packet;
  void give_back(std::unique_ptr<std::uint8_t[]> storage, std::size_t capacity);

  std::vector<std::unique_ptr<std::uint8_t[]>> idle_;
  std::size_t outstanding_ = 0;
};

}  // namespace inflight::wire
