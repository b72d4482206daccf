// Rates, intervals, stalls and quantiles, each computed in one pass over the series it needs.
#include "trace/derived.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.h"

namespace inflight::trace {
namespace {

constexpr Instant kStart{};
constexpr Duration kLeastRateWidth = 20ms;
constexpr Duration kLeastIntervalWidth = 1ms;
constexpr std::int64_t kMostIntervals = 100'000;
// As the speed-test library has it: a shorter rest is not worth a line.
constexpr Duration kLeastStall = 10ms;
constexpr Duration kLeastLastInterval = 10ms;
constexpr Duration kShareWindow = 100ms;
constexpr int kRttInstants = 64;

Interval interval(const Trace& trace, Instant begin, Instant end) {
  const double rate =
      end > begin ? mean_rate(trace.series(SeriesId::ReadBytes), end, end - begin) : 0;
  return {begin, end, rate * 1e-6};
}

// The stretches in which the sender had data, from a gauge that is positive then.
class DataStretches {
 public:
  explicit DataStretches(const TimeSeries& gauge) : gauge_(gauge) {}

  // Calls visit(from, to) for each stretch with data, cut to [begin, end]. To be asked for gaps in
  // ascending order that do not overlap.
  template <class Visit>
  void each_in(Instant begin, Instant end, Visit visit) {
    while (next_ < gauge_.size() && gauge_[next_].time <= begin)
      has_data_ = gauge_[next_++].value > 0;
    Instant since = begin;
    for (; next_ < gauge_.size() && gauge_[next_].time < end; ++next_) {
      const bool positive = gauge_[next_].value > 0;
      if (has_data_ && !positive) visit(since, gauge_[next_].time);
      if (!has_data_ && positive) since = gauge_[next_].time;
      has_data_ = positive;
    }
    if (has_data_) visit(since, end);
  }

 private:
  const TimeSeries& gauge_;
  std::size_t next_ = 0;
  bool has_data_ = false;
};

const TimeSeries& outstanding(const Trace& trace) {
  return trace.series(trace.has(SeriesId::SendBuffer) ? SeriesId::SendBuffer
                                                      : SeriesId::BytesInFlight);
}

}  // namespace

std::optional<Duration> minimum_rtt(const Trace& trace) {
  if (trace.has(SeriesId::RttMin)) return from_seconds(trace.series(SeriesId::RttMin).back().value);
  if (trace.summary.tcp.min_rtt) return trace.summary.tcp.min_rtt;
  if (const auto samples = trace.series(SeriesId::RttSample).range(Instant::min(), kNever)) {
    return from_seconds(samples->min);
  }
  return trace.info.base_rtt;
}

std::optional<Duration> typical_rtt(const Trace& trace) {
  const TimeSeries& smoothed = trace.series(SeriesId::RttSmoothed);
  const Duration step = (trace.end() - kStart) / kRttInstants;
  double sum = 0;
  int known = 0;
  for (int i = 1; i <= kRttInstants; ++i) {
    const auto value = smoothed.value_at(kStart + step * i);
    if (!value) continue;
    sum += *value;
    ++known;
  }
  return known == 0 ? minimum_rtt(trace) : from_seconds(sum / known);
}

Instant transfer_end(const Trace& trace) {
  if (trace.summary.transfer.completion) return kStart + *trace.summary.transfer.completion;
  return trace.end();
}

double mean_rate(const TimeSeries& counter, Instant end, Duration width) {
  CHECK(width > Duration::zero());
  const double bytes =
      counter.value_at(end).value_or(0) - counter.value_at(end - width).value_or(0);
  return bytes * 8 / to_seconds(width);
}

Duration default_rate_width(const Trace& trace) {
  return std::max(minimum_rtt(trace).value_or(Duration::zero()) / 2, kLeastRateWidth);
}

std::vector<Interval> intervals(const Trace& trace, Duration width) {
  const Instant end = transfer_end(trace);
  width = std::max({width, kLeastIntervalWidth, (end - kStart) / kMostIntervals});
  std::vector<Interval> result;
  for (Instant begin = kStart; begin < end; begin += width) {
    const Duration length = std::min(width, end - begin);
    if (length < std::min(width, kLeastLastInterval)) break;
    result.push_back(interval(trace, begin, begin + length));
  }
  return result;
}

Interval overall(const Trace& trace) { return interval(trace, kStart, transfer_end(trace)); }

std::vector<Stall> stalls(const Trace& trace) {
  std::vector<Stall> result;
  const auto rtt = minimum_rtt(trace);
  if (!rtt || *rtt <= Duration::zero()) return result;
  const Duration longest_normal = std::max(*rtt * 2, kLeastStall);
  DataStretches stretches(outstanding(trace));
  const auto judge_gap = [&](Instant begin, Instant end) {
    if (end - begin <= longest_normal) return;
    stretches.each_in(begin, end, [&](Instant from, Instant to) {
      if (to - from > longest_normal) result.push_back({from, to});
    });
  };

  const TimeSeries& read = trace.series(SeriesId::ReadBytes);
  const Instant end = transfer_end(trace);
  Instant last = kStart;
  double bytes = 0;
  for (std::size_t i = 0; i < read.size() && read[i].time <= end; ++i) {
    if (read[i].value <= bytes) continue;
    judge_gap(last, read[i].time);
    last = std::max(last, read[i].time);
    bytes = read[i].value;
  }
  judge_gap(last, end);
  return result;
}

double steady_rate(const Trace& trace) {
  const Instant end = transfer_end(trace);
  const bool long_enough = end >= kStart + 10s;
  const Instant to = long_enough ? kStart + 10s : end;
  const Duration width = long_enough ? Duration{5s} : (end - kStart) / 2;
  if (width <= Duration::zero()) return 0;
  return mean_rate(trace.series(SeriesId::ReadBytes), to, width);
}

std::optional<Instant> time_to_share(const Trace& trace, double share) {
  const double wanted = steady_rate(trace) * share * to_seconds(kShareWindow) / 8;
  if (wanted <= 0) return std::nullopt;
  const TimeSeries& read = trace.series(SeriesId::ReadBytes);
  // The rate rises only where bytes are read: it is enough to look there. `left` is the window's
  // left edge: bytes read up to and including it do not count.
  std::size_t left = 0;
  double before = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    while (read[left].time <= read[i].time - kShareWindow) before = read[left++].value;
    if (read[i].value - before >= wanted) return read[i].time;
  }
  return std::nullopt;
}

