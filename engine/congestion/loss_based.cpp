#include "congestion/loss_based.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "base/match.h"

namespace inflight::congestion {
namespace {

double bytes(ByteCount count) { return static_cast<double>(count.value()); }

ByteCount whole_bytes(double count) { return ByteCount{static_cast<std::int64_t>(count)}; }

}  // namespace

LossBased::LossBased(const Config& config, std::unique_ptr<AvoidancePolicy> policy)
    : policy_(std::move(policy)),
      hystart_rounds_from_gate_(config.hystart_rounds_from_gate),
      whole_segments_(config.whole_segments),
      restart_halves_(config.restart_halves),
      hystart_(make_hystart(config.hystart)),
      mss_(bytes(config.mss)),
      initial_window_(bytes(config.initial_window)),
      slow_start_limit_(config.slow_start_limit),
      loss_share_of_window_(config.loss_share_of_window),
      cwnd_(initial_window_) {
  CHECK(policy_ && mss_ >= 1 && cwnd_ >= 1 && slow_start_limit_ >= 0);
  if (config.window_validation) validation_.emplace();
}

LossBased::LossBased(const Config& config, std::unique_ptr<AvoidancePolicy> policy,
                     const Status& inherited)
    : LossBased(config, std::move(policy)) {
  cwnd_ = std::max(inherited.cwnd, mss_);
  exit_ = inherited.exit;
  exit_time_ = inherited.exit_time;
  exit_cwnd_ = inherited.exit_cwnd;
  if (!inherited.ssthresh) return;
  ssthresh_ = *inherited.ssthresh;
  if (!std::holds_alternative<HystartLinux>(hystart_)) hystart_ = std::monostate{};
}

LossBased::Hystart LossBased::make_hystart(HystartKind kind) const {
  switch (kind) {
    case HystartKind::Off:
      return std::monostate{};
    case HystartKind::Linux:
      return HystartLinux(hystart_rounds_from_gate_);
    case HystartKind::Gvisor:
      return HystartGvisor{};
    case HystartKind::PlusPlus:
      return HystartPlusPlus{};
  }
  return std::monostate{};
}

void LossBased::on_ack(const AckEvent& event, Instant now) {
  // RFC 9406 §4.2: an ACK grows the window by the rules of the phase in which it came.
  const double growth = slow_start_growth(event);
  const SlowStartExit exit = ask_hystart(event, now);
  if (exit != SlowStartExit::None) {
    if (in_initial_slow_start()) end_initial_slow_start(exit, now);
    ssthresh_ = cwnd_;
  }
  if (event.in_recovery) return;
  validate(event, now);

  double acked = bytes(event.acked);
  // RFC 7661 §4.3, and Linux: half used is used, as long as the window may double in a round trip.
  const bool used = event.cwnd_limited || cwnd_ < 2 * bytes(event.most_in_flight);
  if (in_slow_start() && used) acked = grow_in_slow_start(growth);
  if (!in_slow_start()) grow_in_avoidance(event, acked, now);
}

SlowStartExit LossBased::ask_hystart(const AckEvent& event, Instant now) {
  // As Linux estimates it: twice the window per RTT while it doubles, then 1.2 times.
  const double ratio = cwnd_ < ssthresh_ / 2 ? 2.0 : 1.2;
  const double srtt = to_seconds(event.smoothed_rtt);
  const SlowStartAck ack{.rtt = event.rtt,
                         .snd_una = event.snd_una,
                         .snd_nxt = event.snd_nxt,
                         .slow_start = in_slow_start(),
                         .cwnd_segments = cwnd_ / mss_,
                         .paced = event.paced,
                         .pacing_rate = srtt > 0 ? ratio * cwnd_ / srtt : 0,
                         .avoidance_since = avoidance_since_};
  return std::visit(Match{[](std::monostate) { return SlowStartExit::None; },
                          [&](auto& rule) { return rule.on_ack(ack, now); }},
                    hystart_);
}

// Bytes by which this ACK lets the window grow in slow start.
double LossBased::slow_start_growth(const AckEvent& event) const {
  const auto* plus_plus = std::get_if<HystartPlusPlus>(&hystart_);
  int limit = slow_start_limit_;
  // RFC 9406 §4.2: L = 8 without pacing.
  if (plus_plus && !event.paced) {
    limit = limit == 0 ? HystartPlusPlus::kUnpacedLimit
                       : std::min(limit, HystartPlusPlus::kUnpacedLimit);
  }
  // RFC 3465 §2.3: after a timeout L = 1, since such ACKs may cover what arrived long ago.
  if (after_timeout_) limit = 1;
  const double acked = bytes(event.acked);
  const double counted = limit == 0 ? acked : std::min(acked, limit * mss_);
  return plus_plus ? counted / plus_plus->growth_divisor() : counted;
}

// What is left of `growth` when ssthresh is reached.
double LossBased::grow_in_slow_start(double growth) {
  const double room = ssthresh_ - cwnd_;
  if (growth < room) {
    cwnd_ += growth;
    return 0;
  }
  cwnd_ = ssthresh_;
  return growth - room;
}

void LossBased::grow_in_avoidance(const AckEvent& event, double acked, Instant now) {
  begin_avoidance(now);
  if (!event.cwnd_limited) {
    // RFC 9438 §5.8: time in which the window was not used up does not make it grow later.
    policy_->skip(Instant::min(), now);
    return;
  }
  cwnd_ = policy_->grow({.cwnd = cwnd_,
                         .acked = std::min(acked, cwnd_),
                         .mss = mss_,
                         .smoothed_rtt = event.smoothed_rtt,
                         .min_rtt = event.min_rtt},
                        now);
}

void LossBased::begin_avoidance(Instant now) {
  if (avoidance_since_) return;
  avoidance_since_ = now;
  after_timeout_ = false;
  policy_->begin_stage(entry_, cwnd_, mss_, now);
}

void LossBased::end_initial_slow_start(SlowStartExit exit, Instant now) {
  exit_ = exit;
  exit_time_ = now;
  exit_cwnd_ = window();
  // Only Linux's form acts in later slow starts too.
  if (!std::holds_alternative<HystartLinux>(hystart_)) hystart_ = std::monostate{};
}

void LossBased::validate(const AckEvent& event, Instant now) {
  if (!validation_) return;
  validation_->on_ack(event.acked, event.smoothed_rtt, cwnd_, now);
  if (!validation_->take_expiry(cwnd_, now)) return;
  // RFC 7661 §4.4.3: after five minutes half of what was not used is given up.
  ssthresh_ = std::max(in_initial_slow_start() ? 0 : ssthresh_, 0.75 * cwnd_);
  cwnd_ = std::max(cwnd_ / 2, initial_window_);
  if (in_slow_start()) enter_slow_start();
}

void LossBased::save() {
  saved_ = Saved{.policy = policy_->clone(),
                 .cwnd = cwnd_,
                 .ssthresh = ssthresh_,
                 .avoidance_since = avoidance_since_,
                 .entry = entry_,
                 .after_timeout = after_timeout_};
}

void LossBased::on_spurious_loss(Instant now) {
  if (!saved_ || cwnd_ >= saved_->cwnd) return;
  policy_ = std::move(saved_->policy);
  cwnd_ = saved_->cwnd;
  ssthresh_ = saved_->ssthresh;
  entry_ = saved_->entry;
  after_timeout_ = saved_->after_timeout;
  avoidance_since_ = saved_->avoidance_since;
  saved_.reset();
  // The curve stood still while the mistake lasted.
  if (avoidance_since_) policy_->skip(Instant::min(), now);
}

void LossBased::on_congestion(const CongestionEvent& event, Instant now) {
  // A mark is never found to have been for nothing.
  if (event.marked) {
    saved_.reset();
  } else {
    save();
  }
  if (in_initial_slow_start()) {
    end_initial_slow_start(event.marked ? SlowStartExit::Mark : SlowStartExit::Loss, now);
  }
  policy_->on_congestion(cwnd_);
  const double share = threshold_after_loss(event.in_flight);
  ssthresh_ = std::max(share, 2 * mss_);
  // RFC 9438 §4.6: a mark may bring the window down to one segment, a loss to two. Neither ever
  // raises it, though more may be in flight than it allows.
  const double least = event.marked ? mss_ : 2 * mss_;
  cwnd_ = std::min(std::max(share, least), std::max(cwnd_, least));
  entry_ = StageEntry::AfterCongestion;
  avoidance_since_.reset();
  after_timeout_ = false;
}

// RFC 5681 §3.1 (equation 4), RFC 9438 §4.6: from what is in flight, not from cwnd, which may
// never have been used up.
double LossBased::threshold_after_loss(ByteCount in_flight) const {
  const double share = policy_->beta() * (loss_share_of_window_ ? cwnd_ : used_flight(in_flight));
  return whole_segments_ ? std::floor(share / mss_) * mss_ : share;
}

// RFC 7661 §4.4.1: of a window that was not used, what was counts.
double LossBased::used_flight(ByteCount in_flight) const {
  if (!validation_ || validation_->validated(cwnd_)) return bytes(in_flight);
  return bytes(std::max(*validation_->pipe_ack(), in_flight));
}

void LossBased::on_recovery_end(Instant now) {
  if (validation_) validation_->reset(now);
  if (!in_slow_start()) begin_avoidance(now);
}

void LossBased::on_timeout(const TimeoutEvent& event, Instant now) {
  // RFC 5681 §3.1: ssthresh stays when the same segment times out again.
  if (!event.repeated || in_initial_slow_start()) {
    save();
    if (in_initial_slow_start()) end_initial_slow_start(SlowStartExit::Loss, now);
    policy_->on_timeout(cwnd_);
    ssthresh_ = std::max(threshold_after_loss(event.in_flight), 2 * mss_);
  }
  // RFC 5681 §3.1: the loss window is one segment, whatever the initial window was.
  cwnd_ = mss_;
  enter_slow_start();
  after_timeout_ = true;
  if (auto* rule = std::get_if<HystartLinux>(&hystart_)) rule->on_timeout(event.snd_nxt, now);
}

void LossBased::enter_slow_start() {
  entry_ = StageEntry::AfterSlowStart;
  avoidance_since_.reset();
}

void LossBased::on_idle_restart(std::int64_t timeouts, Instant /*now*/) {
  // RFC 7661 §4.4 replaces the restart: the window is kept for a while.
  if (validation_) return;
  // RFC 5681 §4.1: the restart window.
  const double restart = std::min(cwnd_, initial_window_);
  if (restart_halves_) {
    // RFC 2861 §3: what the window was is not forgotten.
    if (!in_initial_slow_start()) ssthresh_ = std::max(ssthresh_, 0.75 * cwnd_);
    const double halved =
        std::ldexp(cwnd_ / mss_, -static_cast<int>(std::min<std::int64_t>(timeouts, 64)));
    cwnd_ = std::max(std::floor(halved) * mss_, restart);
  } else {
    cwnd_ = restart;
  }
  if (in_slow_start()) enter_slow_start();
}

void LossBased::on_application_limited(Duration idle, Instant now) {
  policy_->skip(now - idle, now);
}

void LossBased::on_mss(ByteCount mss) {
  CHECK(mss > ByteCount{0});
  mss_ = bytes(mss);
  // The window stays in bytes; the curve, which is in segments, begins anew from where it is.
  cwnd_ = std::max(cwnd_, mss_);
  if (!avoidance_since_) return;
  avoidance_since_.reset();
  entry_ = StageEntry::AfterCongestion;
}

void LossBased::set_hystart(HystartKind kind) {
  if (in_initial_slow_start()) hystart_ = make_hystart(kind);
}

ByteCount LossBased::window() const { return whole_bytes(cwnd_); }

Phase LossBased::phase() const {
  if (!in_slow_start()) return Phase::CongestionAvoidance;
  const auto* plus_plus = std::get_if<HystartPlusPlus>(&hystart_);
  return plus_plus && plus_plus->conservative() ? Phase::ConservativeSlowStart : Phase::SlowStart;
}

Status LossBased::status() const {
  Status status{.phase = phase(),
                .cwnd = cwnd_,
                .exit = exit_,
                .exit_time = exit_time_,
                .exit_cwnd = exit_cwnd_};
  if (!in_initial_slow_start()) status.ssthresh = ssthresh_;
  policy_->describe(status);
  return status;
}

}  // namespace inflight::congestion
