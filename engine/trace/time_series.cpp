// The pyramid's queries: an index range is cut into whole blocks of the highest level that fits and
// at most 15 smaller ones per level at either end.
#include "trace/time_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace inflight::trace {
namespace {

constexpr std::size_t kFanOut = 16;

MinMax merge(MinMax a, MinMax b) { return {std::min(a.min, b.min), std::max(a.max, b.max)}; }

// Charts may ask for columns beyond the end of time: they are empty.
Instant saturating_add(Instant time, Duration step) {
  const std::int64_t start = time.time_since_epoch().count();
  if (start > std::numeric_limits<std::int64_t>::max() - step.count()) return kNever;
  return time + step;
}

}  // namespace

void TimeSeries::append(Instant time, double value) {
  const std::int64_t ns = time.time_since_epoch().count();
  CHECK(empty() || ns >= times_[size() - 1]);
  CHECK(!std::isnan(value));
  times_.push_back(ns);
  values_.push_back(value);
}

std::size_t TimeSeries::lower_bound(Instant time) const { return lower_bound_from(0, time); }

std::size_t TimeSeries::lower_bound_from(std::size_t hint, Instant time) const {
  const std::int64_t ns = time.time_since_epoch().count();
  // Double the stride until it passes the answer, then halve the stretch that holds it.
  std::size_t low = hint;
  std::size_t stride = 1;
  while (low + stride <= size() && times_[low + stride - 1] < ns) {
    low += stride;
    stride *= 2;
  }
  std::size_t high = std::min(size(), low + stride);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (times_[middle] < ns) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<double> TimeSeries::value_at(Instant time) const {
  const std::size_t after = time == kNever ? size() : lower_bound(time + Duration{1});
  if (after == 0) return std::nullopt;
  return values_[after - 1];
}

void TimeSeries::prepare() const {
  std::size_t below = size();
  for (std::size_t level = 0; below >= kFanOut; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    for (std::size_t next = levels_[level].size(); next < below / kFanOut; ++next) {
      MinMax sum = block(level, next * kFanOut);
      for (std::size_t i = 1; i < kFanOut; ++i) sum = merge(sum, block(level, next * kFanOut + i));
      levels_[level].push_back(sum);
    }
    below = levels_[level].size();
  }
}

// Level 0 is the samples themselves, level k > 0 the pyramid's level k - 1.
MinMax TimeSeries::block(std::size_t level, std::size_t index) const {
  if (level == 0) return {values_[index], values_[index]};
  return levels_[level - 1][index];
}

MinMax TimeSeries::range_of(std::size_t begin, std::size_t end) const {
  MinMax sum{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t level = 0; begin < end; ++level) {
    while (begin < end && begin % kFanOut != 0) sum = merge(sum, block(level, begin++));
    while (begin < end && end % kFanOut != 0) sum = merge(sum, block(level, --end));
    begin /= kFanOut;
    end /= kFanOut;
  }
  return sum;
}

std::optional<MinMax> TimeSeries::range(Instant begin, Instant end) const {
  const std::size_t first = lower_bound(begin);
  const std::size_t last = lower_bound(end);
  if (first >= last) return std::nullopt;
  prepare();
  return range_of(first, last);
}

void TimeSeries::columns(Instant begin, Duration width, std::span<Column> out) const {
  CHECK(width > Duration::zero());
  prepare();
  std::size_t first = lower_bound(begin);
  for (Column& column : out) {
    begin = saturating_add(begin, width);
    const std::size_t end = lower_bound_from(first, begin);
    column = Column{};
    if (end > first) {
      const MinMax values = range_of(first, end);
      column = {values.min, values.max, values_[first], values_[end - 1], end - first};
    }
    first = end;
  }
}

std::size_t TimeSeries::memory() const {
  std::size_t bytes = times_.memory() + values_.memory();
  for (const auto& level : levels_) bytes += level.memory();
  return bytes;
}

}  // namespace inflight::trace
