// Link: a transmitter of fixed rate with a drop-tail queue in front of it, counted in bytes. The
// packet being transmitted has left the queue and does not count against its room, so a queue of
// size q adds at most q / rate of delay, and a link with no queue still carries one packet at a
// time. A packet leaves when its last bit has been sent, rounded up to a nanosecond; the fraction
// that rounding added is taken off the next packet's time, so that errors never add up.
#pragma once

#include "base/ring_queue.h"
#include "base/units.h"
#include "path/stage.h"

namespace inflight::path {

class Link final : public Stage {
 public:
  // `rate` is more than 0, `room` (of the queue) not negative.
  Link(DataRate rate, ByteCount room);

  // False: the queue has no room for all of this packet. Packets must not be empty.
  bool push(wire::Packet&& packet, Instant now) override;
  std::optional<wire::Packet> pop(Instant now) override;
  Instant next_departure() const override;
  // The packet being transmitted is re-timed: what is left of it goes at the new rate. A queue that
  // is longer than its new room drains; nothing already taken is dropped.
  void set(DataRate rate, ByteCount room, Instant now);

  // Bytes waiting, without the packet being transmitted, and the most there ever were.
  ByteCount queued() const { return queued_; }
  ByteCount max_queued() const { return max_queued_; }
  // Bytes of the packet being transmitted, whole until its last bit has left.
  ByteCount transmitting() const;
  std::size_t packets() const { return packets_.size(); }

 private:
  // Sets when a transmission that starts at `start`, earlier by `early_`, ends.
  void start_transmission(Instant start);
  // Spends `work`, in bits times 10^9, from `start` on.
  void finish_after(Instant start, std::int64_t work);

  DataRate rate_;
  ByteCount room_;
  ByteCount queued_;
  ByteCount max_queued_;
  // The first is the one being transmitted.
  RingQueue<wire::Packet> packets_;
  Instant due_ = kNever;
  // How much earlier than due_ the transmission really ends, in nanoseconds / rate: 0 .. rate-1.
  std::int64_t early_ = 0;
};

}  // namespace inflight::path
