// A sender that paces and a path with one bottleneck, for rate-based controllers: full segments
// leave when window and pacer allow it, wait in the bottleneck's queue, are dropped when it is
// full, and are acknowledged one by one a round trip later.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "congestion/controller.h"
#include "congestion/pacer.h"
#include "congestion/rate_sample.h"

namespace inflight::testing {

class PacedLink {
 public:
  static constexpr ByteCount kMss{1448};

  struct Path {
    DataRate rate;
    Duration rtt{};
    // What the queue holds beside the segment that is being sent.
    ByteCount queue;
    // A token bucket in front of the bottleneck drops what comes faster than this; 0 for none.
    DataRate policer{};
    ByteCount bucket{};
  };

  PacedLink(const congestion::Config& config, Path path)
      : controller(make_controller(config)), path_(path) {}

  void run_until(Instant end) {
    while (true) {
      send();
      const Instant next = next_event();
      if (next > end) break;
      now_ = std::max(now_, next);
      if (!flying_.empty() && flying_.front().acked_at <= now_) acknowledge();
    }
    now_ = end;
  }
  // The path changes; what is under way is not touched.
  void set_path(Path path) { path_ = path; }
  // The application sends only so much at a time, and waits for all of it to be acknowledged.
  void limit_application(std::optional<ByteCount> burst) { burst_ = burst; }

  congestion::BbrStatus bbr() const { return controller->status().bbr.value(); }
  ByteCount delivered() const { return sampler_.delivered(); }
  ByteCount in_flight() const { return in_flight_; }
  ByteCount lost() const { return lost_total_; }
  Instant now() const { return now_; }

  std::unique_ptr<congestion::Controller> controller;

 private:
  struct Segment {
    congestion::SendStamp stamp;
    StreamOffset end;
    Instant acked_at;
    bool dropped = false;
  };

  double pacing_rate() const { return controller->pacing_rate().value().bytes_per_second(); }
  bool application_has_data() const { return !burst_ || in_flight_ < *burst_; }
  bool window_open() const { return in_flight_ + kMss <= controller->window(); }

  Instant next_event() const {
    Instant next = flying_.empty() ? kNever : flying_.front().acked_at;
    if (window_open() && application_has_data()) next = std::min(next, pacer_.next_departure());
    return next;
  }

  void send() {
    while (window_open() && application_has_data() && pacer_.next_departure() <= now_) {
      Segment segment{.stamp = sampler_.on_sent(in_flight_ == ByteCount{0}, now_),
                      .end = nxt_ += kMss,
                      .acked_at = {}};
      const Instant begins = std::max(now_, link_free_);
      const Duration queued = begins - now_;
      segment.dropped = policed() || queued > transmission_time(path_.queue + kMss, path_.rate);
      if (!segment.dropped) link_free_ = begins + transmission_time(kMss, path_.rate);
      segment.acked_at = (segment.dropped ? begins : link_free_) + path_.rtt;
      // The round trip may have become shorter; ACKs still come in order.
      if (!flying_.empty()) segment.acked_at = std::max(segment.acked_at, flying_.back().acked_at);
      in_flight_ += kMss;
      pacer_.on_sent(kMss, pacing_rate(), 2 * kMss, now_);
      flying_.push_back(segment);
    }
    if (window_open() && !application_has_data()) sampler_.on_application_limited(in_flight_);
  }

  bool policed() {
    if (path_.policer == DataRate{}) return false;
    const double earned = to_seconds(now_ - tokens_at_) * path_.policer.bytes_per_second();
    tokens_ = std::min(tokens_ + earned, static_cast<double>(path_.bucket.value()));
    tokens_at_ = now_;
    const auto size = static_cast<double>(kMss.value());
    if (tokens_ < size) return true;
    tokens_ -= size;
    return false;
  }

  void acknowledge() {
    const Segment segment = flying_.front();
    flying_.pop_front();
    const ByteCount before = in_flight_;
    in_flight_ -= kMss;
    una_ = segment.end;
    if (segment.dropped) {
      lost_ += kMss;
      lost_total_ += kMss;
      if (!recovery_until_) {
        recovery_until_ = nxt_;
        controller->on_congestion({.in_flight = in_flight_,
                                   .snd_una = una_,
                                   .snd_nxt = nxt_,
                                   .pipe = in_flight_,
                                   .delivered = sampler_.delivered()},
                                  now_);
      }
      return;
    }
    sampler_.on_delivered(segment.stamp, kMss, now_);
    const Duration rtt = now_ - segment.stamp.sent;
    min_rtt_ = std::min(min_rtt_, rtt);
    if (recovery_until_ && una_ >= *recovery_until_) {
      recovery_until_.reset();
      controller->on_recovery_end(now_);
    }
    controller->on_ack({.acked = kMss,
                        .rtt = rtt,
                        .smoothed_rtt = rtt,
                        .min_rtt = min_rtt_,
                        .snd_una = una_,
                        .snd_nxt = nxt_,
                        .in_flight = before,
                        .cwnd_limited = true,
                        .paced = true,
                        .in_flight_after = in_flight_,
                        .lost = std::exchange(lost_, ByteCount{0}),
                        .delivered = sampler_.delivered(),
                        .rate = sampler_.take_sample(min_rtt_)},
                       now_);
  }

  Path path_;
  congestion::RateSampler sampler_;
  congestion::Pacer pacer_;
  std::deque<Segment> flying_;
  std::optional<ByteCount> burst_;
  std::optional<StreamOffset> recovery_until_;
  ByteCount in_flight_;
  ByteCount lost_;
  ByteCount lost_total_;
  StreamOffset una_{1};
  StreamOffset nxt_{1};
  Instant now_{};
  Instant link_free_{};
  double tokens_ = 0;
  Instant tokens_at_{};
  Duration min_rtt_ = kForever;
};

}  // namespace inflight::testing
