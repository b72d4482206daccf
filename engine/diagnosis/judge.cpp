// The rules, each with its threshold beside its name.
#include "diagnosis/judge.h"

#include <algorithm>
#include <vector>

#include "diagnosis/wording.h"
#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

using trace::Confidence;
using trace::Limit;
using trace::LimitedBy;
using trace::SeriesId;
using trace::TimeSeries;
using trace::Trace;

// A window, buffer or path counts as the limit of a capture at this share of the busy time.
constexpr double kFullShare = 0.8;
constexpr double kClosedShare = 0.05;
// Round trips of data this much shorter than the handshake's are only a part of the way.
constexpr double kNearReceiver = 0.5;
// A path used this far is full; the rest is the ramp and what headers take.
constexpr double kFullPath = 0.9;
// Steady throughput this close to capacity: a larger window would only fill the queue.
constexpr double kSaturated = 0.95;
// Without a known capacity: delay that speaks for a full queue, over the minimum.
constexpr double kQueueingFactor = 1.25;
constexpr Duration kLeastQueueing = 5ms;
constexpr double kHalf = 0.5;
// A ramp of this share is worth a word beside what came after it.
constexpr double kSlowRamp = 0.1;
// A handshake is slow from this many minimum RTTs on, and worth a verdict at this share.
constexpr int kSlowHandshake = 3;
constexpr double kHandshakeShare = 0.3;
constexpr std::size_t kLeastTurns = 3;
constexpr double kOutageShare = 0.1;
constexpr double kTurnShare = 0.4;

double no_data(const Facts& facts) {
  return facts.share(Limit::SenderApplication) + facts.share(Limit::Idle);
}

// The controller's own doing, be it by its window or by its rate.
double congestion(const Facts& facts) {
  return facts.share(Limit::SlowStart) + facts.share(Limit::CongestionWindow) +
         facts.share(Limit::Recovery) + facts.share(Limit::Pacing);
}

bool any_losses(const Trace& trace, const Facts& facts) {
  return facts.lost_inside + facts.lost_on_path > 0 || facts.share(Limit::Recovery) > 0 ||
         trace.summary.tcp.retransmits > 0;
}

Confidence confidence_of(double share) {
  if (share >= 0.7) return Confidence::High;
  return share >= 0.4 ? Confidence::Medium : Confidence::Low;
}

// SYN or SYN/ACK lost or slow.
bool slow_handshake(const Trace& trace, const Facts& facts) {
  const auto handshake = trace.summary.transfer.handshake;
  return facts.share(Limit::Handshake) >= kHandshakeShare && handshake && facts.min_rtt &&
         *handshake > *facts.min_rtt * kSlowHandshake;
}

// Pauses of about one round trip each: the next request waits for the last response. A longer pause
// in a request/response workload is the peer thinking.
std::optional<LimitedBy> in_turns(const Trace& trace, const Facts& facts) {
  const auto& workload = facts.settings.workload;
  if (workload && *workload != "request_response") return std::nullopt;
  if (!facts.min_rtt || facts.pauses.size() < kLeastTurns || no_data(facts) < kTurnShare) {
    return std::nullopt;
  }
  std::vector<Duration> lengths;
  lengths.reserve(facts.pauses.size());
  for (const Pause& pause : facts.pauses) lengths.push_back(pause.end - pause.begin);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  // Behind a long queue a round trip is one all the same.
  const Duration longest = 2 * bloated_rtt(trace, facts).value_or(*facts.min_rtt);
  if (*middle >= *facts.min_rtt / 2 && *middle <= longest) return LimitedBy::Turns;
  if (facts.settings.workload == "request_response" && *middle > longest) {
    return LimitedBy::ServerThink;
  }
  return std::nullopt;
}

bool stretched_round_trips(const Trace& trace, const Facts& facts) {
  const auto rtt = typical(trace, SeriesId::RttSample);
  return rtt && facts.min_rtt && *rtt > to_seconds(*facts.min_rtt) * kQueueingFactor;
}

bool queueing_delay(const Trace& trace, const Facts& facts) {
  return stretched_round_trips(trace, facts) &&
         *typical(trace, SeriesId::RttSample) > to_seconds(*facts.min_rtt + kLeastQueueing);
}

