// The part of a scenario that is not at the two ends: the emulated path, and who shares it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "congestion/controller.h"
#include "lab/schedule.h"
#include "path/queue.h"

namespace inflight::lab {

struct BurstLoss {
  // Share of packets at which a burst of losses begins, and the mean number of packets lost in one.
  double share = 0;
  std::int64_t mean_packets = 0;

  bool operator==(const BurstLoss&) const = default;
};

// Which directions an outage interrupts.
enum class OutageDirection : std::uint8_t { Both, Forward, Back };

// Figures count bytes on the emulated wire, tunnel overhead included.
struct PathSettings {
  DataRate rate = DataRate::bits_per_second(100'000'000);
  // Of the receiver's direction; nothing: the same as `rate`.
  std::optional<DataRate> rate_back;
  // Propagation only, both ways together; queueing and transmission come on top.
  Duration rtt = 60ms;
  // Room of the bottleneck's queue, each direction, and which of those in it are dropped or marked.
  ByteCount queue{750'000};
  path::Discipline discipline = path::Discipline::DropTail;
  Duration codel_target = 5ms;
  Duration codel_interval = 100ms;
  // Drop-tail: packets that know ECN are marked behind more than this; nothing: never.
  std::optional<ByteCount> mark_threshold;
  // What is let through to the queue, each direction; nothing: everything.
  std::optional<DataRate> policer;
  ByteCount policer_burst{150'000};
  double loss = 0;
  BurstLoss loss_burst;
  // Each packet's delay is drawn uniformly from [0, jitter] on top; order is kept.
  Duration jitter{};
  // Share of packets held back by `reorder_delay`, so that later ones overtake them.
  double reorder = 0;
  Duration reorder_delay = 10ms;
  double duplicate = 0;
  std::int64_t mtu = 1500;
  // When nothing gets through any more, and for how long; nothing: never. From the connect.
  std::optional<Duration> outage;
  Duration outage_length = 1s;
  OutageDirection outage_direction = OutageDirection::Both;
  // Settings of the path that change while the run goes on.
  Schedule schedule;
};

// Other connections that share the path, outside the tunnel: each a bulk transfer between hosts of
// its own, with buffers that never limit it and otherwise the TCP of the one that is looked at.
struct CrossSettings {
  std::int64_t flows = 0;
  // When the first begins, how much later each of the others, and when all end (nothing: never).
  Duration start = 5s;
  Duration stagger{};
  std::optional<Duration> stop;
  congestion::Algorithm congestion = congestion::Algorithm::Cubic;
  congestion::HystartKind hystart = congestion::HystartKind::Linux;
  // How much longer their round trip is than the path's.
  Duration extra_rtt{};
};

}  // namespace inflight::lab
