// One time series: samples with ascending times, and a pyramid of minima and maxima (fan-out 16)
// over them, so that a chart of any width is answered in time proportional to its columns and not
// to the samples. Chunks grow from small to large (64, 1 Ki, then 64 Ki samples): appending never
// copies more than one chunk. The pyramid is built when it is first asked for and then kept up to
// date on append.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/time.h"

namespace inflight::trace {

struct Sample {
  Instant time;
  double value = 0;

  bool operator==(const Sample&) const = default;
};

struct MinMax {
  double min = 0;
  double max = 0;
};

// What a chart needs of one column [begin, begin + width): nothing if no sample lies in it.
struct Column {
  double min = 0;
  double max = 0;
  double first = 0;
  double last = 0;
  std::size_t count = 0;
};

class TimeSeries {
 public:
  TimeSeries();
  ~TimeSeries();
  TimeSeries(TimeSeries&&) noexcept;
  TimeSeries& operator=(TimeSeries&&) noexcept;

  // `time` must not be before the last sample's.
  void append(Instant time, double value);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Sample operator[](std::size_t index) const;
  Sample front() const { return (*this)[0]; }
  Sample back() const { return (*this)[size() - 1]; }

  // Index of the first sample at or after `time`; size() if there is none.
  std::size_t lower_bound(Instant time) const;
  // Value of the last sample at or before `time`.
  std::optional<double> value_at(Instant time) const;
  // Over the samples in [begin, end).
  std::optional<MinMax> range(Instant begin, Instant end) const;
  // Column k covers [begin + k * width, begin + (k + 1) * width).
  void columns(Instant begin, Duration width, std::span<Column> out) const;

  // Bytes of memory held.
  std::size_t memory() const;

 private:
  struct Storage;
  Storage* storage_;
};

}  // namespace inflight::trace
