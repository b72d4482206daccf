#include "tcp/receive_tuning.h"

#include <algorithm>
#include <cmath>

namespace inflight::tcp {
namespace {

// What a sender begins with: RFC 6928.
constexpr int kInitialSegments = 10;
// Linux: room for what is under way while the window's news travels.
constexpr int kSlackSegments = 16;

}  // namespace

ReceiveTuning::ReceiveTuning(ByteCount mss, double window_share, ByteCount maximum)
    : mss_(mss), window_share_(window_share), maximum_(maximum), best_(kInitialSegments * mss) {}

ByteCount ReceiveTuning::wanted_window(ByteCount read, ByteCount best, ByteCount mss) {
  const ByteCount window = 2 * read + kSlackSegments * mss;
  // As much again, twice, as what was read grew: in slow start it doubles.
  const double growth = static_cast<double>((read - best).value()) /
                        static_cast<double>(std::max(best, ByteCount{1}).value());
  const double more = 2 * static_cast<double>(window.value()) * std::max(growth, 0.0);
  return window + ByteCount{static_cast<std::int64_t>(more)};
}

void ReceiveTuning::on_data(StreamOffset rcv_nxt, ByteCount window, std::optional<Instant> echo,
                            Instant now) {
  if (echo && echo != last_echo_) {
    last_echo_ = echo;
    take_sample(now - *echo);
  }
  // Without timestamps: no sender gets further than a window in a round trip.
  if (!window_since_ || rcv_nxt >= window_end_) {
    if (window_since_ && !last_echo_) take_sample(now - *window_since_);
    window_since_ = now;
    window_end_ = rcv_nxt + std::max(window, mss_);
  }
}

void ReceiveTuning::take_sample(Duration sample) {
  // Linux: an average of timestamps, but the least of whole windows, which take longer than a round
  // trip whenever the sender does not fill them.
  sample = std::max(sample, Duration{1us});
  if (!rtt_) {
    rtt_ = sample;
  } else if (last_echo_) {
    *rtt_ += (sample - *rtt_) / 8;
  } else {
    rtt_ = std::min(*rtt_, sample);
  }
}

std::optional<ByteCount> ReceiveTuning::adjust(StreamOffset read, ByteCount buffer, Instant now) {
  if (!round_since_) {
    round_since_ = now;
    round_read_ = read;
  }
  if (!rtt_ || now - *round_since_ < *rtt_) return std::nullopt;
  const ByteCount copied = read - round_read_;
  round_since_ = now;
  round_read_ = read;
  if (copied <= best_) return std::nullopt;
  const ByteCount window = wanted_window(copied, best_, mss_);
  best_ = copied;
  const double size = std::ceil(static_cast<double>(window.value()) / window_share_);
  const ByteCount wanted = std::min(ByteCount{static_cast<std::int64_t>(size)}, maximum_);
  if (wanted <= buffer) return std::nullopt;
  return wanted;
}

}  // namespace inflight::tcp
