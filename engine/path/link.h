// Link: a transmitter of fixed rate with a queue in front of it, counted in bytes. The packet being
// transmitted has left the queue and does not count against its room, so a queue of size q adds at
// most q / rate of delay, and a link with no queue still carries one packet at a time. A packet
// leaves when its last bit has been sent, rounded up to a nanosecond; the fraction that rounding
// added is taken off the next packet's time, so that errors never add up.
#pragma once

#include <memory>

#include "base/random.h"
#include "base/units.h"
#include "path/queue.h"
#include "path/stage.h"

namespace inflight::path {

class Link final : public Stage {
 public:
  // `rate` is more than 0. `random`: see make_queue.
  Link(DataRate rate, const QueueConfig& queue, const Random& random);

  // False: the queue has no room for this packet. Packets must not be empty.
  bool push(wire::Packet&& packet, Instant now) override;
  std::optional<wire::Packet> pop(Instant now) override;
  Instant next_departure() const override;
  // The packet being transmitted is re-timed: what is left of it goes at the new rate. A queue that
  // is longer than its new room drains; nothing already taken is dropped, but where a queue of
  // another discipline takes over and has no room.
  void set(DataRate rate, const QueueConfig& queue, Instant now);
  // What the queue dropped or marked among the packets it had taken, oldest first.
  std::optional<QueueEvent> poll_event();

  // Bytes waiting, without the packet being transmitted, and the most there ever were.
  ByteCount queued() const { return queue_->bytes(); }
  ByteCount max_queued() const { return max_queued_; }
  // Bytes of the packet being transmitted, whole until its last bit has left.
  ByteCount transmitting() const;
  std::size_t packets() const { return queue_->packets() + (sending_ ? 1 : 0); }

 private:
  void replace_queue(const QueueConfig& queue, Instant now);
  // Transmits the packet from `start` on, or rather from `early_` before that.
  void transmit(wire::Packet&& packet, Instant start);
  // Spends `work`, in bits times 10^9, from `start` on.
  void finish_after(Instant start, std::int64_t work);

  DataRate rate_;
  QueueConfig config_;
  Random random_;
  std::unique_ptr<Queue> queue_;
  QueueEvents events_;
  ByteCount max_queued_;
  // The one being transmitted; nothing: the queue is empty too.
  std::optional<wire::Packet> sending_;
  Instant due_ = kNever;
  // How much earlier than due_ the transmission really ends, in nanoseconds / rate: 0 .. rate-1.
  std::int64_t early_ = 0;
};

}  // namespace inflight::path
