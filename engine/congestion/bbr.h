// BBR version 1 as Linux deploys it (FACTS 2.14): models the path by the largest delivery rate of
// the last ten rounds and the smallest RTT of the last ten seconds, paces at that rate and keeps
// about two of their products in flight. Losses alone do not slow it down, but for the first round
// of a recovery (packet conservation) and for a policer (bbr_policer).
// Takes its samples from AckEvent::rate; needs a sender that paces. Windows are bytes.
#pragma once

#include "base/random.h"
#include "congestion/bbr_aggregation.h"
#include "congestion/bbr_policer.h"
#include "congestion/controller.h"
#include "congestion/windowed_max.h"

namespace inflight::congestion {

class Bbr final : public Controller {
 public:
  explicit Bbr(const Config& config);
  // Goes on with another controller's window.
  Bbr(const Config& config, const Status& inherited);

  void on_ack(const AckEvent& event, Instant now) override;
  void on_congestion(const CongestionEvent& event, Instant now) override;
  void on_recovery_end(Instant now) override;
  void on_timeout(const TimeoutEvent& event, Instant now) override;
  void on_spurious_loss(Instant now) override;
  // An idle time does not make it forget the path: it paces its way in, from a full window.
  void on_idle_restart(std::int64_t, Instant) override {}
  void on_application_limited(Duration idle, Instant now) override;
  void on_mss(ByteCount mss) override;
  void set_hystart(HystartKind) override {}

  bool rules_recovery() const override { return true; }
  ByteCount window() const override;
  std::optional<DataRate> pacing_rate() const override;
  Status status() const override;

 private:
  // on_ack, step by step.
  void update_round(const AckEvent& event);
  void update_bandwidth(const AckEvent& event, Instant now);
  void update_cycle(const AckEvent& event, Instant now);
  void check_full_pipe(const AckEvent& event);
  void check_drained(const AckEvent& event, Instant now);
  void update_min_rtt(const AckEvent& event, Instant now);
  void probe_rtt(const AckEvent& event, Instant now);
  void update_pacing_rate(const AckEvent& event);
  void update_window(const AckEvent& event);

  bool application_limited(const AckEvent& event) const;
  bool phase_is_over(const AckEvent& event, Instant now) const;
  void enter_probe_bandwidth(Instant now);
  void end_probe_rtt(Instant now);
  void set_pacing_rate(double bandwidth, double gain);
  void save_window();
  double bandwidth() const;
  // What `gain` times the bandwidth-delay product is, in bytes, without and with room for trains
  // and delayed ACKs.
  double bdp(double bandwidth, double gain) const;
  double inflight(double bandwidth, double gain) const;
  double with_allowance(double window) const;
  double pacing_gain() const;
  double cwnd_gain() const;

  BbrMode mode_ = BbrMode::Startup;
  Random random_;
  double mss_;
  double initial_window_;
  double cwnd_;

  // Rounds are counted in delivered bytes.
  std::int64_t rounds_ = 0;
  ByteCount round_end_;
  bool round_start_ = false;

  WindowedMax bandwidth_;
  PolicerDetector policer_;
  AckAggregation aggregation_;
  std::optional<Duration> min_rtt_;
  Instant min_rtt_time_{};

  // Startup ends when three rounds brought less than a quarter more each.
  bool full_pipe_ = false;
  double full_bandwidth_ = 0;
  int plateau_rounds_ = 0;

  std::size_t phase_ = 0;
  Instant phase_begin_{};

  // ProbeRtt: its end, known once the flight has shrunk, and whether a round has passed since.
  std::optional<Instant> probe_rtt_end_;
  bool probe_rtt_round_done_ = false;
  // Samples of segments sent before so much was delivered tell nothing about the bandwidth.
  ByteCount ignored_until_;
  bool idle_restart_ = false;

  // The window to go back to after a recovery or ProbeRtt.
  double prior_cwnd_ = 0;
  bool in_recovery_ = false;
  bool packet_conservation_ = false;

  // Bytes per second.
  double pacing_rate_;
  bool rtt_seen_ = false;
};

}  // namespace inflight::congestion