// The rate stays at the most it showed while round trips grow: what more is in flight only waits.
bool flat_while_waiting(const Trace& trace, const Facts& facts) {
  const auto rtt = typical(trace, SeriesId::RttSample);
  return facts.ramp_ended && facts.steady_use() >= kFullPath && rtt && facts.min_rtt &&
         *rtt > to_seconds(*facts.min_rtt + kLeastQueueing);
}

bool saturated(const Facts& facts) {
  return facts.capacity_known && facts.steady_use() >= kSaturated;
}

// Nothing got through for a good part of the time.
bool interrupted(const Facts& facts) {
  return facts.outage && facts.outage->end - facts.outage->begin >=
                             from_seconds(kOutageShare * to_seconds(facts.end - Instant{}));
}

// The congestion window held the sender back: why was it no larger?
Judgement behind_congestion(const Trace& trace, const Facts& facts) {
  const double share = congestion(facts);
  const bool losses = any_losses(trace, facts);
  const bool ramp_only = facts.share(Limit::SlowStart) > kHalf && !facts.ramp_ended;
  if (facts.lost_inside > 0 && facts.lost_inside >= facts.lost_on_path) {
    return {LimitedBy::OutboundQueue, LimitedBy::Loss, confidence_of(share), {}};
  }
  if (facts.capacity_known && facts.use() >= kFullPath) {
    return {LimitedBy::Path, std::nullopt, confidence_of(share), {}};
  }
  if (ramp_only) {
    return {LimitedBy::SlowStart,
            losses ? std::optional(LimitedBy::Loss) : std::nullopt,
            confidence_of(facts.share(Limit::SlowStart)),
            {}};
  }
  if (saturated(facts) && !facts.overshoot) {
    // What is missing over the whole time was missing in the ramp.
    const bool slow_ramp = facts.share(Limit::SlowStart) >= kSlowRamp;
    return {LimitedBy::Path,
            slow_ramp ? std::optional(LimitedBy::SlowStart) : std::nullopt,
            confidence_of(share),
            {}};
  }
  if (facts.marks > 0 && facts.marks >= facts.lost_inside + facts.lost_on_path) {
    return {LimitedBy::Ecn,
            saturated(facts) ? std::optional(LimitedBy::Path) : std::nullopt,
            facts.capacity_known ? confidence_of(share) : Confidence::Medium,
            {}};
  }
  if (losses && (facts.capacity_known || facts.steady_use() < kFullPath)) {
    const bool full_later = saturated(facts);
    return {LimitedBy::Loss,
            full_later ? std::optional(LimitedBy::Path) : std::nullopt,
            facts.overshoot || facts.capacity_known ? confidence_of(share) : Confidence::Medium,
            {}};
  }
  // No loss, or the rate never fell far below the most that was seen.
  if (queueing_delay(trace, facts)) {
    return {LimitedBy::Path,
            std::nullopt,
            facts.capacity_known ? confidence_of(share) : Confidence::Medium,
            {}};
  }
  // Losses that did not keep it from the most the path had shown.
  if (losses) return {LimitedBy::Path, std::nullopt, Confidence::Low, {}};
  // Round trips that are long for this path, however short: more in flight would only wait.
  if (stretched_round_trips(trace, facts) || flat_while_waiting(trace, facts)) {
    return {LimitedBy::Path, std::nullopt, Confidence::Low, {}};
  }
  return {LimitedBy::SlowStart, std::nullopt, Confidence::Low, {}};
}

