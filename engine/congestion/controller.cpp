#include "congestion/controller.h"

#include "congestion/cubic.h"
#include "congestion/loss_based.h"
#include "congestion/reno.h"

namespace inflight::congestion {
namespace {

std::unique_ptr<AvoidancePolicy> make_policy(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::NewReno:
      return std::make_unique<Reno>();
    case Algorithm::Cubic:
      return std::make_unique<Cubic>();
  }
  return std::make_unique<Cubic>();
}

}  // namespace

std::unique_ptr<Controller> make_controller(const Config& config) {
  return std::make_unique<LossBased>(config, make_policy(config.algorithm));
}

std::unique_ptr<Controller> make_controller(const Config& config, const Status& inherited) {
  return std::make_unique<LossBased>(config, make_policy(config.algorithm), inherited);
}

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::NewReno:
      return "newreno";
    case Algorithm::Cubic:
      return "cubic";
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
  }
  return "";
}

}  // namespace inflight::congestion