std::optional<double> lowest_rate(const Trace& trace, Instant begin, Duration width) {
  const Instant end = transfer_end(trace);
  if (width <= Duration::zero() || end - begin < width) return std::nullopt;
  const TimeSeries& read = trace.series(SeriesId::ReadBytes);
  double lowest = mean_rate(read, end, width);
  // A tenth of the width is fine enough for what a person would notice; hours of a capture take
  // coarser steps.
  const Duration step = std::max(width / 10, (end - begin) / kMostIntervals);
  for (Instant at = begin + width; at < end; at += step) {
    lowest = std::min(lowest, mean_rate(read, at, width));
  }
  return lowest;
}

std::optional<double> quantile(const TimeSeries& samples, double p) {
  if (samples.empty()) return std::nullopt;
  std::vector<double> values;
  values.reserve(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) values.push_back(samples[i].value);
  // Nearest rank: the least value that at least p of the samples do not exceed.
  const auto rank = static_cast<std::size_t>(
      std::ceil(std::clamp(p, 0.0, 1.0) * static_cast<double>(values.size())));
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

std::optional<double> fairness(const Trace& trace) {
  if (trace.summary.cross.empty()) return std::nullopt;
  Instant begin{};
  Instant end = transfer_end(trace);
  for (const CrossFlow& flow : trace.summary.cross) {
    begin = std::max(begin, flow.begin);
    end = std::min(end, flow.end);
  }
  if (end <= begin) return std::nullopt;
  const TimeSeries& read = trace.series(SeriesId::ReadBytes);
  std::vector<double> shares{read.value_at(end).value_or(0) - read.value_at(begin).value_or(0)};
  for (const CrossFlow& flow : trace.summary.cross) {
    shares.push_back(static_cast<double>(flow.shared_bytes.value()));
  }
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  if (squares <= 0) return std::nullopt;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

bool fills_window(double in_flight, double window, ByteCount mss) {
  constexpr double kMargin = 2;
  return window > 0 && in_flight > 0 &&
         in_flight >= window - kMargin * static_cast<double>(mss.value());
}

double maximum(const TimeSeries& samples) {
  const auto range = samples.range(Instant::min(), kNever);
  return range ? range->max : 0;
}

}  // namespace inflight::trace
