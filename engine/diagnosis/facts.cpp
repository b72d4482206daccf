// One pass for each fact.
#include "diagnosis/facts.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

using trace::Event;
using trace::EventCause;
using trace::EventKind;
using trace::Limit;
using trace::SeriesId;
using trace::Trace;

constexpr Instant kStart{};
constexpr int kMoments = 1000;
constexpr Duration kLeastRateWindow = 100ms;
constexpr std::int64_t kMostRateWindows = 10'000;
// Losses at the end of the ramp that are more than an accident.
constexpr std::int64_t kBurstOfLosses = 8;
// Without a known RTT, what counts as the same burst.
constexpr Duration kDefaultRtt = 100ms;

// The k-th smallest of n; `share` in 0..1.
double order_statistic(std::vector<double> values, double share) {
  const auto index = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

template <class Accept>
std::optional<double> median_of_moments(const Trace& trace, SeriesId id, Accept accept) {
  const Duration step = (trace::transfer_end(trace) - kStart) / kMoments;
  if (!trace.has(id) || step <= Duration::zero()) return std::nullopt;
  std::vector<double> values;
  for (int i = 0; i < kMoments; ++i) {
    const Instant moment = kStart + step * i + step / 2;
    if (!accept(moment)) continue;
    if (const auto value = trace.series(id).value_at(moment)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  return order_statistic(std::move(values), 0.5);
}

// Payload that the bottleneck's rate leaves when headers and the tunnel have taken theirs.
std::optional<double> capacity_of_path(const Trace& trace) {
  if (!trace.has(SeriesId::PathRate) || !trace.has(SeriesId::WireBytes) ||
      !trace.has(SeriesId::SentBytes)) {
    return std::nullopt;
  }
  const double wire = trace.series(SeriesId::WireBytes).back().value;
  const double rate = trace.series(SeriesId::PathRate).back().value;
  // What was dropped before the bottleneck was sent but never on the wire.
  const double payload = std::min(trace.series(SeriesId::SentBytes).back().value, wire);
  if (wire <= 0 || rate <= 0) return std::nullopt;
  return rate * payload / wire;
}

double most_shown(const Trace& trace, const Facts& facts) {
  const SeriesId counter =
      trace.has(SeriesId::AckedBytes) ? SeriesId::AckedBytes : SeriesId::ReadBytes;
  const Duration length = facts.end - kStart;
  const Duration window = std::max(
      {facts.min_rtt.value_or(Duration::zero()), kLeastRateWindow, length / kMostRateWindows});
  std::vector<double> rates;
  for (Instant end = kStart + window; end <= facts.end; end += window) {
    rates.push_back(trace::mean_rate(trace.series(counter), end, window));
  }
  return rates.empty() ? 0 : order_statistic(std::move(rates), 0.9);
}

std::optional<Duration> silence_around(const Trace& trace, Instant begin, Instant end) {
  std::optional<Duration> longest;
  for (const trace::Stall& stall : trace::stalls(trace)) {
    if (stall.end < begin || stall.begin > end) continue;
    longest = std::max(longest.value_or(Duration::zero()), stall.end - stall.begin);
  }
  return longest;
}

bool left_slow_start_by_loss(const Trace& trace) {
  const auto exit = std::ranges::find(trace.events, EventKind::SlowStartExit, &Event::kind);
  if (exit != trace.events.end()) return exit->cause == EventCause::LossDetected;
  return trace.summary.tcp.slow_start_exit == EventCause::LossDetected;
}

// Where nobody saw the drops, the retransmissions stand for them.
EventKind loss_evidence(const Trace& trace) {
  const bool seen = std::ranges::any_of(
      trace.events, [](const Event& event) { return event.kind == EventKind::Loss; });
  return seen ? EventKind::Loss : EventKind::Retransmit;
}

// From the first loss to the end of the recovery that it began, two round trips at least.
std::optional<Overshoot> find_overshoot(const Trace& trace, Duration rtt) {
  if (!left_slow_start_by_loss(trace)) return std::nullopt;
  const EventKind kind = loss_evidence(trace);
  const auto first = std::ranges::find(trace.events, kind, &Event::kind);
  if (first == trace.events.end()) return std::nullopt;
  Overshoot overshoot{.time = first->time};
  Instant repaired = first->time + rtt * 2;
  const auto recovered = std::find_if(first, trace.events.end(), [](const Event& event) {
    return event.kind == EventKind::RecoveryEnd;
  });
  if (recovered != trace.events.end()) repaired = std::max(repaired, recovered->time);

  std::map<EventCause, std::int64_t> places;
  for (auto event = first; event != trace.events.end() && event->time <= first->time + rtt * 2;
       ++event) {
    if (event->kind == kind) ++places[event->cause];
  }
  std::int64_t most = 0;
  for (const auto& [place, count] : places) {
    overshoot.lost += count;
    if (count > most && kind == EventKind::Loss) overshoot.place = place;
    most = std::max(most, count);
  }
  if (overshoot.lost < kBurstOfLosses) return std::nullopt;
  overshoot.cwnd = trace.series(SeriesId::Cwnd).value_at(first->time).value_or(0);
  overshoot.silence = silence_around(trace, first->time, repaired);
  return overshoot;
}

std::vector<Pause> find_pauses(const Trace& trace, Instant end) {
  std::vector<Pause> pauses;
  for (const trace::LimitInterval& interval : trace.limits.intervals()) {
    if (interval.begin >= end) break;
    if (interval.limit != Limit::Idle && interval.limit != Limit::SenderApplication) continue;
    const Instant until = std::min(interval.end, end);
    if (!pauses.empty() && pauses.back().end == interval.begin) {
      pauses.back().end = until;
    } else {
      pauses.push_back({interval.begin, until});
    }
  }
  return pauses;
}

}  // namespace

bool is_inside(EventCause place) {
  return place == EventCause::OutboundQueue || place == EventCause::TunnelStaging ||
         place == EventCause::BeforeCapturePoint;
}

Facts gather(const Trace& trace) {
  Facts facts;
  facts.settings = read_settings(trace.info);
  facts.end = trace::transfer_end(trace);
  facts.min_rtt = trace::minimum_rtt(trace);
  facts.shares = trace.limits.shares_until(facts.end);
  facts.overall_rate = trace::overall(trace).megabits_per_second * 1e6;
  facts.steady_rate = trace::steady_rate(trace);
  const auto capacity = capacity_of_path(trace);
  facts.capacity_known = capacity.has_value();
  facts.capacity = capacity ? *capacity : most_shown(trace, facts);
  for (const Event& event : trace.events) {
    if (event.kind != EventKind::Loss) continue;
    ++(is_inside(event.cause) ? facts.lost_inside : facts.lost_on_path);
  }
  facts.lost_inside = std::max(facts.lost_inside, trace.summary.queues.outbound_drops);
  facts.lost_on_path = std::max(facts.lost_on_path, trace.summary.queues.path_drops);
  facts.overshoot = find_overshoot(trace, facts.min_rtt.value_or(kDefaultRtt));
  facts.pauses = find_pauses(trace, facts.end);
  return facts;
}

std::optional<double> typical_while(const Trace& trace, SeriesId series, Limit limit) {
  return median_of_moments(trace, series,
                           [&](Instant moment) { return trace.limits.at(moment) == limit; });
}

std::optional<double> typical(const Trace& trace, SeriesId series) {
  return median_of_moments(trace, series, [](Instant) { return true; });
}

}  // namespace inflight::diagnosis
