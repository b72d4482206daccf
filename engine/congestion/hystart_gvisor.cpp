#include "congestion/hystart_gvisor.h"

namespace inflight::congestion {
namespace {

constexpr Duration kAckDelta = 2ms;

}  // namespace

SlowStartExit HystartGvisor::on_ack(const SlowStartAck& ack, Instant now) {
  if (!ack.rtt) return SlowStartExit::None;
  if (round_.begins_with(ack)) begin_round(now);
  // The train is looked at first, but a sample always counts.
  const bool train = ack_train(now);
  const bool delay = delay_increased(*ack.rtt);
  if (train) return SlowStartExit::HystartAckTrain;
  return delay ? SlowStartExit::HystartDelay : SlowStartExit::None;
}

void HystartGvisor::begin_round(Instant now) {
  round_start_ = last_ack_ = now;
  previous_min_ = round_min_;
  round_min_ = kNoRtt;
  samples_ = 0;
}

bool HystartGvisor::ack_train(Instant now) {
  // A longer gap leaves last_ack_ behind, which ends the train for the rest of the round.
  if (previous_min_ == kNoRtt || now - last_ack_ >= kAckDelta) return false;
  last_ack_ = now;
  return now - round_start_ > previous_min_ / 2;
}

bool HystartGvisor::delay_increased(Duration sample) {
  round_min_ = std::min(round_min_, sample);
  ++samples_;
  if (samples_ < kHystartSamples || previous_min_ == kNoRtt) return false;
  return round_min_ >= previous_min_ + delay_threshold(previous_min_);
}

}  // namespace inflight::congestion