Judgement from_strip(const Trace& trace, const Facts& facts) {
  if (slow_handshake(trace, facts)) {
    return {LimitedBy::Handshake, std::nullopt, confidence_of(facts.share(Limit::Handshake)), {}};
  }
  if (interrupted(facts)) {
    const double share =
        to_seconds(facts.outage->end - facts.outage->begin) / to_seconds(facts.end - Instant{});
    return {LimitedBy::Outage, std::nullopt, confidence_of(share + kHalf), {}};
  }
  if (const auto turns = in_turns(trace, facts)) {
    return {*turns, std::nullopt, confidence_of(no_data(facts)), {}};
  }
  struct Candidate {
    double share;
    LimitedBy cause;
  };
  // Path stands for the congestion window here; behind_congestion tells what it is.
  const std::array candidates{
      Candidate{congestion(facts), LimitedBy::Path},
      Candidate{facts.share(Limit::ReceiveWindow), LimitedBy::ReceiveWindow},
      Candidate{facts.share(Limit::ReceiverApplication), LimitedBy::ReceiverApplication},
      Candidate{facts.share(Limit::SendBuffer), LimitedBy::SendBuffer},
      Candidate{facts.share(Limit::OutboundQueue), LimitedBy::OutboundQueue},
      Candidate{no_data(facts), LimitedBy::SenderApplication},
      Candidate{facts.share(Limit::Handshake), LimitedBy::SlowStart}};
  const Candidate best = *std::ranges::max_element(candidates, {}, &Candidate::share);
  if (best.share <= facts.share(Limit::Unknown)) {
    return {.reason = "What held the sender back is not known for most of the time."};
  }
  if (best.cause == LimitedBy::Path) return behind_congestion(trace, facts);
  const bool by_window =
      best.cause == LimitedBy::ReceiveWindow || best.cause == LimitedBy::SendBuffer;
  if (by_window && saturated(facts)) {
    return {LimitedBy::Path, best.cause, confidence_of(best.share), {}};
  }
  return {best.cause, std::nullopt, confidence_of(best.share), {}};
}

// Data is acknowledged at once here, while the handshake took a whole round trip.
bool taken_near_receiver(const Trace& trace, const Facts& facts) {
  return trace.info.base_rtt && facts.min_rtt &&
         to_seconds(*facts.min_rtt) < kNearReceiver * to_seconds(*trace.info.base_rtt);
}

Judgement from_capture(const Trace& trace, const Facts& facts) {
  const auto use = window_use(trace);
  if (!use) {
    return {.reason = "The receive window or the bytes in flight are not known here."};
  }
  if (use->closed >= kClosedShare) {
    return {LimitedBy::ReceiverApplication, std::nullopt, Confidence::Medium, {}};
  }
  if (use->full >= kFullShare) {
    return {LimitedBy::ReceiveWindow, std::nullopt, Confidence::High, {}};
  }
  if (taken_near_receiver(trace, facts)) {
    return {.reason =
                "The capture was taken near the receiver: how much was in flight cannot be "
                "told there, only that the window was not closed."};
  }
  return {.reason = "Bytes in flight came up to the receive window for " + share_text(use->full) +
                    " of the busy time only, so that is not the limit; what else it was, the "
                    "rules at hand do not tell."};
}

}  // namespace

std::optional<WindowUse> window_use(const Trace& trace) {
  const TimeSeries& flight = trace.series(SeriesId::BytesInFlight);
  const TimeSeries& window = trace.series(SeriesId::ReceiveWindow);
  if (flight.empty() || window.empty()) return std::nullopt;
  const Instant end = trace::transfer_end(trace);
  double busy = 0;
  double full = 0;
  double closed = 0;
  std::size_t f = 0;
  std::size_t w = 0;
  // Before the handshake there is no window yet, which is not a closed one.
  while (w + 1 < window.size() && window[w].value <= 0) ++w;
  // Both hold their values between samples: from one change of either to the next.
  for (Instant begin = std::max(flight.front().time, window[w].time); begin < end;) {
    while (f + 1 < flight.size() && flight[f + 1].time <= begin) ++f;
    while (w + 1 < window.size() && window[w + 1].time <= begin) ++w;
    Instant next = end;
    if (f + 1 < flight.size()) next = std::min(next, flight[f + 1].time);
    if (w + 1 < window.size()) next = std::min(next, window[w + 1].time);
    const double length = to_seconds(next - begin);
    begin = next;
    const bool shut = window[w].value <= 0;
    if (flight[f].value <= 0 && !shut) continue;
    busy += length;
    if (shut) {
      closed += length;
    } else if (trace::fills_window(flight[f].value, window[w].value, trace.info.mss)) {
      full += length;
    }
  }
  if (busy <= 0) return std::nullopt;
  return WindowUse{full / busy, closed / busy};
}

Judgement judge(const Trace& trace, const Facts& facts) {
  if (facts.end <= Instant{}) return {.reason = "Nothing was recorded."};
  return trace.info.source == trace::Source::Capture ? from_capture(trace, facts)
                                                     : from_strip(trace, facts);
}

}  // namespace inflight::diagnosis
