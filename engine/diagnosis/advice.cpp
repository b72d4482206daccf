// One function for each cause that something can be done about.
#include "diagnosis/advice.h"

#include <algorithm>
#include <bit>
#include <string>

#include "base/quantity.h"
#include "diagnosis/wording.h"
#include "trace/derived.h"

namespace inflight::diagnosis {
namespace {

using trace::Advice;
using trace::LimitedBy;
using trace::SeriesId;
using trace::Trace;

// Room for the ramp and for jitter over what the path holds.
constexpr double kHeadroom = 2;
constexpr double kLeastBuffer = 64 * 1024;
// Ten full packets: less would drop what arrives in one burst.
constexpr double kLeastQueue = 15'000;
// Where the path's capacity is not known, the next step to try.
constexpr double kUnknownStep = 4;
constexpr double kMostBuffer = 1 << 30;
// Below this the flows on a path share it unevenly (two to one between two flows is 0.9).
constexpr double kUneven = 0.9;

// What fits into the path, payload bytes; nothing if rate or round trip are not known.
std::optional<double> path_holds(const Facts& facts) {
  if (!facts.capacity_known || !facts.min_rtt) return std::nullopt;
  return facts.capacity / 8 * to_seconds(*facts.min_rtt);
}

// The next power of two: sizes people recognise.
ByteCount round_up(double bytes) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(bytes, 1.0, kMostBuffer));
  return ByteCount{static_cast<std::int64_t>(std::bit_ceil(whole))};
}

std::string size_text(ByteCount size) {
  return diagnosis::size_text(static_cast<double>(size.value()));
}

struct BufferAdvice {
  std::string name;
  std::string key;
  // Bytes of buffer for one byte in flight.
  double per_byte = 1;
  double now = 0;
};

Advice larger_buffer(const Facts& facts, const BufferAdvice& buffer) {
  const auto holds = path_holds(facts);
  const double wanted = holds ? *holds * kHeadroom * buffer.per_byte : buffer.now * kUnknownStep;
  const ByteCount size = round_up(std::max(wanted, kLeastBuffer));
  std::string text =
      holds ? "The path holds " + diagnosis::size_text(*holds) + " (" + rate_text(facts.capacity) +
                  " × " + delay_text(*facts.min_rtt) + "); twice that leaves room for the ramp."
            : "How much the path holds is not known until the buffer is no longer the limit.";
  if (buffer.per_byte > 1) text += " The window uses a part of the buffer only.";
  return {
      buffer.name + " of " + size_text(size), std::move(text), {{buffer.key, format_bytes(size)}}};
}

void for_receive_window(const Trace& trace, const Facts& facts, std::vector<Advice>& advice) {
  if (facts.settings.window_scaling == false) {
    advice.push_back({"Window scaling on",
                      "Without it no window can exceed 65,535 bytes, whatever the buffer.",
                      {{"tcp.window_scaling", "on"}}});
  }
  const double window = trace::maximum(trace.series(SeriesId::ReceiveWindow));
  double per_byte = 1;
  if (facts.settings.window_share && *facts.settings.window_share > 0) {
    per_byte = 1 / *facts.settings.window_share;
  } else if (facts.settings.receive_buffer && window > 0) {
    per_byte = static_cast<double>(facts.settings.receive_buffer->value()) / window;
  }
  advice.push_back(larger_buffer(
      facts, {"Receive buffer", "receiver.receive_buffer", per_byte, window * per_byte}));
}

void for_send_buffer(const Trace& trace, const Facts& facts, std::vector<Advice>& advice) {
  const double most = trace::maximum(trace.series(SeriesId::SendBuffer));
  const double now =
      facts.settings.send_buffer ? static_cast<double>(facts.settings.send_buffer->value()) : most;
  advice.push_back(larger_buffer(facts, {"Send buffer", "sender.send_buffer", 1, now}));
}

void for_outbound_queue(const Facts& facts, std::vector<Advice>& advice) {
  if (facts.lost_inside > 0 && facts.settings.outbound_policy != "backpressure") {
    advice.push_back({"Backpressure in the outbound queue",
                      "TCP is asked for packets only when there is room for them, so that none "
                      "are lost inside the process.",
                      {{"outbound_queue.policy", "backpressure"}}});
    return;
  }
  advice.push_back({"Faster encryption",
                    "Packets wait for being sealed: more processor time for the tunnel, or fewer "
                    "and larger packets.",
                    {{"tunnel.rate", "unlimited"}}});
}

