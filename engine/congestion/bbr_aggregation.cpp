#include "congestion/bbr_aggregation.h"

#include <algorithm>

namespace inflight::congestion {
namespace {

constexpr int kWindowRounds = 5;
constexpr double kMaxSeconds = 0.1;
// An epoch begins anew before it holds as many segments as this, lest an old rate last for ever.
constexpr double kMaxEpochSegments = 1 << 20;

}  // namespace

void AckAggregation::on_ack(const AckEvent& event, bool round_start, double bandwidth, double cwnd,
                            double mss, Instant now) {
  if (!event.rate) return;
  if (round_start && ++rounds_ >= kWindowRounds) {
    rounds_ = 0;
    window_ = 1 - window_;
    extra_[window_] = 0;
  }
  const auto acked = static_cast<double>(event.acked.value());
  double expected = bandwidth * to_seconds(now - epoch_);
  // Slower than the bandwidth: nothing is being held back, a new epoch begins with this ACK.
  if (epoch_acked_ <= expected || epoch_acked_ + acked >= kMaxEpochSegments * mss) {
    restart(now);
    expected = 0;
  }
  epoch_acked_ += acked;
  extra_[window_] = std::max(extra_[window_], std::min(epoch_acked_ - expected, cwnd));
}

void AckAggregation::restart(Instant now) {
  epoch_ = now;
  epoch_acked_ = 0;
}

double AckAggregation::extra(double bandwidth) const {
  return std::min(std::max(extra_[0], extra_[1]), bandwidth * kMaxSeconds);
}

}  // namespace inflight::congestion
