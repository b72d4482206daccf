// Each cause has its headline; all figures are those of the trace.
#include "diagnosis/sentences.h"

#include <algorithm>
#include <cmath>

#include "diagnosis/findings.h"
#include "diagnosis/wording.h"
#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

using trace::Event;
using trace::EventKind;
using trace::Evidence;
using trace::Limit;
using trace::LimitedBy;
using trace::SeriesId;
using trace::Trace;

// "window ÷ RTT = rate" is written only where it agrees with what was measured.
constexpr double kAgreement = 0.1;
// The longest ones are evidence enough.
constexpr std::size_t kMostStalls = 2;
// Other flows that take this much of what we get are worth a word.
constexpr double kWorthNaming = 0.1;

// The RTT that held while this limit did; the least one where no sample fell into it.
std::optional<Duration> round_trip(const Trace& trace, const Facts& facts, Limit limit) {
  auto rtt = typical_while(trace, SeriesId::RttSample, limit);
  if (!rtt) rtt = typical(trace, SeriesId::RttSample);
  if (rtt) return from_seconds(*rtt);
  return facts.min_rtt;
}

std::string window_headline(const Trace& trace, const Facts& facts, const char* subject,
                            SeriesId series, Limit limit) {
  auto window = typical_while(trace, series, limit);
  if (!window) window = typical(trace, series);
  const auto rtt = round_trip(trace, facts, limit);
  std::string text = std::string(subject) + " limits you";
  if (!window || !rtt || *rtt <= Duration::zero()) {
    return text + ": " + rate_text(facts.steady_rate);
  }
  const double rate = *window * 8 / to_seconds(*rtt);
  text += ": " + size_text(*window);
  if (std::abs(rate - facts.steady_rate) <= kAgreement * rate) {
    return text + " ÷ " + delay_text(*rtt) + " = " + rate_text(rate);
  }
  return text + " in each round trip of " + delay_text(*rtt) + ", " + rate_text(facts.steady_rate);
}

std::string outbound_headline(const Facts& facts) {
  if (facts.lost_inside > 0) {
    return "Lost inside the process: " + count_text(facts.lost_inside, "packet") +
           " dropped by the outbound queue";
  }
  return "The outbound queue holds you back: full for " +
         share_text(facts.share(Limit::OutboundQueue)) + " of the time";
}

std::string path_headline(const Trace& trace, const Facts& facts) {
  if (facts.others_steady_rate >= kWorthNaming * facts.steady_rate) {
    return "The path is full, and shared: " + rate_text(facts.steady_rate) + " for you, " +
           rate_text(facts.others_steady_rate) + " for others";
  }
  if (const auto rtt = bloated_rtt(trace, facts)) {
    return "The path is full: " + rate_text(facts.steady_rate) + ", with " +
           delay_text(*rtt - *facts.min_rtt) + " of queueing";
  }
  return "The path is full, as it should be: " + rate_text(facts.steady_rate);
}

std::string loss_headline(const Trace& trace, const Facts& facts) {
  if (facts.policed * 2 > facts.lost_on_path) {
    return "A policer holds you down: " + count_text(facts.policed, "packet") + " dropped, " +
           rate_text(facts.overall_rate) + " of " + rate_text(facts.capacity);
  }
  if (facts.overshoot) return overshoot_sentence(*facts.overshoot);
  const auto sent = trace.summary.tcp.segments_sent;
  const auto lost = facts.lost_on_path > 0 ? facts.lost_on_path : trace.summary.tcp.retransmits;
  std::string text = "Held down by loss: " + count_text(lost, "packet") + " lost";
  if (sent > 0 && lost <= sent) {
    text += " (" + share_text(static_cast<double>(lost) / static_cast<double>(sent)) + ")";
  }
  text += ", " + rate_text(facts.overall_rate);
  return facts.capacity_known ? text + " of " + rate_text(facts.capacity) : text;
}

std::string turns_headline(const Trace& trace, const Facts& facts) {
  const std::string turns =
      "Latency limits you: " + count_text(static_cast<std::int64_t>(facts.pauses.size()), "turn") +
      " × ";
  if (const auto rtt = bloated_rtt(trace, facts)) {
    return turns + delay_text(*rtt) + ", of which " + delay_text(*rtt - *facts.min_rtt) +
           " are spent in a queue";
  }
  return turns + delay_text(facts.min_rtt.value_or(Duration::zero()));
}

std::string marks_headline(const Facts& facts) {
  const std::string text =
      "Held down by marks: the path asked for less " + count_text(facts.marks, "time");
  return facts.capacity_known
             ? text + ", " + rate_text(facts.overall_rate) + " of " + rate_text(facts.capacity)
             : text;
}

std::string outage_headline(const Facts& facts) {
  if (!facts.outage) return "Nothing got through for a while";
  return "Nothing got through for " + seconds_text(facts.outage->end - facts.outage->begin) +
         ", from " + seconds_text(facts.outage->begin) + " on";
}