void for_overshoot(const Facts& facts, std::vector<Advice>& advice) {
  if (!facts.overshoot) return;
  if (is_inside(facts.overshoot->place)) {
    for_outbound_queue(facts, advice);
  }
  if (facts.settings.hystart.value_or("off") != "off") return;
  advice.push_back({"HyStart on",
                    "It leaves slow start when the queue begins to grow, before it overflows.",
                    {{"sender.hystart", "linux"}}});
}

void advise_turns_in_the_queue(const Facts& facts, std::vector<Advice>& advice) {
  if (!facts.settings.discipline || *facts.settings.discipline == "fq_codel") return;
  advice.push_back({"FQ-CoDel in the bottleneck's queue",
                    "Each flow gets its turn there and waits behind its own packets only, "
                    "whatever the others do.",
                    {{"path.discipline", "fq_codel"}}});
}

void for_path(const Trace& trace, const Facts& facts, std::vector<Advice>& advice) {
  if (trace::fairness(trace).value_or(1) < kUneven) advise_turns_in_the_queue(facts, advice);
  const auto holds = path_holds(facts);
  if (!holds || !bloated_rtt(trace, facts)) return;
  if (facts.settings.discipline == "droptail") {
    advice.push_back({"CoDel in the bottleneck's queue",
                      "It drops what waits too long, so that senders keep the queue short; the "
                      "rate stays about the same.",
                      {{"path.discipline", "codel"}}});
  }
  const ByteCount size = round_up(std::max(*holds, kLeastQueue));
  if (size >= trace.summary.queues.path_max) return;
  advice.push_back({"Bottleneck queue of " + size_text(size),
                    "The rate stays, and a queue of about one bandwidth-delay product adds no "
                    "more than a round trip or two.",
                    {{"path.queue", format_bytes(size)}}});
}

// Marks that begin far below what the path holds.
void for_marks(const Facts& facts, std::vector<Advice>& advice) {
  const auto holds = path_holds(facts);
  if (!holds || facts.settings.discipline != "droptail") return;
  const ByteCount size = round_up(std::max(*holds, kLeastQueue));
  advice.push_back({"Marks above " + size_text(size),
                    "A queue that may hold what the path does keeps the link busy while the window "
                    "regrows after a mark.",
                    {{"path.mark_threshold", format_bytes(size)}}});
}

void for_slow_start(std::vector<Advice>& advice) {
  advice.push_back({"A connection that is kept open",
                    "A connection in use has found its window already; a new one finds it again "
                    "from ten segments on.",
                    {}});
}

void for_pauses(const Facts& facts, std::vector<Advice>& advice) {
  if (facts.pauses.empty()) return;
  advice.push_back({"Fewer turns",
                    "Each costs a round trip, whatever the rate: ask for more at once, or before "
                    "the last answer is there.",
                    {}});
}

void for_idle_restart(const std::vector<trace::Finding>& findings, std::vector<Advice>& advice) {
  if (std::ranges::find(findings, trace::FindingCode::IdleRestart, &trace::Finding::code) ==
      findings.end()) {
    return;
  }
  advice.push_back({"No restart after idle",
                    "The window found before a pause is used again after it; on a path that "
                    "others filled meanwhile the burst may be lost.",
                    {{"sender.idle_restart", "off"}}});
}

}  // namespace

std::vector<Advice> advise(const Trace& trace, const Facts& facts, const Judgement& judgement,
                           const std::vector<trace::Finding>& findings) {
  std::vector<Advice> advice;
  switch (judgement.limited_by) {
    case LimitedBy::ReceiveWindow:
      for_receive_window(trace, facts, advice);
      break;
    case LimitedBy::SendBuffer:
      for_send_buffer(trace, facts, advice);
      break;
    case LimitedBy::OutboundQueue:
      for_outbound_queue(facts, advice);
      break;
    case LimitedBy::Path:
      for_path(trace, facts, advice);
      break;
    case LimitedBy::SlowStart:
      for_slow_start(advice);
      break;
    case LimitedBy::Ecn:
      for_marks(facts, advice);
      break;
    case LimitedBy::Turns:
      if (bloated_rtt(trace, facts)) advise_turns_in_the_queue(facts, advice);
      for_pauses(facts, advice);
      break;
    case LimitedBy::ReceiverApplication:
      advice.push_back({"A reader that keeps up",
                        "The receiving program reads more slowly than the network delivers.",
                        {{"receiver.read_rate", "unlimited"}}});
      break;
    default:
      break;
  }
  if (judgement.limited_by != LimitedBy::OutboundQueue) for_overshoot(facts, advice);
  for_idle_restart(findings, advice);
  const bool ours =
      trace.info.source == trace::Source::Lab || trace.info.source == trace::Source::Live;
  if (!ours) {
    for (Advice& one : advice) one.overrides.clear();
  }
  return advice;
}

}  // namespace inflight::diagnosis
