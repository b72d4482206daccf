// How fast data is delivered, measured ACK by ACK (draft-ietf-ccwg-bbr §4.1, Linux tcp_rate.c;
// FACTS 2.16). Every segment carries a stamp of what the connection had delivered when it was sent;
// when it is acknowledged, the difference over the longer of the time it took to send and the time
// it took to be acknowledged is a sample that no burst and no compressed ACK can inflate.
// Knows no segments: the sender keeps each stamp beside its segment.
#pragma once

#include <optional>

#include "base/time.h"
#include "base/units.h"

namespace inflight::congestion {

// What a segment remembers of the connection at the moment it was sent, or sent again.
struct SendStamp {
  // Bytes delivered until then, and when the last of them was.
  ByteCount delivered;
  Instant delivered_time{};
  // When the segment was sent whose acknowledgment was the last before then.
  Instant first_sent{};
  Instant sent{};
  // The application had left room unused: the rate may be its own, not the path's.
  bool application_limited = false;
};

struct RateSample {
  // Bytes delivered between the sending and the acknowledgment of the newest segment.
  ByteCount delivered;
  // Longer than zero.
  Duration interval{};
  // Delivered when that segment was sent: rounds are counted by it.
  ByteCount prior_delivered;
  bool application_limited = false;

  double bytes_per_second() const {
    return static_cast<double>(delivered.value()) / to_seconds(interval);
  }
};

class RateSampler {
 public:
  // A segment leaves; `idle` if nothing else is in flight.
  SendStamp on_sent(bool idle, Instant now);
  // A segment with this stamp is acknowledged, cumulatively or by SACK, for the first time.
  void on_delivered(const SendStamp& stamp, ByteCount bytes, Instant now);
  // After all of an ACK's segments were told: the sample it gives, if any. Shorter than `min_rtt`
  // means that the ACK was for an older transmission than the stamp is of.
  std::optional<RateSample> take_sample(Duration min_rtt);
  // All there was to send has been sent and the window has room: what is sent until all of
  // `in_flight` is delivered tells nothing about the path.
  void on_application_limited(ByteCount in_flight);

  // Bytes delivered in the whole life of the connection.
  ByteCount delivered() const { return delivered_; }

 private:
  ByteCount delivered_;
  Instant delivered_time_{};
  Instant first_sent_{};
  // Where delivered_ has to come for the limit by the application to be over.
  std::optional<ByteCount> limited_until_;
  // The newest stamp of this ACK, and when that ACK came.
  std::optional<SendStamp> newest_;
};

}  // namespace inflight::congestion
