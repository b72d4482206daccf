#include "congestion/hystart_plus_plus.h"

namespace inflight::congestion {
namespace {

constexpr int kCssRounds = 5;

}  // namespace

SlowStartExit HystartPlusPlus::on_ack(const SlowStartAck& ack, Instant /*now*/) {
  if (round_.begins_with(ack)) {
    // RFC 9406 §4.2: the partial round in which CSS was entered counts as one.
    if (css_rounds_ == kCssRounds) return SlowStartExit::HystartCss;
    begin_round();
  }
  if (ack.rtt) take_sample(*ack.rtt);
  return SlowStartExit::None;
}

void HystartPlusPlus::begin_round() {
  previous_min_ = round_min_;
  round_min_ = kNoRtt;
  samples_ = 0;
  if (conservative()) ++css_rounds_;
}

void HystartPlusPlus::take_sample(Duration sample) {
  round_min_ = std::min(round_min_, sample);
  ++samples_;
  if (samples_ < kHystartSamples) return;

  if (conservative()) {
    // The RTT came down again: what ended slow start was not a queue.
    if (round_min_ < baseline_) css_rounds_ = 0;
    return;
  }
  if (previous_min_ == kNoRtt) return;
  if (round_min_ >= previous_min_ + delay_threshold(previous_min_)) {
    baseline_ = round_min_;
    css_rounds_ = 1;
  }
}

}  // namespace inflight::congestion
