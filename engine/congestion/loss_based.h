// The window of loss-based congestion control: slow start with appropriate byte counting (RFC 3465)
// and a HyStart to end it, ssthresh from the bytes in flight (RFC 5681), timeouts, idle restarts,
// and no growth while the window is not what limits the sender. What Reno and CUBIC do differently
// in congestion avoidance is an AvoidancePolicy. Window inflation (RFC 6582) is the sender's.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <variant>

#include "congestion/avoidance_policy.h"
#include "congestion/controller.h"
#include "congestion/hystart_gvisor.h"
#include "congestion/hystart_linux.h"
#include "congestion/hystart_plus_plus.h"
#include "congestion/window_validation.h"

namespace inflight::congestion {

class LossBased final : public Controller {
 public:
  LossBased(const Config& config, std::unique_ptr<AvoidancePolicy> policy);
  // Goes on with another controller's window, threshold and slow-start exit.
  LossBased(const Config& config, std::unique_ptr<AvoidancePolicy> policy, const Status& inherited);

  void on_ack(const AckEvent& event, Instant now) override;
  void on_congestion(const CongestionEvent& event, Instant now) override;
  void on_recovery_end(Instant now) override;
  void on_timeout(const TimeoutEvent& event, Instant now) override;
  void on_spurious_loss(Instant now) override;
  void on_idle_restart(std::int64_t timeouts, Instant now) override;
  void on_application_limited(Duration idle, Instant now) override;
  void on_mss(ByteCount mss) override;
  void set_hystart(HystartKind kind) override;

  bool rules_recovery() const override { return false; }
  ByteCount window() const override;
  std::optional<DataRate> pacing_rate() const override { return std::nullopt; }
  Status status() const override;
  SlowStartExit slow_start_exit() const override { return exit_; }

 private:
  using Hystart = std::variant<std::monostate, HystartLinux, HystartGvisor, HystartPlusPlus>;
  Hystart make_hystart(HystartKind kind) const;

  bool in_slow_start() const { return cwnd_ < ssthresh_; }
  bool in_initial_slow_start() const { return ssthresh_ == kInfinite; }
  Phase phase() const;

  SlowStartExit ask_hystart(const AckEvent& event, Instant now);
  double slow_start_growth(const AckEvent& event) const;
  double grow_in_slow_start(double growth);
  void grow_in_avoidance(const AckEvent& event, double acked, Instant now);
  void begin_avoidance(Instant now);
  void end_initial_slow_start(SlowStartExit exit, Instant now);
  void enter_slow_start();
  double threshold_after_loss(ByteCount in_flight) const;
  double used_flight(ByteCount in_flight) const;
  void validate(const AckEvent& event, Instant now);
  void save();

  static constexpr double kInfinite = std::numeric_limits<double>::infinity();

  // What a reduction changes, as it was before.
  struct Saved {
    std::unique_ptr<AvoidancePolicy> policy;
    double cwnd;
    double ssthresh;
    std::optional<Instant> avoidance_since;
    StageEntry entry;
    bool after_timeout;
  };

  std::unique_ptr<AvoidancePolicy> policy_;
  bool hystart_rounds_from_gate_;
  bool whole_segments_;
  bool restart_halves_;
  Hystart hystart_;
  double mss_;
  double initial_window_;
  int slow_start_limit_;
  bool loss_share_of_window_;
  double cwnd_;
  double ssthresh_ = kInfinite;
  // When the present stage of congestion avoidance began; nothing in slow start and recovery.
  std::optional<Instant> avoidance_since_;
  // How the next such stage will have been reached.
  StageEntry entry_ = StageEntry::AfterSlowStart;
  // The present slow start follows a timeout.
  bool after_timeout_ = false;
  SlowStartExit exit_ = SlowStartExit::None;
  Instant exit_time_{};
  ByteCount exit_cwnd_;
  // Of the last reduction.
  std::optional<Saved> saved_;
  // Only if it is asked for.
  std::optional<WindowValidation> validation_;
};

}  // namespace inflight::congestion
