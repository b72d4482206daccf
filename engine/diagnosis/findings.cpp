// One function for each finding; find() is their table of contents.
#include "diagnosis/findings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "diagnosis/wording.h"
#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

using trace::Event;
using trace::EventCause;
using trace::EventKind;
using trace::Finding;
using trace::FindingCode;
using trace::LimitedBy;
using trace::SeriesId;
using trace::TimeSeries;
using trace::Trace;

constexpr double kLargestUnscaledWindow = 65535;
// A window this close to half of the buffer is half of it.
constexpr double kHalfTolerance = 0.02;
constexpr Duration kLeastBlocking = 20ms;
constexpr double kEarlyExit = 0.5;

using MaybeFinding = std::optional<Finding>;

std::vector<const Event*> events_of(const Trace& trace, EventKind kind) {
  std::vector<const Event*> result;
  for (const Event& event : trace.events) {
    if (event.kind == kind) result.push_back(&event);
  }
  return result;
}

// When the window first held the sender back.
std::optional<Instant> first_limited(const Trace& trace) {
  const auto intervals = trace.limits.intervals();
  const auto first =
      std::ranges::find(intervals, trace::Limit::ReceiveWindow, &trace::LimitInterval::limit);
  return first == intervals.end() ? std::nullopt : std::optional(first->begin);
}

struct Stretch {
  Instant begin;
  Duration length{};
  // The largest value in it.
  double peak = 0;
};

// The longest stretch in which a gauge was positive (or zero, for `positive` = false).
Stretch longest_stretch(const TimeSeries& series, bool positive, Instant end) {
  Stretch longest;
  Stretch current;
  bool inside = false;
  const auto close = [&](Instant until) {
    current.length = until - current.begin;
    if (inside && current.length > longest.length) longest = current;
  };
  for (std::size_t i = 0; i < series.size() && series[i].time < end; ++i) {
    const auto [time, value] = series[i];
    if ((value > 0) != positive) {
      close(time);
      inside = false;
      continue;
    }
    if (!inside) current = {time, {}, 0};
    inside = true;
    current.peak = std::max(current.peak, value);
  }
  close(end);
  return longest;
}

MaybeFinding slow_start_overshoot(const Facts& facts) {
  if (!facts.overshoot) return std::nullopt;
  return Finding{FindingCode::SlowStartOvershoot, overshoot_sentence(*facts.overshoot) + ".",
                 facts.overshoot->time};
}

// HyStart may mistake jitter for a queue: the ramp ends far below what the path holds.
MaybeFinding early_slow_start_exit(const Trace& trace, const Facts& facts) {
  const trace::TcpSummary& tcp = trace.summary.tcp;
  const bool by_rule = tcp.slow_start_exit != EventCause::None &&
                       tcp.slow_start_exit != EventCause::LossDetected &&
                       tcp.slow_start_exit != EventCause::Mark;
  if (!by_rule || !facts.capacity_known || !facts.min_rtt) {
    return std::nullopt;
  }
  const double fits = facts.capacity / 8 * to_seconds(*facts.min_rtt);
  const auto cwnd = static_cast<double>(tcp.slow_start_exit_cwnd.value());
  if (cwnd <= 0 || cwnd > kEarlyExit * fits) return std::nullopt;
  return Finding{FindingCode::EarlySlowStartExit,
                 "Slow start ended early: at a congestion window of " + size_text(cwnd) +
                     ", where the path holds " + size_text(fits) + ".",
                 tcp.slow_start_exit_time};
}

MaybeFinding no_window_scaling(const Trace& trace, const Facts& facts, LimitedBy limited_by) {
  const TimeSeries& window = trace.series(SeriesId::ReceiveWindow);
  const bool small = !window.empty() && trace::maximum(window) <= kLargestUnscaledWindow;
  const bool known_off = facts.settings.window_scaling == false;
  const bool looks_off = !facts.settings.window_scaling &&
                         trace::maximum(window) == kLargestUnscaledWindow &&
                         limited_by == LimitedBy::ReceiveWindow;
  if (!small || (!known_off && !looks_off)) return std::nullopt;
  return Finding{FindingCode::NoWindowScaling,
                 std::string(known_off ? "Window scaling is off: the"
                                       : "Window scaling seems to be off: the") +
                     " receive window cannot exceed 65,535 bytes.",
                 first_limited(trace)};
}

