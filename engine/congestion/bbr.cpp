#include "congestion/bbr.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace inflight::congestion {
namespace {

// 2/ln 2: the smallest gain that doubles the rate every round.
constexpr double kHighGain = 2885.0 / 1000 + 1.0 / 256;
constexpr double kDrainGain = 1000.0 / 2885;
constexpr double kCwndGain = 2;
constexpr std::array<double, 8> kCycle = {5.0 / 4, 3.0 / 4, 1, 1, 1, 1, 1, 1};
constexpr double kPacingMargin = 0.99;
constexpr std::int64_t kBandwidthRounds = 10;
constexpr Duration kMinRttWindow = 10s;
constexpr Duration kProbeRttTime = 200ms;
constexpr double kMinSegments = 4;
constexpr double kInitialSegments = 10;
constexpr double kFullPipeGrowth = 1.25;
constexpr int kFullPipeRounds = 3;
constexpr double kSlowBytesPerSecond = 1.2e6 / 8;
constexpr double kLargestTrain = 65535;

double bytes(ByteCount count) { return static_cast<double>(count.value()); }

}  // namespace

Bbr::Bbr(const Config& config)
    : random_(config.seed),
      mss_(bytes(config.mss)),
      initial_window_(bytes(config.initial_window)),
      cwnd_(initial_window_),
      bandwidth_(kBandwidthRounds),
      // A millisecond stands for the RTT until one is known.
      pacing_rate_(kHighGain * initial_window_ / 1e-3) {
  CHECK(mss_ >= 1 && cwnd_ >= 1);
}

Bbr::Bbr(const Config& config, const Status& inherited) : Bbr(config) {
  cwnd_ = std::max(inherited.cwnd, mss_);
}

void Bbr::on_ack(const AckEvent& event, Instant now) {
  update_round(event);
  update_bandwidth(event, now);
  aggregation_.on_ack(event, round_start_, bandwidth(), cwnd_, mss_, now);
  update_cycle(event, now);
  check_full_pipe(event);
  check_drained(event, now);
  update_min_rtt(event, now);
  update_pacing_rate(event);
  update_window(event);
}

void Bbr::update_round(const AckEvent& event) {
  round_start_ = event.rate && event.rate->prior_delivered >= round_end_;
  if (!round_start_) return;
  round_end_ = event.delivered;
  ++rounds_;
  packet_conservation_ = false;
}

bool Bbr::application_limited(const AckEvent& event) const {
  return !event.rate || event.rate->application_limited ||
         event.rate->prior_delivered < ignored_until_;
}

void Bbr::update_bandwidth(const AckEvent& event, Instant now) {
  if (!event.rate) return;
  const bool probing = mode_ == BbrMode::ProbeBandwidth;
  if (policer_.on_ack(event, round_start_, probing, now)) enter_probe_bandwidth(now);
  const double rate = event.rate->bytes_per_second();
  // An application that sends little can only prove that the path is faster, not that it is slower.
  if (!application_limited(event) || rate >= bandwidth_.get()) bandwidth_.add(rate, rounds_);
}

double Bbr::bandwidth() const { return policer_.rate().value_or(bandwidth_.get()); }

bool Bbr::phase_is_over(const AckEvent& event, Instant now) const {
  const double gain = kCycle[phase_];
  const bool whole = now - phase_begin_ > min_rtt_.value_or(Duration::zero());
  const double flight = bytes(event.in_flight);
  // More is sent than the path carries until that shows, or something is lost.
  if (gain > 1) {
    const bool filled = flight >= inflight(bandwidth_.get(), gain);
    return whole && (event.lost > ByteCount{0} || filled);
  }
  // Less is sent until the queue this made is gone.
  if (gain < 1) return whole || flight <= inflight(bandwidth_.get(), 1);
  return whole;
}

void Bbr::update_cycle(const AckEvent& event, Instant now) {
  if (mode_ != BbrMode::ProbeBandwidth || !phase_is_over(event, now)) return;
  phase_ = (phase_ + 1) % kCycle.size();
  phase_begin_ = now;
}

void Bbr::enter_probe_bandwidth(Instant now) {
  mode_ = BbrMode::ProbeBandwidth;
  // Any phase but the second, which drains a queue that is not there.
  const std::size_t drawn = random_.below(kCycle.size() - 1);
  phase_ = drawn == 0 ? 0 : drawn + 1;
  phase_begin_ = now;
}

