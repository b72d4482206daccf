// Searches for the largest segment that a path carries when no router says so (RFC 4821, RFC 8899):
// larger ones are tried on data at hand, and smaller ones when a segment is sent again and again
// without an answer. Bounds and steps are those of Linux's tcp_mtu_probing. Sizes are payloads of
// one segment, options taken off. Sends nothing: the sender asks, and tells what became of it.
#pragma once

#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "tcp/config.h"
#include "tcp/reassembly.h"

namespace inflight::tcp {

class MtuSearch {
 public:
  // `limit`: what both ends, and the routers as far as they speak, allow in one segment.
  MtuSearch(const Config& config, ByteCount limit);

  // What goes into a segment now; at most the limit.
  ByteCount mss() const;
  void on_limit(ByteCount limit);

  // The size worth trying next; nothing if one is under way or the bounds have met.
  std::optional<ByteCount> next_probe(Instant now);
  void on_probe_sent(Stretch probe) { probe_ = probe; }
  const std::optional<Stretch>& probe() const { return probe_; }
  // True if that is the end of a probe, and segments grow.
  bool on_acknowledged(StreamOffset una);
  // The probe, and only the probe, was lost.
  void on_probe_lost();
  // It may have been lost for another reason: it says nothing.
  void forget_probe() { probe_.reset(); }
  // A segment of this size was sent several times without an answer; true if segments shrink.
  bool on_silence(ByteCount size);

 private:
  ByteCount base_;
  ByteCount floor_;
  ByteCount limit_;
  // Known to pass, and the most that may; without `active_` the limit holds.
  ByteCount low_;
  ByteCount high_;
  bool active_;
  std::optional<Stretch> probe_;
  // Since when the bounds are too close for another probe.
  std::optional<Instant> settled_;
};

}  // namespace inflight::tcp