MaybeFinding window_half_of_buffer(const Trace& trace, const Facts& facts, LimitedBy limited_by) {
  const TimeSeries& window = trace.series(SeriesId::ReceiveWindow);
  if (window.empty() || !facts.settings.receive_buffer || limited_by != LimitedBy::ReceiveWindow) {
    return std::nullopt;
  }
  const auto buffer = static_cast<double>(facts.settings.receive_buffer->value());
  if (std::abs(trace::maximum(window) / buffer - 0.5) > kHalfTolerance) return std::nullopt;
  return Finding{FindingCode::WindowHalfOfBuffer,
                 "The window is at most " + size_text(trace::maximum(window)) +
                     ": half of the receive buffer of " + size_text(buffer) +
                     ", the other half is kept for overhead.",
                 first_limited(trace)};
}

// The window fell without a loss while there was nothing to send (RFC 5681 §4.1).
MaybeFinding idle_restart(const Trace& trace, const Facts& facts) {
  const TimeSeries& cwnd = trace.series(SeriesId::Cwnd);
  for (const Pause& pause : facts.pauses) {
    const auto before = cwnd.value_at(pause.begin);
    const auto after = cwnd.value_at(pause.end);
    const bool lost = std::ranges::any_of(trace.events, [&](const Event& event) {
      return event.time >= pause.begin && event.time <= pause.end &&
             (event.kind == EventKind::RecoveryBegin || event.kind == EventKind::Timeout);
    });
    if (!before || !after || lost || *after > *before / 2) continue;
    return Finding{FindingCode::IdleRestart,
                   "After a pause of " + seconds_text(pause.end - pause.begin) +
                       " the congestion window started again at " + size_text(*after) + ", from " +
                       size_text(*before) + ".",
                   pause.end};
  }
  return std::nullopt;
}

MaybeFinding small_initial_window(const Trace& trace, LimitedBy limited_by) {
  const TimeSeries& cwnd = trace.series(SeriesId::Cwnd);
  const auto mss = static_cast<double>(trace.info.mss.value());
  if (limited_by != LimitedBy::SlowStart || cwnd.empty() || mss <= 0) return std::nullopt;
  // Before the connection there is no window.
  std::size_t i = 0;
  while (i + 1 < cwnd.size() && cwnd[i].value <= 0) ++i;
  const auto [time, first] = cwnd[i];
  // RFC 6928: ten segments, or 14,600 bytes; options may take a little of each segment.
  if (first <= 0 || first >= 0.95 * std::min(10 * mss, std::max(2 * mss, 14600.0)))
    return std::nullopt;
  return Finding{
      FindingCode::SmallInitialWindow,
      "The transfer began with " + size_text(first) + "; ten segments are usual since RFC 6928.",
      time};
}

MaybeFinding bufferbloat(const Trace& trace, const Facts& facts) {
  const auto under_load = bloated_rtt(trace, facts);
  if (!under_load) return std::nullopt;
  return Finding{FindingCode::Bufferbloat,
                 "Round trips take " + delay_text(*under_load) + " under load, " +
                     delay_text(*facts.min_rtt) + " without: the difference is spent in queues.",
                 std::nullopt};
}

MaybeFinding policer(const Trace& trace, const Facts& facts) {
  if (facts.policed == 0) return std::nullopt;
  const auto first = std::ranges::find(trace.events, EventCause::Policer, &Event::cause);
  std::string text = "A policer dropped " + count_text(facts.policed, "packet");
  if (facts.settings.policer) {
    text += " above " + rate_text(static_cast<double>(facts.settings.policer->bits_per_second()));
  }
  return Finding{FindingCode::Policer, text + ", without a queue whose delay would have warned.",
                 first->time};
}