void Bbr::check_full_pipe(const AckEvent& event) {
  if (full_pipe_ || !round_start_ || application_limited(event)) return;
  if (bandwidth_.get() >= full_bandwidth_ * kFullPipeGrowth) {
    full_bandwidth_ = bandwidth_.get();
    plateau_rounds_ = 0;
    return;
  }
  full_pipe_ = ++plateau_rounds_ >= kFullPipeRounds;
}

void Bbr::check_drained(const AckEvent& event, Instant now) {
  if (mode_ == BbrMode::Startup && full_pipe_) mode_ = BbrMode::Drain;
  if (mode_ != BbrMode::Drain) return;
  if (bytes(event.in_flight_after) <= inflight(bandwidth_.get(), 1)) enter_probe_bandwidth(now);
}

void Bbr::update_min_rtt(const AckEvent& event, Instant now) {
  const bool outdated = min_rtt_ && now > min_rtt_time_ + kMinRttWindow;
  if (event.rtt && (!min_rtt_ || *event.rtt < *min_rtt_ || outdated)) {
    min_rtt_ = event.rtt;
    min_rtt_time_ = now;
  }
  if (outdated && !idle_restart_ && mode_ != BbrMode::ProbeRtt) {
    // Ten seconds without a smaller one: let the queue run empty to see the path alone.
    mode_ = BbrMode::ProbeRtt;
    save_window();
    probe_rtt_end_.reset();
  }
  if (mode_ == BbrMode::ProbeRtt) probe_rtt(event, now);
  if (event.rate) idle_restart_ = false;
}

void Bbr::probe_rtt(const AckEvent& event, Instant now) {
  ignored_until_ = event.delivered + event.in_flight_after + ByteCount{1};
  if (!probe_rtt_end_) {
    if (bytes(event.in_flight_after) > kMinSegments * mss_) return;
    probe_rtt_end_ = now + kProbeRttTime;
    probe_rtt_round_done_ = false;
    round_end_ = event.delivered;
    return;
  }
  probe_rtt_round_done_ |= round_start_;
  if (probe_rtt_round_done_) end_probe_rtt(now);
}

void Bbr::end_probe_rtt(Instant now) {
  if (!probe_rtt_end_ || now <= *probe_rtt_end_) return;
  min_rtt_time_ = now;
  cwnd_ = std::max(cwnd_, prior_cwnd_);
  if (full_pipe_) {
    enter_probe_bandwidth(now);
  } else {
    mode_ = BbrMode::Startup;
  }
}

double Bbr::pacing_gain() const {
  switch (mode_) {
    case BbrMode::Startup:
      return kHighGain;
    case BbrMode::Drain:
      return kDrainGain;
    case BbrMode::ProbeBandwidth:
      return policer_.rate() ? 1 : kCycle[phase_];
    case BbrMode::ProbeRtt:
      return 1;
  }
  return 1;
}

double Bbr::cwnd_gain() const {
  switch (mode_) {
    case BbrMode::Startup:
    case BbrMode::Drain:
      return kHighGain;
    case BbrMode::ProbeBandwidth:
      return kCwndGain;
    case BbrMode::ProbeRtt:
      return 1;
  }
  return 1;
}

void Bbr::set_pacing_rate(double bandwidth, double gain) {
  const double rate = gain * bandwidth * kPacingMargin;
  // While the pipe fills, a single slow sample must not slow it down.
  if (rate > 0 && (full_pipe_ || rate > pacing_rate_)) pacing_rate_ = rate;
}

void Bbr::update_pacing_rate(const AckEvent& event) {
  if (!rtt_seen_ && event.smoothed_rtt > Duration::zero()) {
    rtt_seen_ = true;
    pacing_rate_ = kHighGain * kPacingMargin * cwnd_ / to_seconds(event.smoothed_rtt);
  }
  set_pacing_rate(bandwidth(), pacing_gain());
}

double Bbr::bdp(double bandwidth, double gain) const {
  if (!min_rtt_) return initial_window_;
  return std::ceil(gain * bandwidth * to_seconds(*min_rtt_) / mss_) * mss_;
}

