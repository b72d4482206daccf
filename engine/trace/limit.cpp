// Names of the limits, and the strip of intervals.
#include "trace/limit.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::trace {
namespace {

constexpr std::array<std::string_view, kLimitCount> kLimits{
    "handshake",      "sender_application",
    "send_buffer",    "outbound_queue",
    "receive_window", "receiver_application",
    "slow_start",     "congestion_window",
    "recovery",       "pacing",
    "idle",           "unknown"};

}  // namespace

std::string_view to_string(Limit limit) { return kLimits[static_cast<std::size_t>(limit)]; }

std::optional<Limit> limit_by_name(std::string_view name) {
  const auto* const found = std::ranges::find(kLimits, name);
  if (found == kLimits.end()) return std::nullopt;
  return static_cast<Limit>(found - kLimits.begin());
}

void LimitStrip::change(Instant time, Limit limit) {
  if (intervals_.empty()) {
    intervals_.push_back({time, time, limit});
    return;
  }
  LimitInterval& last = intervals_.back();
  CHECK(time >= last.begin);
  if (last.limit == limit) {
    extend(time);
    return;
  }
  last.end = time;
  // Several changes at one instant: the last one counts.
  if (last.begin == last.end) intervals_.pop_back();
  if (!intervals_.empty() && intervals_.back().limit == limit) return;
  intervals_.push_back({time, time, limit});
}

void LimitStrip::extend(Instant time) {
  if (!intervals_.empty()) intervals_.back().end = std::max(intervals_.back().end, time);
}

std::array<double, kLimitCount> LimitStrip::shares() const { return shares_until(kNever); }

std::array<double, kLimitCount> LimitStrip::shares_until(Instant end) const {
  std::array<double, kLimitCount> shares{};
  Duration total{};
  for (const LimitInterval& interval : intervals_) {
    const Duration length = std::min(interval.end, end) - interval.begin;
    if (length <= Duration::zero()) break;
    shares[static_cast<std::size_t>(interval.limit)] += static_cast<double>(length.count());
    total += length;
  }
  if (total == Duration::zero()) return {};
  for (double& share : shares) share /= static_cast<double>(total.count());
  return shares;
}

Limit LimitStrip::at(Instant time) const {
  const auto after = std::ranges::upper_bound(intervals_, time, {}, &LimitInterval::begin);
  if (after == intervals_.begin() || time >= std::prev(after)->end) return Limit::Unknown;
  return std::prev(after)->limit;
}

}  // namespace inflight::trace