// The same bytes dropped twice.
MaybeFinding retransmission_lost(const Trace& trace) {
  std::set<StreamOffset> lost_before;
  std::int64_t count = 0;
  std::optional<Instant> first;
  for (const Event* loss : events_of(trace, EventKind::Loss)) {
    if (loss->length.value() <= 0 || lost_before.insert(loss->offset).second) continue;
    ++count;
    if (!first) first = loss->time;
  }
  if (count == 0) return std::nullopt;
  return Finding{
      FindingCode::RetransmissionLost,
      count_text(count, "retransmission") + (count == 1 ? " was" : " were") + " lost again.",
      first};
}

MaybeFinding timeout(const Trace& trace) {
  const auto timeouts = events_of(trace, EventKind::Timeout);
  const auto count =
      std::max<std::int64_t>(static_cast<std::int64_t>(timeouts.size()), trace.summary.tcp.rtos);
  if (count == 0) return std::nullopt;
  const auto first = timeouts.empty() ? std::nullopt : std::optional(timeouts.front()->time);
  return Finding{FindingCode::Timeout,
                 count_text(count, "retransmission timeout") + (first ? ", the first at " : "") +
                     (first ? seconds_text(*first) : std::string()) + ".",
                 first};
}

MaybeFinding lost_before_capture_point(const Trace& trace, const Facts& facts) {
  if (facts.lost_inside == 0) return std::nullopt;
  std::optional<Instant> first;
  for (const Event* loss : events_of(trace, EventKind::Loss)) {
    if (!first && is_inside(loss->cause)) first = loss->time;
  }
  const bool own = trace.summary.queues.outbound_drops > 0;
  return Finding{FindingCode::LostBeforeCapturePoint,
                 count_text(facts.lost_inside, "packet") +
                     (own ? " dropped by the outbound queue, inside the sending process."
                          : " never came to the network: dropped inside the sender."),
                 first};
}

MaybeFinding head_of_line_blocking(const Trace& trace, const Facts& facts) {
  const Stretch longest = longest_stretch(trace.series(SeriesId::WaitingForHole), true, facts.end);
  if (longest.length < std::max(kLeastBlocking, facts.min_rtt.value_or(Duration::zero()))) {
    return std::nullopt;
  }
  return Finding{FindingCode::HeadOfLineBlocking,
                 "Up to " + size_text(longest.peak) +
                     " had arrived but waited for a hole to be filled, for " +
                     seconds_text(longest.length) + " at the longest.",
                 longest.begin};
}

MaybeFinding zero_window(const Trace& trace, const Facts& facts) {
  const auto closed = events_of(trace, EventKind::ZeroWindow);
  if (closed.empty()) return std::nullopt;
  const Stretch longest = longest_stretch(trace.series(SeriesId::ReceiveWindow), false, facts.end);
  std::string text = "The receiver closed its window " +
                     count_text(static_cast<std::int64_t>(closed.size()), "time");
  if (longest.length > Duration::zero()) {
    text += ", for " + seconds_text(longest.length) + " at the longest";
  }
  return Finding{FindingCode::ZeroWindow, text + ".", closed.front()->time};
}

}  // namespace

std::string overshoot_sentence(const Overshoot& overshoot) {
  std::string text = "Slow start overshot: " + count_text(overshoot.lost, "packet") + " lost at " +
                     seconds_text(overshoot.time);
  if (overshoot.silence) text += ", nothing arrived for " + seconds_text(*overshoot.silence);
  return text;
}

std::vector<Finding> find(const Trace& trace, const Facts& facts, LimitedBy limited_by) {
  std::vector<Finding> findings;
  for (MaybeFinding& finding : std::array{
           slow_start_overshoot(facts), policer(trace, facts),
           lost_before_capture_point(trace, facts), no_window_scaling(trace, facts, limited_by),
           window_half_of_buffer(trace, facts, limited_by), zero_window(trace, facts),
           early_slow_start_exit(trace, facts), timeout(trace), retransmission_lost(trace),
           head_of_line_blocking(trace, facts), bufferbloat(trace, facts),
           idle_restart(trace, facts), small_initial_window(trace, limited_by)}) {
    if (finding) findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace inflight::diagnosis
