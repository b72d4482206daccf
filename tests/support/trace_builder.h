// TraceBuilder: synthetic traces for tests, in the words of the test: times in milliseconds, values
// in the series' own unit.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "trace/trace.h"

namespace inflight::testing {

constexpr Instant at_ms(double ms) { return Instant{from_seconds(ms * 1e-3)}; }
constexpr Duration ms(double value) { return from_seconds(value * 1e-3); }

class TraceBuilder {
 public:
  // {time in ms, value} pairs, times ascending.
  TraceBuilder& series(trace::SeriesId id,
                       std::initializer_list<std::pair<double, double>> samples) {
    for (const auto& [time_ms, value] : samples) add(id, time_ms, value);
    return *this;
  }
  TraceBuilder& add(trace::SeriesId id, double time_ms, double value) {
    trace_.series(id).append(at_ms(time_ms), value);
    trace_.extend(at_ms(time_ms));
    return *this;
  }
  // A counter that grows by rate * step every step, in [from, to].
  TraceBuilder& ramp(trace::SeriesId id, double from_ms, double to_ms, double step_ms,
                     double megabits_per_second) {
    double value = trace_.has(id) ? trace_.series(id).back().value : 0;
    for (double t = from_ms + step_ms; t <= to_ms + 1e-6; t += step_ms) {
      value += megabits_per_second * 1e6 / 8 * step_ms * 1e-3;
      add(id, t, value);
    }
    return *this;
  }
  TraceBuilder& limit(double time_ms, trace::Limit limit) {
    trace_.limits.change(at_ms(time_ms), limit);
    return *this;
  }
  TraceBuilder& event(double time_ms, trace::EventKind kind,
                      trace::EventCause cause = trace::EventCause::None, double value = 0) {
    trace_.events.push_back({.time = at_ms(time_ms), .kind = kind, .cause = cause, .value = value});
    return *this;
  }
  TraceBuilder& until(double time_ms) {
    trace_.limits.extend(at_ms(time_ms));
    trace_.extend(at_ms(time_ms));
    return *this;
  }
  trace::Trace& trace() { return trace_; }
  trace::Trace build() { return std::move(trace_); }

 private:
  trace::Trace trace_;
};

}  // namespace inflight::testing
