// How far the server's clock is ahead of ours, from question and answer: the answer with the
// shortest round trip decides, and half of that trip is how wrong it can be.
#pragma once

#include <optional>

#include "base/time.h"

namespace inflight::live {

class ClockOffset {
 public:
  // Asked at `sent`, answered when the server's clock showed `there`, the answer came at
  // `received`.
  void on_answer(Instant sent, Instant there, Instant received) {
    const Duration trip = received - sent;
    if (trip < Duration{} || (round_trip_ && *round_trip_ <= trip)) return;
    round_trip_ = trip;
    offset_ = there - (sent + trip / 2);
  }

  // The least seen; nothing before the first answer.
  std::optional<Duration> round_trip() const { return round_trip_; }
  Duration uncertainty() const { return round_trip_.value_or(Duration{}) / 2; }
  // The moment of our clock at which the server's showed `there`.
  Instant to_ours(Instant there) const { return there - offset_; }

 private:
  std::optional<Duration> round_trip_;
  Duration offset_{};
};

}  // namespace inflight::live
