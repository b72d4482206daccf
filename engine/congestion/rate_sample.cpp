#include "congestion/rate_sample.h"

#include <algorithm>

namespace inflight::congestion {

SendStamp RateSampler::on_sent(bool idle, Instant now) {
  if (idle) {
    first_sent_ = now;
    delivered_time_ = now;
  }
  return {.delivered = delivered_,
          .delivered_time = delivered_time_,
          .first_sent = first_sent_,
          .sent = now,
          .application_limited = limited_until_.has_value()};
}

void RateSampler::on_delivered(const SendStamp& stamp, ByteCount bytes, Instant now) {
  delivered_ += bytes;
  delivered_time_ = now;
  const bool newer = !newest_ || stamp.delivered > newest_->delivered ||
                     (stamp.delivered == newest_->delivered && stamp.sent > newest_->sent);
  if (newer) newest_ = stamp;
}

std::optional<RateSample> RateSampler::take_sample(Duration min_rtt) {
  if (limited_until_ && delivered_ > *limited_until_) limited_until_.reset();
  if (!newest_) return std::nullopt;
  const SendStamp stamp = *newest_;
  newest_.reset();
  // The next flight's sending time counts from this segment.
  first_sent_ = std::max(first_sent_, stamp.sent);
  // The slower of the two is the path's: segments may leave in a burst, ACKs may come in one.
  const Duration interval =
      std::max(stamp.sent - stamp.first_sent, delivered_time_ - stamp.delivered_time);
  if (interval <= Duration::zero() || interval < min_rtt) return std::nullopt;
  return RateSample{.delivered = delivered_ - stamp.delivered,
                    .interval = interval,
                    .prior_delivered = stamp.delivered,
                    .application_limited = stamp.application_limited};
}

void RateSampler::on_application_limited(ByteCount in_flight) {
  limited_until_ = delivered_ + in_flight;
}

}  // namespace inflight::congestion
