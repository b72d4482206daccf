// What the receiving application read in windows of a given width at any offset, evaluated exactly:
// the counter of bytes read is a staircase, so the least and the greatest window begin at one of
// its steps or end at one.
#pragma once

#include <algorithm>
#include <optional>

#include "trace/trace.h"

namespace inflight::testing {

class ReadWindows {
 public:
  // The trace must outlive this.
  ReadWindows(const trace::Trace& trace, Duration width)
      : counter_(trace.series(trace::SeriesId::ReadBytes)), width_(width) {}

  // Mbit/s over (begin, end].
  double rate(Instant begin, Instant end) const {
    return (read_at(end) - read_at(begin)) * 8e-6 / to_seconds(end - begin);
  }
  // Mean of seconds 5 to 10.
  double steady() const { return rate(Instant{} + 5s, Instant{} + 10s); }
  // End of the first window above this share of the steady rate: the end of the ramp at 80 %.
  std::optional<Instant> first_above(double share) const {
    const double wanted = share * steady();
    for (std::size_t i = 0; i < counter_.size(); ++i) {
      const Instant end = counter_[i].time;
      // A window is fullest when it ends with a step.
      if (rate(end - width_, end) > wanted) return end;
    }
    return std::nullopt;
  }

  struct Window {
    Instant begin;
    double rate = 0;
  };
  // The emptiest window that lies within [begin, end]: such a window begins with `begin`, ends just
  // before a step, or begins at one.
  Window emptiest(Instant begin, Instant end) const {
    Window least{begin, rate(begin, begin + width_)};
    const auto consider = [&](Instant from) {
      if (from < begin || from + width_ > end) return;
      const double here = rate(from, from + width_);
      if (here < least.rate) least = {from, here};
    };
    for (std::size_t i = counter_.lower_bound(begin); i < counter_.size(); ++i) {
      const Instant step = counter_[i].time;
      if (step > end) break;
      consider(step);
      consider(step - width_ - 1ns);
    }
    return least;
  }

 private:
  double read_at(Instant time) const { return counter_.value_at(time).value_or(0); }

  const trace::TimeSeries& counter_;
  Duration width_;
};

}  // namespace inflight::testing
