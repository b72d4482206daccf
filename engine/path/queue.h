// Queue: what waits in front of a link, in one of three disciplines. Drop-tail refuses what does
// not fit; CoDel and FQ-CoDel also drop on the way out what has waited too long, and FQ-CoDel gives
// each flow its turn. Whichever it is, `room` bounds its bytes, so memory is bounded, and packets
// whose transport knows ECN are marked where others would be dropped for their waiting.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/random.h"
#include "base/ring_queue.h"
#include "path/report.h"
#include "wire/packet.h"

namespace inflight::path {

enum class Discipline : std::uint8_t { DropTail, Codel, FqCodel };

// RFC 8289 §4.4: how much waiting is good, and for how long it may be exceeded. Both more than 0.
struct CodelConfig {
  Duration target = 5ms;
  Duration interval = 100ms;

  bool operator==(const CodelConfig&) const = default;
};

struct QueueConfig {
  Discipline discipline = Discipline::DropTail;
  // Bytes that may wait; not negative.
  ByteCount room{750'000};
  CodelConfig codel;
  // Drop-tail only: a packet behind which more than this waits, itself included, is marked.
  std::optional<ByteCount> mark_threshold;

  bool operator==(const QueueConfig&) const = default;
};

// What a queue did to a packet that it had taken (or to the one it was just given).
struct QueueEvent {
  // Nothing: it was marked and goes on.
  std::optional<DropPlace> dropped;
  std::uint64_t tag = 0;
  Instant time{};
  ByteCount size;

  bool operator==(const QueueEvent&) const = default;
};
using QueueEvents = RingQueue<QueueEvent>;

class Queue {
 public:
  virtual ~Queue() = default;

  // Takes the packet with `arrival` set to when it came in. False: there was no room, it is gone.
  // Others that had to go instead of it are in `events`.
  [[nodiscard]] virtual bool push(wire::Packet&& packet, QueueEvents& events) = 0;
  // The packet to transmit from `now` on; what was dropped on the way to it is in `events`.
  virtual std::optional<wire::Packet> pop(Instant now, QueueEvents& events) = 0;
  // The same without dropping or marking any: to move them to another queue.
  virtual std::optional<wire::Packet> take() = 0;
  // The discipline must be this queue's own. What waits stays, even if there is less room now.
  virtual void set(const QueueConfig& config) = 0;
  virtual ByteCount bytes() const = 0;
  virtual std::size_t packets() const = 0;
};

// `random` perturbs the hash of FQ-CoDel, so that which flows share a queue differs from run to
// run.
std::unique_ptr<Queue> make_queue(const QueueConfig& config, const Random& random);

// Marks the packet instead of dropping it, if its transport knows marks (RFC 3168 §5): true then.
[[nodiscard]] bool mark(wire::Packet& packet, Instant now, QueueEvents& events);
void note_drop(const wire::Packet& packet, DropPlace place, Instant now, QueueEvents& events);

}  // namespace inflight::path
