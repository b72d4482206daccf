// Round-trip time and retransmission timeout (RFC 6298), fed with Karn-clean samples.
#pragma once

#include <optional>

#include "base/time.h"

namespace inflight::tcp {

class RttEstimator {
 public:
  // Floor, ceiling and first value of the timeout.
  RttEstimator(Duration initial_rto, Duration min_rto, Duration max_rto)
      : initial_(initial_rto), min_(min_rto), max_(max_rto) {}
  // The floor is one for what is added to the smoothed round-trip time.
  void put_floor_above_rtt() { floor_above_rtt_ = true; }
  // Added to each timeout but the very first.
  void put_slop(Duration slop) { slop_ = slop; }

  // `in_flight_segments` scales the gains when every ACK gives a sample (RFC 7323 appendix G). Ends
  // the back-off: nothing but a sample of what was sent once does (Karn).
  void on_sample(Duration sample, std::int64_t in_flight_segments);
  // RFC 6298 §5.5: the timer expired.
  void back_off();
  void set_min_rto(Duration min_rto) { min_ = min_rto; }
  // RFC 6298 §5.7: the SYN timed out; the data phase starts with this, not backed off.
  void restart(Duration initial_rto) {
    initial_ = initial_rto;
    back_off_shift_ = 0;
  }

  Duration rto() const;
  std::optional<Duration> smoothed() const { return smoothed_; }
  std::optional<Duration> minimum() const { return minimum_; }
  Duration last() const { return last_; }
  Duration variation() const { return variation_; }
  std::int64_t samples() const { return samples_; }
  int back_offs() const { return back_off_shift_; }

 private:
  Duration initial_;
  Duration min_;
  Duration max_;
  Duration slop_{};
  bool floor_above_rtt_ = false;
  std::optional<Duration> smoothed_;
  std::optional<Duration> minimum_;
  Duration variation_{};
  Duration last_{};
  std::int64_t samples_ = 0;
  int back_off_shift_ = 0;
};

}  // namespace inflight::tcp