// The outage itself, where it is known, is shorter than the silence.
std::string outage_explanation(const Trace& trace) {
  const std::string why =
      "The sender tries again after waits that double each time, so it learns late that the path "
      "is back";
  const auto event = std::ranges::find(trace.events, EventKind::Outage, &Event::kind);
  if (event == trace.events.end()) return why + ".";
  return why + ": it was gone for " + seconds_text(from_seconds(event->value)) + ".";
}

double no_data_share(const Facts& facts) {
  return facts.share(Limit::SenderApplication) + facts.share(Limit::Idle);
}

std::string nothing_to_send(const Facts& facts) {
  return "The sender had nothing to send for " + share_text(no_data_share(facts)) + " of the time";
}

// Whether it helps to know how much more the path could carry.
bool is_about_rate(LimitedBy cause) {
  return cause != LimitedBy::Unknown && cause != LimitedBy::Turns &&
         cause != LimitedBy::ServerThink && cause != LimitedBy::SenderApplication;
}

std::string handshake_headline(const Trace& trace) {
  const auto handshake = trace.summary.transfer.handshake;
  return "Connecting was slow" +
         (handshake ? ": it took " + delay_text(*handshake) : std::string());
}

std::string reader_headline(const Trace& trace) {
  const auto closed = std::ranges::count(trace.events, EventKind::ZeroWindow, &Event::kind);
  std::string text = "The receiving application reads too slowly";
  if (closed > 0) text += ": its window closed " + count_text(closed, "time");
  return text;
}

void add_share(const Facts& facts, Limit limit, const char* what, std::vector<Evidence>& out) {
  if (facts.share(limit) < 0.005) return;
  out.push_back({share_text(facts.share(limit)) + " of the time " + what, std::nullopt});
}

void add_window_use(const Trace& trace, std::vector<Evidence>& out) {
  const auto use = window_use(trace);
  if (!use) return;
  if (use->closed > 0) {
    out.push_back({"The window was closed for " + share_text(use->closed) + " of the busy time",
                   std::nullopt});
  }
  if (use->full > 0) {
    out.push_back({"In flight within two segments of the window for " + share_text(use->full) +
                       " of the busy time",
                   std::nullopt});
  }
}

void add_first_event(const Trace& trace, EventKind kind, const std::string& text,
                     std::vector<Evidence>& out) {
  const auto first = std::ranges::find(trace.events, kind, &Event::kind);
  if (first != trace.events.end()) out.push_back({text, first->time});
}

void add_losses(const Trace& trace, const Facts& facts, std::vector<Evidence>& out) {
  if (facts.overshoot && facts.overshoot->cwnd > 0) {
    out.push_back({"First loss at a congestion window of " + size_text(facts.overshoot->cwnd),
                   facts.overshoot->time});
  } else {
    add_first_event(trace, EventKind::Loss, "First loss", out);
  }
  const std::int64_t again = trace.summary.tcp.retransmits;
  if (again > 0) out.push_back({count_text(again, "segment") + " sent again", std::nullopt});
  auto stalls = trace::stalls(trace);
  std::ranges::stable_sort(stalls, std::ranges::greater{},
                           [](const trace::Stall& stall) { return stall.end - stall.begin; });
  stalls.resize(std::min(stalls.size(), kMostStalls));
  for (const trace::Stall& stall : stalls) {
    out.push_back({"Nothing read for " + seconds_text(stall.end - stall.begin), stall.begin});
  }
}

}  // namespace

std::string headline(const Trace& trace, const Facts& facts, const Judgement& judgement) {
  switch (judgement.limited_by) {
    case LimitedBy::ReceiveWindow:
      return window_headline(trace, facts, "Receive window", SeriesId::ReceiveWindow,
                             Limit::ReceiveWindow);
    case LimitedBy::SendBuffer:
      return window_headline(trace, facts, "Send buffer", SeriesId::SendBuffer, Limit::SendBuffer);
    case LimitedBy::OutboundQueue:
      return outbound_headline(facts);
    case LimitedBy::Path:
      return path_headline(trace, facts);
    case LimitedBy::Loss:
      return loss_headline(trace, facts);
    case LimitedBy::Ecn:
      return marks_headline(facts);
    case LimitedBy::SlowStart:
      return "Over before it was fast: " + share_text(facts.share(Limit::SlowStart)) +
             " of the time in slow start";
    case LimitedBy::Turns:
      return turns_headline(trace, facts);
    case LimitedBy::ServerThink:
      return "The other side takes long to answer";
    case LimitedBy::SenderApplication:
      return nothing_to_send(facts);
    case LimitedBy::ReceiverApplication:
      return reader_headline(trace);
    case LimitedBy::Handshake:
      return handshake_headline(trace);
    case LimitedBy::Outage:
      return outage_headline(facts);
    default:
      return "Not judged yet";
  }
}

