// One time series: samples with ascending times, and a pyramid of minima and maxima (fan-out 16)
// over them, so that a chart of any width is answered in time proportional to its columns and not
// to the samples. Samples lie in chunks: appending never copies more than one. The pyramid is built
// when it is first asked for; later queries add what was appended since. A query may therefore
// write to the pyramid although it is const: a series that several threads read needs prepare().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "trace/chunked_vector.h"

namespace inflight::trace {

struct Sample {
  Instant time;
  double value = 0;

  bool operator==(const Sample&) const = default;
};

struct MinMax {
  double min = 0;
  double max = 0;

  bool operator==(const MinMax&) const = default;
};

// What a chart needs of one column [begin, begin + width): count 0 if no sample lies in it.
struct Column {
  double min = 0;
  double max = 0;
  double first = 0;
  double last = 0;
  std::size_t count = 0;

  bool operator==(const Column&) const = default;
};

class TimeSeries {
 public:
  TimeSeries() = default;
  TimeSeries(TimeSeries&&) noexcept = default;
  TimeSeries& operator=(TimeSeries&&) noexcept = default;
  TimeSeries(const TimeSeries&) = delete;
  TimeSeries& operator=(const TimeSeries&) = delete;
  ~TimeSeries() = default;

  // `time` must not be before the last sample's; `value` must be a number.
  void append(Instant time, double value);

  std::size_t size() const { return times_.size(); }
  bool empty() const { return size() == 0; }
  Sample operator[](std::size_t index) const {
    return {Instant{Duration{times_[index]}}, values_[index]};
  }
  Sample front() const { return (*this)[0]; }
  Sample back() const { return (*this)[size() - 1]; }

  // Index of the first sample at or after `time`; size() if there is none.
  std::size_t lower_bound(Instant time) const;
  // Value of the last sample at or before `time`.
  std::optional<double> value_at(Instant time) const;
  // Over the samples in [begin, end).
  std::optional<MinMax> range(Instant begin, Instant end) const;
  // Column k covers [begin + k * width, begin + (k + 1) * width); width is at least 1 ns.
  void columns(Instant begin, Duration width, std::span<Column> out) const;

  // Brings the pyramid up to date: from then on, and until the next append, queries change nothing.
  void prepare() const;
  // Bytes of memory held.
  std::size_t memory() const;

 private:
  // As lower_bound, searching outwards from `hint`, an index at or before the answer.
  std::size_t lower_bound_from(std::size_t hint, Instant time) const;
  MinMax block(std::size_t level, std::size_t index) const;
  // Over the samples with these indexes; `begin` < `end`.
  MinMax range_of(std::size_t begin, std::size_t end) const;

  ChunkedVector<std::int64_t> times_;
  ChunkedVector<double> values_;
  // Level k holds the complete blocks of 16^(k+1) samples.
  mutable std::vector<ChunkedVector<MinMax>> levels_;
};

}  // namespace inflight::trace
