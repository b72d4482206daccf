// Facts: what the rules and the sentences need to know of a trace, each computed once and in one
// place. Nothing in here judges.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "diagnosis/settings.h"
#include "trace/trace.h"

namespace inflight::diagnosis {

// The burst of losses that ended the first growth.
struct Overshoot {
  Instant time;
  std::int64_t lost = 0;
  // Where most of them were dropped.
  trace::EventCause place = trace::EventCause::Unlocated;
  // cwnd when it happened, bytes; 0 if unknown.
  double cwnd = 0;
  // The longest time in which nothing was read during the burst or its repair, if over one RTT.
  std::optional<Duration> silence;
};

// A stretch in which the sender had nothing to send, everything sent being acknowledged or on its
// way; the next begins when it sends again.
struct Pause {
  Instant begin;
  Instant end;
};

// A stretch in which nothing was read and the sender tried again in vain, each time after a longer
// wait.
struct Outage {
  Instant begin;
  Instant end;
  std::int64_t timeouts = 0;
};

struct Facts {
  Settings settings;
  // The last byte; the time from connect to it is what shares refer to.
  Instant end;
  std::optional<Duration> min_rtt;
  std::array<double, trace::kLimitCount> shares{};
  // Read by the application: over the whole time, and when steady, in its second half. Bits per
  // second.
  double overall_rate = 0;
  double steady_rate = 0;
  // What the path can carry of payload, bits per second: from its own rate where that is known
  // (`capacity_known`), else the most it showed (90th percentile of rates over 100 ms or an RTT).
  // Its mean over the same stretches as the rates, for it may change.
  double capacity = 0;
  double steady_capacity = 0;
  bool capacity_known = false;
  // What other flows on the path took, over the same stretches; 0 where none are known.
  double others_rate = 0;
  double others_steady_rate = 0;
  // Losses by place.
  std::int64_t lost_inside = 0;
  std::int64_t lost_on_path = 0;
  // How often the window fell because the path marked a packet.
  std::int64_t marks = 0;
  // Those of them that a policer dropped.
  std::int64_t policed = 0;
  // The longest.
  std::optional<Outage> outage;
  std::optional<Overshoot> overshoot;
  std::vector<Pause> pauses;
  // The first slow start was over in the first half of the time: the rest is not its fault.
  bool ramp_ended = false;

  double share(trace::Limit limit) const { return shares[static_cast<std::size_t>(limit)]; }
  // Of the path's capacity, by all flows, over the whole time and when steady; 0 if the capacity is
  // not known.
  double use() const { return capacity > 0 ? (overall_rate + others_rate) / capacity : 0; }
  double steady_use() const {
    return steady_capacity > 0 ? (steady_rate + others_steady_rate) / steady_capacity : 0;
  }
};

Facts gather(const trace::Trace& trace);

// A gauge's typical value (median over evenly spaced moments) while this limit held; nothing if the
// series or the limit does not occur.
std::optional<double> typical_while(const trace::Trace& trace, trace::SeriesId series,
                                    trace::Limit limit);
// The same over the whole time.
std::optional<double> typical(const trace::Trace& trace, trace::SeriesId series);

// Queueing that a person feels: round trips under load at least twice the idle ones, and 40 ms
// longer. Gives the typical round trip then.
std::optional<Duration> bloated_rtt(const trace::Trace& trace, const Facts& facts);

// Drops before the network: by the sender's own queues, or never seen by a capture of the sender.
bool is_inside(trace::EventCause place);

}  // namespace inflight::diagnosis