std::string explanation(const Trace& trace, const Facts& facts, const Judgement& judgement) {
  switch (judgement.limited_by) {
    case LimitedBy::ReceiveWindow:
      return "The receiver lets no more than its window be under way, and each byte of it takes a "
             "round trip to be used again.";
    case LimitedBy::SendBuffer:
      return "The sender keeps every byte until it is acknowledged; when its buffer is full of "
             "them, nothing new can be sent.";
    case LimitedBy::OutboundQueue:
      return facts.lost_inside > 0
                 ? "TCP takes these drops for a full network and slows down, though the network "
                   "never saw them."
                 : "Packets wait inside the process to be sealed: encryption is slower than the "
                   "network.";
    case LimitedBy::Outage:
      return outage_explanation(trace);
    case LimitedBy::Path:
      if (facts.others_steady_rate >= kWorthNaming * facts.steady_rate) {
        return "All flows together fill the bottleneck; who gets which part of it is decided by "
               "their congestion controls and by its queue.";
      }
      return "Throughput is what the bottleneck can carry; only a faster path would change that.";
    case LimitedBy::Loss:
      return (facts.overshoot && facts.overshoot->cwnd > 0)
                 ? "The ramp reached a congestion window of " + size_text(facts.overshoot->cwnd) +
                       " before it noticed that the queue was full; repair and regrowth took the "
                       "rest."
                 : "Each loss shrinks the congestion window, and it regrows more slowly than it "
                   "is cut: the path stays emptier than it could be.";
    case LimitedBy::Ecn:
      return "A queue on the path marks packets before it is full; each mark shrinks the "
             "congestion "
             "window as a loss would, but nothing has to be sent again.";
    case LimitedBy::SlowStart:
      return "The rate was still growing when the transfer was over; the path was never full.";
    case LimitedBy::Turns:
      return "Each turn waits for the answer to the last one: the time is round trips, not rate.";
    case LimitedBy::ServerThink:
      return "The pauses between request and response are longer than the round trip.";
    case LimitedBy::SenderApplication:
      return "The network was ready for more than the sending application wrote.";
    case LimitedBy::ReceiverApplication:
      return "Unread data fills the receive buffer, so that the receiver closes its window until "
             "the application reads.";
    case LimitedBy::Handshake:
      return "The connection took several round trips to be established: its first packets were "
             "lost or delayed.";
    default:
      return judgement.reason;
  }
}

std::vector<Evidence> evidence(const Trace& trace, const Facts& facts, const Judgement& judgement) {
  std::vector<Evidence> result;
  switch (judgement.limited_by) {
    case LimitedBy::ReceiveWindow:
    case LimitedBy::ReceiverApplication:
      add_share(facts, Limit::ReceiveWindow, "the window was full", result);
      add_share(facts, Limit::ReceiverApplication, "the reader held the window down", result);
      add_window_use(trace, result);
      add_first_event(trace, EventKind::ZeroWindow, "The window closed for the first time", result);
      break;
    case LimitedBy::SendBuffer:
      add_share(facts, Limit::SendBuffer, "the send buffer was full", result);
      break;
    case LimitedBy::OutboundQueue:
      add_share(facts, Limit::OutboundQueue, "the outbound queue was full", result);
      add_losses(trace, facts, result);
      break;
    case LimitedBy::Loss:
      add_losses(trace, facts, result);
      add_first_event(trace, EventKind::Timeout, "Retransmission timeout", result);
      break;
    case LimitedBy::Ecn:
      add_first_event(trace, EventKind::Marked, "First mark", result);
      add_losses(trace, facts, result);
      break;
    case LimitedBy::Outage:
      result.push_back({count_text(facts.outage ? facts.outage->timeouts : 0, "retransmission") +
                            " timed out in a row",
                        facts.outage ? std::optional(facts.outage->begin) : std::nullopt});
      break;
    case LimitedBy::SlowStart:
      add_share(facts, Limit::SlowStart, "in slow start", result);
      break;
    case LimitedBy::Turns:
    case LimitedBy::ServerThink:
      result.push_back({share_text(no_data_share(facts)) + " of the time there was nothing to send",
                        std::nullopt});
      break;
    default:
      break;
  }
  if (facts.others_rate > 0) {
    const auto evenness =
        judgement.limited_by == LimitedBy::Path ? trace::fairness(trace) : std::nullopt;
    result.push_back({"Other flows took " + rate_text(facts.others_rate) + " over the whole time" +
                          (evenness ? ", fairness " + share_text(*evenness) : std::string()),
                      std::nullopt});
  }
  if (facts.capacity_known && is_about_rate(judgement.limited_by)) {
    result.push_back({rate_text(facts.overall_rate) + " of the " + rate_text(facts.capacity) +
                          " that the path carries, over the whole time",
                      std::nullopt});
  }
  return result;
}

}  // namespace inflight::diagnosis
