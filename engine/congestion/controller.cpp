#include "congestion/controller.h"

#include "congestion/bbr.h"
#include "congestion/cubic.h"
#include "congestion/cubic_in_segments.h"
#include "congestion/loss_based.h"
#include "congestion/reno.h"
#include "congestion/segment_count.h"

namespace inflight::congestion {
namespace {

std::unique_ptr<AvoidancePolicy> make_policy(const Config& config) {
  switch (config.algorithm) {
    case Algorithm::NewReno:
      if (config.whole_segments) return std::make_unique<RenoInSegments>();
      return std::make_unique<Reno>();
    case Algorithm::Cubic:
    case Algorithm::Bbr:
      break;
  }
  if (config.whole_segments) return std::make_unique<CubicInSegments>();
  return std::make_unique<Cubic>();
}

}  // namespace

std::unique_ptr<Controller> make_controller(const Config& config) {
  if (config.algorithm == Algorithm::Bbr) return std::make_unique<Bbr>(config);
  return std::make_unique<LossBased>(config, make_policy(config));
}

std::unique_ptr<Controller> make_controller(const Config& config, const Status& inherited) {
  if (config.algorithm == Algorithm::Bbr) return std::make_unique<Bbr>(config, inherited);
  return std::make_unique<LossBased>(config, make_policy(config), inherited);
}

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::NewReno:
      return "newreno";
    case Algorithm::Cubic:
      return "cubic";
    case Algorithm::Bbr:
      return "bbr";
  }
  return "";
}

std::string_view to_string(HystartKind kind) {
  switch (kind) {
    case HystartKind::Off:
      return "off";
    case HystartKind::Linux:
      return "linux";
    case HystartKind::Gvisor:
      return "gvisor";
    case HystartKind::PlusPlus:
      return "plusplus";
  }
  return "";
}

std::string_view to_string(SlowStartExit exit) {
  switch (exit) {
    case SlowStartExit::None:
      return "none";
    case SlowStartExit::HystartDelay:
      return "hystart_delay";
    case SlowStartExit::HystartAckTrain:
      return "hystart_ack_train";
    case SlowStartExit::HystartCss:
      return "hystart_css";
    case SlowStartExit::Loss:
      return "loss";
    case SlowStartExit::Mark:
      return "mark";
  }
  return "";
}

std::string_view to_string(BbrMode mode) {
  switch (mode) {
    case BbrMode::Startup:
      return "startup";
    case BbrMode::Drain:
      return "drain";
    case BbrMode::ProbeBandwidth:
      return "probe_bw";
    case BbrMode::ProbeRtt:
      return "probe_rtt";
  }
  return "";
}

}  // namespace inflight::congestion
