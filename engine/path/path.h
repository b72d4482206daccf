// Path: one direction of the emulated network, as a chain (DESIGN section 3):
//
//   sender -> outage -> MTU -> random and burst loss -> policer -> rate and queue
//          -> reordering, duplication -> delay
//
// Figures count bytes on the wire: packet.size(), whole IP packets. Drops happen on entry and are
// known as soon as a packet has been pushed, but for those of CoDel, which happen when a packet
// would leave the queue; a lost packet takes no room in it. The parts draw from random streams of
// their own: turning one knob leaves the others' luck alone.
//
// Order of calls: push and pop with a `now` that never goes back, at the latest at next_departure()
// if one wants packets on time. Memory is bounded by the queue's room and by rate x delay.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"
#include "base/ring_queue.h"
#include "base/time.h"
#include "base/units.h"
#include "path/burst_loss.h"
#include "path/delay.h"
#include "path/duplicate.h"
#include "path/link.h"
#include "path/loss.h"
#include "path/policer.h"
#include "path/queue.h"
#include "path/reorder.h"
#include "path/report.h"
#include "wire/packet.h"

namespace inflight::path {

// Shares are 0 to 1, durations not negative.
struct PathConfig {
  // More than 0.
  DataRate rate = DataRate::bits_per_second(100'000'000);
  // In front of it, without the packet being transmitted.
  QueueConfig queue;
  // Nothing: all may enter the queue.
  std::optional<PolicerConfig> policer;
  // Nothing that enters gets through.
  bool outage = false;
  // One way.
  Duration delay = 30ms;
  // Each packet's delay is drawn from [delay, delay + jitter]; order is kept.
  Duration jitter{};
  double loss = 0;
  // Share of packets at which a burst of losses begins; mean packets in one (at least 1).
  double burst_share = 0;
  double burst_mean_packets = 1;
  // Share of packets held back by reorder_delay.
  double reorder = 0;
  Duration reorder_delay = 10ms;
  double duplicate = 0;
  // The largest packet that passes, as an IP packet; more than 0.
  ByteCount mtu{1500};

  bool operator==(const PathConfig&) const = default;
};

class Path {
 public:
  // Drops, and marks, that nobody fetched; beyond this they are counted but no longer reported one
  // by one.
  static constexpr std::size_t kMaxUnreadDrops = 1 << 16;

  // `pool` makes the copies of duplicated packets and must outlive the path.
  Path(const PathConfig& config, const Random& random, wire::PacketPool& pool);

  // A packet enters, or is dropped (see poll_drop). It must not be empty.
  void push(wire::Packet packet, Instant now);
  // The next packet that has arrived by `now`, with `arrival` set to the exact instant.
  std::optional<wire::Packet> pop(Instant now);
  // When to call pop again; kNever if the path is empty. Never later than the next arrival. With
  // jitter or reordering it may be earlier, and pop then gives nothing.
  Instant next_departure() const;
  // What was dropped since the last call, oldest first.
  std::optional<Drop> poll_drop();
  // The same of what was marked.
  std::optional<Mark> poll_mark();
  Snapshot snapshot(Instant now);

  // Changes the path under its packets: what is already past a part keeps what it got there, see
  // Link::set, Delay::set and Reorder::set. Order changes only through reordering.
  void set(const PathConfig& config, Instant now);
  const PathConfig& config() const { return config_; }

 private:
  // Moves packets on from the link and the holding place into the delay, in order of time.
  void advance(Instant now);
  void enter_delay(wire::Packet packet);
  // Why the packet does not get as far as the queue, if it does not.
  std::optional<DropPlace> fate(const wire::Packet& packet, Instant now);
  // What the queue did to packets that were inside.
  void record_queue_events();
  void record_drop(const Drop& drop);

  PathConfig config_;
  Loss loss_;
  BurstLoss burst_loss_;
  Policer policer_;
  Link link_;
  Reorder reorder_;
  Duplicate duplicate_;
  Delay delay_;
  RingQueue<Drop> drops_;
  RingQueue<Mark> marks_;
  Counters counters_;
  // Bytes that have entered and not arrived.
  ByteCount inside_;
};

}  // namespace inflight::path
