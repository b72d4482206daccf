// One pass for each fact.
#include "diagnosis/facts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

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
// Bufferbloat: the RTT under load is a multiple of the idle one, and by more than this.
constexpr int kBloatFactor = 2;
constexpr Duration kBloatDelay = 40ms;
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

// A gauge's mean over a stretch; before its first sample it is taken to have had that value.
double mean_over(const trace::TimeSeries& gauge, Instant begin, Instant end) {
  double sum = 0;
  double value = gauge.value_at(begin).value_or(gauge.front().value);
  Instant from = begin;
  for (std::size_t i = gauge.lower_bound(begin); i < gauge.size() && gauge[i].time < end; ++i) {
    sum += value * to_seconds(gauge[i].time - std::exchange(from, gauge[i].time));
    value = gauge[i].value;
  }
  sum += value * to_seconds(end - from);
  return begin < end ? sum / to_seconds(end - begin) : value;
}

// Payload that the bottleneck's rate leaves when headers and the tunnel have taken theirs, as a
// share of it.
std::optional<double> payload_share(const Trace& trace) {
  if (!trace.has(SeriesId::PathRate) || !trace.has(SeriesId::WireBytes) ||
      !trace.has(SeriesId::SentBytes)) {
    return std::nullopt;
  }
  const double wire = trace.series(SeriesId::WireBytes).back().value;
  // What was dropped before the bottleneck was sent but never on the wire.
  const double payload = std::min(trace.series(SeriesId::SentBytes).back().value, wire);
  if (wire <= 0 || trace.series(SeriesId::PathRate).back().value <= 0) return std::nullopt;
  return payload / wire;
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

// The longest time between two reads that touches [begin, end], if over one round trip: shorter
// ones are how a window arrives. (A stall in the sense of the run's figures is over two.)
std::optional<Duration> silence_around(const Trace& trace, Instant begin, Instant end,
                                       Duration rtt) {
  const trace::TimeSeries& read = trace.series(SeriesId::ReadBytes);
  std::optional<Duration> longest;
  std::size_t next = read.lower_bound(begin);
  Instant last = next == 0 ? kStart : read[next - 1].time;
  for (; last <= end && next < read.size(); ++next) {
    const Duration gap = read[next].time - std::exchange(last, read[next].time);
    if (gap > rtt) longest = std::max(longest.value_or(Duration::zero()), gap);
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

// Chance does not fill queues: such losses are no part of an overshoot.
bool by_chance(EventCause place) {
  return place == EventCause::RandomLoss || place == EventCause::BurstLoss;
}

// The burst: losses that follow each other within a round trip, up to the end of the first
// recovery.
std::optional<Overshoot> find_overshoot(const Trace& trace, Duration rtt) {
  if (!left_slow_start_by_loss(trace)) return std::nullopt;
  const EventKind kind = loss_evidence(trace);
  const auto is_loss = [kind](const Event& event) {
    return event.kind == kind && !by_chance(event.cause);
  };
  const auto first = std::ranges::find_if(trace.events, is_loss);
  if (first == trace.events.end()) return std::nullopt;
  Overshoot overshoot{.time = first->time};
  const auto recovered = std::find_if(first, trace.events.end(), [](const Event& event) {
    return event.kind == EventKind::RecoveryEnd;
  });

  std::map<EventCause, std::int64_t> places;
  Instant last = first->time;
  for (auto event = first; event != recovered && event->time <= last + rtt; ++event) {
    if (!is_loss(*event)) continue;
    ++overshoot.lost;
    ++places[event->cause];
    last = event->time;
  }
  if (overshoot.lost < kBurstOfLosses) return std::nullopt;
  const auto most =
      std::ranges::max_element(places, {}, [](const auto& place) { return place.second; });
  if (kind == EventKind::Loss) overshoot.place = most->first;
  overshoot.cwnd = trace.series(SeriesId::Cwnd).value_at(first->time).value_or(0);
  const Instant repaired = recovered == trace.events.end() ? last + rtt * 2 : recovered->time;
  overshoot.silence = silence_around(trace, first->time, repaired, rtt);
  return overshoot;
}

// Adds the stretch, cut where something was sent in it: the sending of all there was takes no time
// in which anything else could have been the limit, so the strip does not show it.
void add_pauses(const trace::TimeSeries& sent, Pause stretch, std::vector<Pause>& pauses) {
  for (std::size_t i = sent.lower_bound(stretch.begin); i < sent.size(); ++i) {
    const Instant time = sent[i].time;
    if (time >= stretch.end) break;
    if (time > stretch.begin) pauses.push_back({std::exchange(stretch.begin, time), time});
  }
  if (stretch.begin < stretch.end) pauses.push_back(stretch);
}

std::vector<Pause> find_pauses(const Trace& trace, Instant end) {
  std::vector<Pause> stretches;
  for (const trace::LimitInterval& interval : trace.limits.intervals()) {
    if (interval.begin >= end) break;
    if (interval.limit != Limit::Idle && interval.limit != Limit::SenderApplication) continue;
    const Instant until = std::min(interval.end, end);
    if (!stretches.empty() && stretches.back().end == interval.begin) {
      stretches.back().end = until;
    } else {
      stretches.push_back({interval.begin, until});
    }
  }
  const trace::TimeSeries& sent = trace.series(SeriesId::SentBytes);
  std::vector<Pause> pauses;
  for (const Pause& stretch : stretches) add_pauses(sent, stretch, pauses);
  // Before the first byte it is not the next that is waited for.
  std::size_t first = 0;
  while (first < sent.size() && sent[first].value <= 0) ++first;
  if (first < sent.size()) {
    std::erase_if(pauses, [&](const Pause& pause) { return pause.begin < sent[first].time; });
  }
  return pauses;
}

// Where drops are seen, an outage is what dropped them; where they are not, so many tries in vain
// speak for one.
constexpr std::int64_t kTriesInVain = 3;

std::optional<Outage> find_outage(const Trace& trace, Duration rtt) {
  const bool seen = loss_evidence(trace) == EventKind::Loss;
  std::optional<Outage> longest;
  for (const trace::Stall& stall : trace::stalls(trace)) {
    Outage outage{stall.begin, stall.end};
    bool interrupted = false;
    for (const Event& event : trace.events) {
      if (event.time < stall.begin - rtt || event.time > stall.end) continue;
      outage.timeouts += event.kind == EventKind::Timeout ? 1 : 0;
      interrupted = interrupted || event.cause == EventCause::Outage;
    }
    if (seen ? !interrupted : outage.timeouts < kTriesInVain) continue;
    if (!longest || outage.end - outage.begin > longest->end - longest->begin) longest = outage;
  }
  return longest;
}

// The first growth ended, by a loss or before one, while there was time to see what came after it.
bool saw_the_end_of_the_ramp(const Trace& trace, Instant end) {
  const auto exit = std::ranges::find(trace.events, EventKind::SlowStartExit, &Event::kind);
  return exit != trace.events.end() && exit->time - kStart < (end - kStart) / 2;
}

void gather_capacity(const Trace& trace, Facts& facts) {
  const Instant middle = kStart + (facts.end - kStart) / 2;
  const auto share = payload_share(trace);
  facts.capacity_known = share.has_value();
  if (share) {
    const trace::TimeSeries& rate = trace.series(SeriesId::PathRate);
    facts.capacity = *share * mean_over(rate, kStart, facts.end);
    facts.steady_capacity = *share * mean_over(rate, middle, facts.end);
  } else {
    facts.capacity = facts.steady_capacity = most_shown(trace, facts);
  }
  const trace::TimeSeries& others = trace.series(SeriesId::CrossBytes);
  if (others.empty() || facts.end <= middle) return;
  facts.others_rate = trace::mean_rate(others, facts.end, facts.end - kStart);
  facts.others_steady_rate = trace::mean_rate(others, facts.end, facts.end - middle);
}

}  // namespace

std::optional<Duration> bloated_rtt(const Trace& trace, const Facts& facts) {
  const bool samples = trace.has(SeriesId::RttSample);
  const auto loaded = typical(trace, samples ? SeriesId::RttSample : SeriesId::RttSmoothed);
  if (!facts.min_rtt || !loaded) return std::nullopt;
  const Duration rtt = from_seconds(*loaded);
  if (rtt < *facts.min_rtt + kBloatDelay || rtt < *facts.min_rtt * kBloatFactor) {
    return std::nullopt;
  }
  return rtt;
}

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
  const Duration half = (facts.end - kStart) / 2;
  if (half > Duration::zero()) {
    facts.steady_rate = trace::mean_rate(trace.series(SeriesId::ReadBytes), facts.end, half);
  }
  gather_capacity(trace, facts);
  for (const Event& event : trace.events) {
    if (event.kind != EventKind::Loss) continue;
    ++(is_inside(event.cause) ? facts.lost_inside : facts.lost_on_path);
    facts.policed += event.cause == EventCause::Policer ? 1 : 0;
  }
  facts.lost_inside = std::max(facts.lost_inside, trace.summary.queues.outbound_drops);
  facts.marks = std::ranges::count(trace.events, EventKind::Marked, &Event::kind);
  facts.lost_on_path = std::max(facts.lost_on_path, trace.summary.queues.path_drops);
  facts.overshoot = find_overshoot(trace, facts.min_rtt.value_or(kDefaultRtt));
  facts.outage = find_outage(trace, facts.min_rtt.value_or(kDefaultRtt));
  facts.pauses = find_pauses(trace, facts.end);
  facts.ramp_ended = saw_the_end_of_the_ramp(trace, facts.end);
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
