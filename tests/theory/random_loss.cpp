#include "theory/random_loss.h"

#include <algorithm>
#include <array>

namespace inflight::theory {
namespace {

constexpr ByteCount kMss{64};
// Kept unsent in front of the window, so that it is always cwnd that limits.
constexpr std::int64_t kAhead = 128 * 1024;
constexpr std::array<std::uint8_t, 16 * 1024> kZeros{};

tcp::Config make_config(const LossSetup& setup) {
  tcp::Config config;
  config.congestion = setup.algorithm;
  config.mss = kMss;
  config.timestamps = false;
  // b = 1: every segment is acknowledged.
  config.delayed_ack = false;
  config.send_buffer = 16_MiB;
  config.receive_buffer = 16_MiB;
  return config;
}

}  // namespace

RandomLoss::RandomLoss(const LossSetup& setup)
    : setup_(setup),
      random_(setup.seed),
      sender_(tcp::Connection::connect(make_config(setup), {1, 2}, SeqNum{1}, now_)) {}

LossResult RandomLoss::run() {
  run_until_lost(setup_.settling);
  const double delivered_before = delivered();
  const Instant began = now_;
  const std::int64_t lost_before = lost_;
  const std::int64_t timeouts_before = sender_.snapshot().counters.rtos;
  run_until_lost(setup_.settling + setup_.losses);
  const double seconds = to_seconds(now_ - began);
  return {.window = (delivered() - delivered_before) * to_seconds(setup_.rtt) / seconds,
          .losses = lost_ - lost_before,
          .timeouts = sender_.snapshot().counters.rtos - timeouts_before,
          .simulated_seconds = seconds};
}

double RandomLoss::delivered() const {
  return static_cast<double>(sender_.snapshot().counters.bytes_acked.value()) /
         static_cast<double>(kMss.value());
}

void RandomLoss::run_until_lost(std::int64_t losses) {
  while (lost_ < losses) {
    step();
    now_ = std::max(now_, next_event());
  }
}

void RandomLoss::step() {
  if (receiver_ || !there_.empty()) {
    if (!receiver_ && there_.front().due <= now_) {
      const Flying syn = there_.pop_front();
      receiver_.emplace(tcp::Connection::accept(make_config(setup_), {2, 1}, SeqNum{1},
                                                {syn.header, {}, now_}, now_));
    }
    if (receiver_) arrive(*receiver_, there_);
  }
  arrive(sender_, back_);
  if (sender_.next_timeout() <= now_) sender_.handle_timeout(now_);
  write();
  send(sender_, there_, true);
  while (sender_.poll_event()) {
  }
}

void RandomLoss::write() {
  const tcp::Snapshot snapshot = sender_.snapshot();
  std::int64_t wanted = kAhead - snapshot.unsent.value();
  while (wanted > 0) {
    const auto size = std::min<std::size_t>(static_cast<std::size_t>(wanted), kZeros.size());
    if (sender_.write(Bytes(kZeros).first(size)) < size) break;
    wanted -= static_cast<std::int64_t>(size);
  }
}

void RandomLoss::send(tcp::Connection& from, RingQueue<Flying>& onto, bool loses) {
  while (const auto segment = from.poll_segment(now_)) {
    const bool data = segment->payload_size() > 0;
    if (loses && data && random_.chance(setup_.loss)) {
      ++lost_;
      continue;
    }
    onto.push_back({now_ + setup_.rtt / 2, segment->header, segment->payload_size()});
  }
}

void RandomLoss::arrive(tcp::Connection& at, RingQueue<Flying>& from) {
  const bool is_receiver = &at != &sender_;
  while (!from.empty() && from.front().due <= now_) {
    const Flying segment = from.pop_front();
    at.handle_segment({segment.header, Bytes(kZeros).first(segment.payload), now_}, now_);
    if (!is_receiver) continue;
    // Read at once; every segment brings its own ACK.
    at.discard(static_cast<std::size_t>(at.unread().value()));
    send(at, back_, false);
    while (at.poll_event()) {
    }
  }
}

Instant RandomLoss::next_event() const {
  Instant next = sender_.next_timeout();
  if (!there_.empty()) next = std::min(next, there_.front().due);
  if (!back_.empty()) next = std::min(next, back_.front().due);
  return next;
}

}  // namespace inflight::theory
