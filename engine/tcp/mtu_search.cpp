#include "tcp/mtu_search.h"

#include <algorithm>
#include <utility>

namespace inflight::tcp {
namespace {

// Linux's tcp_probe_threshold: bounds this close are not worth another probe.
constexpr ByteCount kCloseEnough{8};
// RFC 8899 §5.1.1 (PMTU_RAISE_TIMER) and Linux's tcp_probe_interval: a path may have got wider.
constexpr Duration kTryAgainAfter = 600s;

}  // namespace

MtuSearch::MtuSearch(const Config& config, ByteCount limit)
    : base_(config.base_mss),
      floor_(config.mtu_probe_floor),
      limit_(limit),
      low_(std::min(base_, limit)),
      high_(limit),
      active_(config.mtu_probing == MtuProbing::Always) {}

ByteCount MtuSearch::mss() const { return active_ ? std::min(low_, limit_) : limit_; }

void MtuSearch::on_limit(ByteCount limit) {
  // A wider limit is for the next search to find out.
  high_ = std::min(high_, limit);
  low_ = std::min(low_, limit);
  limit_ = limit;
}

std::optional<ByteCount> MtuSearch::next_probe(Instant now) {
  if (!active_ || probe_) return std::nullopt;
  if (high_ - low_ < kCloseEnough) {
    if (!settled_) settled_ = now;
    if (now - *settled_ < kTryAgainAfter) return std::nullopt;
    settled_.reset();
    high_ = limit_;
    if (high_ - low_ < kCloseEnough) return std::nullopt;
  }
  return low_ + ByteCount{(high_ - low_).value() / 2};
}

bool MtuSearch::on_acknowledged(StreamOffset una) {
  if (!probe_ || probe_->end > una) return false;
  const ByteCount before = std::exchange(low_, std::min(probe_->end - probe_->begin, limit_));
  probe_.reset();
  return low_ != before;
}

void MtuSearch::on_probe_lost() {
  high_ = std::max(low_, probe_->end - probe_->begin - ByteCount{1});
  probe_.reset();
}

bool MtuSearch::on_silence(ByteCount size) {
  const ByteCount half{low_.value() / 2};
  const ByteCount next = active_ ? std::max(std::min(base_, half), floor_) : base_;
  // What is small already is not lost for its size.
  if (size <= next) return false;
  active_ = true;
  probe_.reset();
  settled_.reset();
  low_ = std::min(next, limit_);
  return true;
}

}  // namespace inflight::tcp
