// The momentary limit (ANALYSIS section 2): what kept the sender from sending more at each moment,
// as a strip of intervals that covers the time from connect to the last byte without gaps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace inflight::trace {

enum class Limit : std::uint8_t {
  Handshake,
  SenderApplication,
  SendBuffer,
  OutboundQueue,
  ReceiveWindow,
  ReceiverApplication,
  SlowStart,
  CongestionWindow,
  Recovery,
  Pacing,
  Idle,
  Unknown,
};
inline constexpr std::size_t kLimitCount = 12;

// "receive_window" …: the names that files and JSON use.
std::string_view to_string(Limit limit);
std::optional<Limit> limit_by_name(std::string_view name);

struct LimitInterval {
  Instant begin;
  Instant end;
  Limit limit = Limit::Unknown;

  bool operator==(const LimitInterval&) const = default;
};

class LimitStrip {
 public:
  // From `time` on this limit holds. `time` is not before the last interval's begin; if that was
  // extended past it, it is cut. Repeating the current limit only extends it.
  void change(Instant time, Limit limit);
  // Extends the last interval, if there is one and it ends before `time`.
  void extend(Instant time);

  std::span<const LimitInterval> intervals() const { return intervals_; }
  bool empty() const { return intervals_.empty(); }
  // Shares of the strip's whole time; all zero when it is empty, else their sum is 1.
  std::array<double, kLimitCount> shares() const;
  // The same of the part before `end`.
  std::array<double, kLimitCount> shares_until(Instant end) const;
  // The limit that holds at `time`; Unknown outside the strip.
  Limit at(Instant time) const;

 private:
  std::vector<LimitInterval> intervals_;
};

}  // namespace inflight::trace