double Bbr::with_allowance(double window) const {
  // A millisecond's worth of segments travel as one train; three of them keep both ends and the
  // ACKs between busy. Rounded up to even numbers, since ACKs come for two.
  const double smallest = pacing_rate_ < kSlowBytesPerSecond ? 1 : 2;
  const double train =
      std::max(std::floor(std::min(pacing_rate_ * 1e-3, kLargestTrain) / mss_), smallest);
  double segments = 2 * std::ceil((window / mss_ + 3 * train) / 2);
  if (mode_ == BbrMode::ProbeBandwidth && phase_ == 0) segments += 2;
  return segments * mss_;
}

double Bbr::inflight(double bandwidth, double gain) const {
  return with_allowance(bdp(bandwidth, gain));
}

void Bbr::update_window(const AckEvent& event) {
  const double acked = bytes(event.acked);
  cwnd_ = std::max(cwnd_ - bytes(event.lost), mss_);
  if (packet_conservation_) {
    cwnd_ = std::max(cwnd_, bytes(event.in_flight_after) + acked);
  } else if (acked > 0) {
    const double extra = full_pipe_ ? aggregation_.extra(bandwidth()) : 0;
    const double target = with_allowance(bdp(bandwidth(), cwnd_gain()) + extra);
    if (full_pipe_) {
      cwnd_ = std::min(cwnd_ + acked, target);
    } else if (cwnd_ < target || bytes(event.delivered) < kInitialSegments * mss_) {
      cwnd_ += acked;
    }
    cwnd_ = std::max(cwnd_, kMinSegments * mss_);
  }
  if (mode_ == BbrMode::ProbeRtt) cwnd_ = std::min(cwnd_, kMinSegments * mss_);
}

void Bbr::save_window() {
  const bool undisturbed = !in_recovery_ && mode_ != BbrMode::ProbeRtt;
  prior_cwnd_ = undisturbed ? cwnd_ : std::max(prior_cwnd_, cwnd_);
}

void Bbr::on_congestion(const CongestionEvent& event, Instant) {
  // BBR v1 goes by its model: a mark, with nothing lost, does not change it.
  if (event.marked) return;
  save_window();
  in_recovery_ = true;
  // For one round, send as much as arrives.
  packet_conservation_ = true;
  round_end_ = event.delivered;
  cwnd_ = std::max(bytes(event.pipe), mss_);
}

void Bbr::on_recovery_end(Instant) {
  if (!in_recovery_) return;
  in_recovery_ = false;
  packet_conservation_ = false;
  cwnd_ = std::max(cwnd_, prior_cwnd_);
}

void Bbr::on_timeout(const TimeoutEvent&, Instant) {
  save_window();
  in_recovery_ = true;
  packet_conservation_ = false;
  // The path may have changed altogether: look for its rate again.
  full_bandwidth_ = 0;
  cwnd_ = mss_;
}

void Bbr::on_spurious_loss(Instant now) {
  // What looked like a plateau, or a policer, may have been the same mistake.
  full_bandwidth_ = 0;
  plateau_rounds_ = 0;
  policer_.reset({}, now);
  on_recovery_end(now);
}

void Bbr::on_application_limited(Duration, Instant now) {
  idle_restart_ = true;
  aggregation_.restart(now);
  if (mode_ == BbrMode::ProbeBandwidth) set_pacing_rate(bandwidth(), 1);
  if (mode_ == BbrMode::ProbeRtt) end_probe_rtt(now);
}

void Bbr::on_mss(ByteCount mss) {
  CHECK(mss > ByteCount{0});
  mss_ = bytes(mss);
  cwnd_ = std::max(cwnd_, mss_);
}

ByteCount Bbr::window() const { return ByteCount{static_cast<std::int64_t>(cwnd_)}; }

std::optional<DataRate> Bbr::pacing_rate() const {
  return DataRate::bits_per_second(static_cast<std::int64_t>(std::max(1.0, 8 * pacing_rate_)));
}

Status Bbr::status() const {
  const bool startup = mode_ == BbrMode::Startup;
  return {.phase = startup ? Phase::SlowStart : Phase::CongestionAvoidance,
          .cwnd = cwnd_,
          .bbr = BbrStatus{.mode = mode_,
                           .bandwidth = bandwidth(),
                           .min_rtt = min_rtt_,
                           .pacing_gain = pacing_gain(),
                           .cwnd_gain = cwnd_gain(),
                           .policed = policer_.rate().has_value()}};
}

}  // namespace inflight::congestion
