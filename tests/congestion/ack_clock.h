// A sender and a path in a few lines: acknowledges what a controller's window allows, one window
// per round-trip time, and tells it of losses.
#pragma once

#include <algorithm>
#include <memory>

#include "congestion/controller.h"

namespace inflight::testing {

class AckClock {
 public:
  static constexpr std::int64_t kMss = 1000;

  explicit AckClock(congestion::Config config, Duration rtt = 100ms)
      : controller(make_controller(config)), rtt_(rtt) {}

  // A configuration with this initial window.
  static congestion::Config config(congestion::Algorithm algorithm, std::int64_t segments = 10) {
    return {.algorithm = algorithm,
            .mss = ByteCount{kMss},
            .initial_window = ByteCount{segments * kMss}};
  }

  double cwnd() const { return controller->status().cwnd / kMss; }
  double ssthresh() const { return controller->status().ssthresh.value_or(0) / kMss; }
  std::int64_t whole_segments() const { return controller->window().value() / kMss; }
  Instant now() const { return now_; }
  void wait(Duration time) { now_ += time; }

  // One ACK of `bytes`, at this moment.
  void ack(std::int64_t bytes = kMss) {
    // The window was filled before this ACK; what it lets go is sent after it.
    nxt_ = std::max(nxt_, una_ + controller->window());
    una_ += ByteCount{bytes};
    auto told = event;
    told.acked = ByteCount{bytes};
    told.smoothed_rtt = told.min_rtt = rtt_;
    told.rtt = sample.value_or(rtt_);
    told.snd_una = una_;
    told.snd_nxt = nxt_ = std::max(nxt_, una_);
    told.in_flight = controller->window();
    controller->on_ack(told, now_);
  }
  // One window, an ACK for each segment, spread over a round trip.
  void round() {
    const std::int64_t segments = whole_segments();
    for (std::int64_t i = 0; i < segments; ++i) {
      now_ += rtt_ / segments;
      ack();
    }
  }
  // A loss is detected with so many segments in flight and repaired a round trip later.
  void lose(double flight, Duration repair) {
    const ByteCount bytes{static_cast<std::int64_t>(flight * kMss)};
    controller->on_congestion({.in_flight = bytes, .snd_una = una_, .snd_nxt = una_ + bytes}, now_);
    now_ += repair;
    una_ += bytes;
    controller->on_recovery_end(now_);
  }
  void lose() { lose(static_cast<double>(whole_segments()), rtt_); }
  // The path marked a packet of a flight of so many segments.
  void mark(double flight) {
    const ByteCount bytes{static_cast<std::int64_t>(flight * kMss)};
    controller->on_congestion(
        {.in_flight = bytes, .snd_una = una_, .snd_nxt = una_ + bytes, .marked = true}, now_);
  }
  void time_out(double flight, bool repeated = false) {
    const ByteCount bytes{static_cast<std::int64_t>(flight * kMss)};
    controller->on_timeout({.in_flight = bytes, .snd_nxt = una_ + bytes, .repeated = repeated},
                           now_);
  }

  std::unique_ptr<congestion::Controller> controller;
  // What the next ACKs are told beside what they acknowledge.
  congestion::AckEvent event{.cwnd_limited = true};
  std::optional<Duration> sample;  // else the path's RTT

 private:
  Duration rtt_;
  Instant now_{};
  StreamOffset una_{1};
  StreamOffset nxt_{1};
};

}  // namespace inflight::testing
