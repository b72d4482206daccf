#include "analysis/flow_trace.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "trace/derived.h"

namespace inflight::analysis {
namespace {

using trace::EventCause;
using trace::EventKind;
using trace::SeriesId;

constexpr double as_double(ByteCount bytes) { return static_cast<double>(bytes.value()); }

EventCause to_cause(Trigger trigger) {
  switch (trigger) {
    case Trigger::Timeout:
      return EventCause::TimeoutExpired;
    case Trigger::Sack:
      return EventCause::Sack;
    case Trigger::DuplicateAcks:
      return EventCause::DuplicateAcks;
    case Trigger::Unknown:
      break;
  }
  return EventCause::None;
}

trace::Event make_event(Instant time, EventKind kind, EventCause cause, const DataOutcome& data) {
  trace::Event event;
  event.time = time;
  event.kind = kind;
  event.cause = cause;
  event.offset = data.begin;
  event.length = data.length;
  return event;
}

// Walks a flow's segments once more and writes down what the data of one end does.
class FlowTracer {
 public:
  FlowTracer(const Flow& flow, End sender, trace::Trace& trace)
      : sender_(sender),
        window_shift_(flow.stats().window_shift(other(sender))),
        connecting_(flow.stats().syn.has_value()),
        trace_(trace) {}

  void handle_segment(const CapturedSegment& segment, Instant now);
  // Events by time, and the totals that only the walk knows.
  void finish();

 private:
  void on_data(const CapturedSegment& segment, const SegmentOutcome& outcome, Instant now);
  void on_ack(const CapturedSegment& segment, const SegmentOutcome& outcome, Instant now);
  void on_window(const CapturedSegment& segment, Instant now);
  void on_rtt(Duration rtt, Instant now);
  void on_life(const CapturedSegment& segment, const SegmentOutcome& outcome, Instant now);
  void add_event(Instant now, EventKind kind, EventCause cause = EventCause::None,
                 const DataOutcome& data = {}) {
    trace_.events.push_back(make_event(now, kind, cause, data));
  }
  // What can be told of the moment behind the last segment.
  trace::Limit limit() const;
  // Adds a sample if the value is not the last one.
  void change(SeriesId id, Instant now, double value);

  End sender_;
  std::optional<unsigned> window_shift_;
  bool connecting_ = false;
  trace::Trace& trace_;
  TcpFlow flow_;
  ByteCount acked_;
  ByteCount sent_;
  ByteCount resent_;
  bool window_closed_ = false;
  std::optional<Duration> smoothed_rtt_;
  // Known only when they are made good; they belong to an earlier time.
  std::vector<trace::Event> losses_;
};

void FlowTracer::handle_segment(const CapturedSegment& segment, Instant now) {
  const SegmentOutcome outcome = flow_.handle_segment(segment);
  on_life(segment, outcome, now);
  segment.from == sender_ ? on_data(segment, outcome, now) : on_ack(segment, outcome, now);
  change(SeriesId::BytesInFlight, now, as_double(flow_.in_flight(sender_)));
  if (outcome.established || segment.payload > 0) connecting_ = false;
  trace_.limits.change(now, limit());
  trace_.extend(now);
}

void FlowTracer::on_data(const CapturedSegment& segment, const SegmentOutcome& outcome,
                         Instant now) {
  const DataOutcome& data = outcome.data;
  if (segment.payload > 0) {
    sent_ += data.length;
    trace_.series(SeriesId::SentBytes).append(now, as_double(sent_));
  }
  if (data.kind == DataKind::WindowProbe || (data.kind == DataKind::KeepAlive && window_closed_)) {
    add_event(now, EventKind::WindowProbe, EventCause::None, data);
  }
  if (data.kind != DataKind::Retransmission) return;
  if (data.hole_since) {
    // Sent once before, and never seen here: lost on the way to the capture point.
    const Duration since = std::max(Duration::zero(), segment.time - *data.hole_since);
    const Instant noticed = std::max(Instant{}, now - since);
    losses_.push_back(make_event(noticed, EventKind::Loss, EventCause::BeforeCapturePoint, data));
  }
  add_event(now, EventKind::Retransmit, to_cause(outcome.trigger), data);
  resent_ += data.resent;
  trace_.series(SeriesId::RetransmittedBytes).append(now, as_double(resent_));
  trace_.summary.tcp.rtos += outcome.trigger == Trigger::Timeout ? 1 : 0;
}

void FlowTracer::on_ack(const CapturedSegment& segment, const SegmentOutcome& outcome,
                        Instant now) {
  const AckOutcome& ack = outcome.ack;
  if (ack.newly_acked > ByteCount(0)) {
    acked_ += ack.newly_acked;
    trace_.series(SeriesId::AckedBytes).append(now, as_double(acked_));
    trace_.series(SeriesId::ReadBytes).append(now, as_double(acked_));
  }
  change(SeriesId::WaitingForHole, now, as_double(flow_.sacked(sender_)));
  if (ack.rtt) on_rtt(*ack.rtt, now);
  if (!segment.flags.rst) on_window(segment, now);
}

void FlowTracer::on_window(const CapturedSegment& segment, Instant now) {
  if (window_shift_) {
    // RFC 7323 §2.2: the window of a SYN is never scaled.
    const unsigned shift = segment.flags.syn ? 0 : *window_shift_;
    const auto window = static_cast<double>(std::uint32_t{segment.window} << shift);
    change(SeriesId::ReceiveWindow, now, window);
  }
  if (segment.flags.syn || segment.flags.fin) return;
  const bool closed = segment.window == 0;
  if (closed != window_closed_) {
    add_event(now, closed ? EventKind::ZeroWindow : EventKind::WindowOpen);
  }
  window_closed_ = closed;
}

void FlowTracer::on_rtt(Duration rtt, Instant now) {
  trace_.series(SeriesId::RttSample).append(now, to_seconds(rtt));
  // RFC 6298 §2.3, with alpha = 1/8.
  smoothed_rtt_ = smoothed_rtt_ ? (*smoothed_rtt_ * 7 + rtt) / 8 : rtt;
  trace_.series(SeriesId::RttSmoothed).append(now, to_seconds(*smoothed_rtt_));
  change(SeriesId::RttMin, now, to_seconds(flow_.stats().of(sender_).rtt_min));
}

void FlowTracer::on_life(const CapturedSegment& segment, const SegmentOutcome& outcome,
                         Instant now) {
  if (outcome.established) {
    add_event(now, EventKind::Connected);
    trace_.summary.transfer.handshake = now - Instant{};
  }
  if (segment.flags.rst) add_event(now, EventKind::Reset);
  if (segment.flags.fin && outcome.data.kind == DataKind::New) {
    add_event(now, EventKind::PeerClosed, EventCause::None, outcome.data);
  }
  if (outcome.closed) add_event(now, EventKind::Closed);
}

void FlowTracer::finish() {
  const auto place = [](const trace::Event& event) { return std::pair(event.time, event.offset); };
  std::ranges::sort(losses_, {}, place);
  std::vector<trace::Event> merged;
  merged.reserve(losses_.size() + trace_.events.size());
  std::ranges::merge(losses_, trace_.events, std::back_inserter(merged), {}, &trace::Event::time,
                     &trace::Event::time);
  trace_.events = std::move(merged);
  trace_.summary.tcp.smoothed_rtt = smoothed_rtt_;
  trace_.limits.extend(trace_.end());
}

trace::Limit FlowTracer::limit() const {
  if (connecting_) return trace::Limit::Handshake;
  if (window_closed_) return trace::Limit::ReceiverApplication;
  const trace::TimeSeries& window = trace_.series(SeriesId::ReceiveWindow);
  const bool full = !window.empty() && trace::fills_window(as_double(flow_.in_flight(sender_)),
                                                           window.back().value, trace_.info.mss);
  return full ? trace::Limit::ReceiveWindow : trace::Limit::Unknown;
}

void FlowTracer::change(SeriesId id, Instant now, double value) {
  trace::TimeSeries& series = trace_.series(id);
  if (series.empty() || series.back().value != value) series.append(now, value);
}

trace::TraceInfo make_info(const Flow& flow, End sender, capture::Timestamp start) {
  const FlowStats& stats = flow.stats();
  trace::TraceInfo info;
  info.source = trace::Source::Capture;
  info.sender = flow.endpoint(sender);
  info.receiver = flow.endpoint(other(sender));
  info.title = to_string(*info.sender) + " to " + to_string(*info.receiver);
  info.started_unix_ns = start.time_since_epoch().count();
  // What limits this direction is the MSS that the other end announced.
  info.mss = ByteCount(stats.of(other(sender)).mss.value_or(0));
  info.base_rtt = stats.initial_rtt();
  info.notes = flow_notes(flow, sender);
  return info;
}

trace::RunSummary make_summary(const Flow& flow, End sender) {
  const DirectionStats& own = flow.stats().of(sender);
  trace::RunSummary summary;
  summary.transfer.bytes = ByteCount(static_cast<std::int64_t>(own.acked_bytes));
  summary.transfer.completed = own.fins > 0;
  summary.tcp.segments_sent = own.data_segments;
  summary.tcp.retransmits = own.retransmitted_segments;
  if (own.rtt_samples > 0) summary.tcp.min_rtt = own.rtt_min;
  return summary;
}

}  // namespace

trace::Trace make_trace(const FlowTable& flows, std::size_t index, End sender,
                        capture::Timestamp capture_start) {
  const Flow& flow = flows[index];
  const Duration offset = flow.stats().first.time_since_epoch();
  trace::Trace trace(make_info(flow, sender, capture_start + offset));
  trace.summary = make_summary(flow, sender);
  trace.limits.change(Instant{},
                      flow.stats().syn ? trace::Limit::Handshake : trace::Limit::Unknown);
  FlowTracer tracer(flow, sender, trace);
  // A time that goes back is drawn as if it stood still.
  Instant now{};
  for (auto at = flow.first_segment; at != SegmentLog::kNone; at = flows.log().next(at)) {
    const CapturedSegment segment = flows.log()[at];
    now = std::max(now, segment.time - offset);
    tracer.handle_segment(segment, now);
  }
  tracer.finish();
  return trace;
}

trace::Trace make_trace(const FlowTable& flows, std::size_t index,
                        capture::Timestamp capture_start) {
  return make_trace(flows, index, flows[index].stats().bulk_sender(), capture_start);
}

std::vector<std::string> flow_notes(const Flow& flow, End sender) {
  const FlowStats& stats = flow.stats();
  const DirectionStats& own = stats.of(sender);
  std::vector<std::string> notes;
  const auto add = [&](bool applies, std::string text) {
    if (applies) notes.push_back(std::move(text));
  };
  add(stats.one_direction_only(),
      "The capture has one direction only: RTT and bytes in flight cannot be told.");
  add(!stats.window_shift(other(sender)),
      "The handshake is not in the capture, or cut: the scale of the receive window is unknown.");
  add(stats.vantage() == Vantage::Listener && sender == End::Opener,
      "Captured near the receiver: RTT samples and bytes in flight are those of its side.");
  add(stats.vantage() == Vantage::Opener && sender == End::Listener,
      "Captured near the receiver: RTT samples and bytes in flight are those of its side.");
  add(own.oversized_packets > 0,
      std::to_string(own.oversized_packets) +
          " packets are longer than the MSS: the network card cut or joined them (offload).");
  add(own.network_duplicates > 0, std::to_string(own.network_duplicates) +
                                      " packets are in the capture twice (a mirror port, or two "
                                      "capture points in one file).");
  add(own.unseen_bytes > 0,
      std::to_string(own.unseen_bytes) + " bytes were acknowledged but are not in the capture.");
  add(stats.time_steps_back > 0,
      std::to_string(stats.time_steps_back) + " packets have earlier times than those before.");
  add(flow.ports_reused, "The same ports were used by an earlier connection in this capture.");
  add(stats.options_cut > 0, "TCP options were cut by the snap length of the capture.");
  add(flow.unlogged > 0, std::to_string(flow.unlogged) +
                             " packets at the end were left out: the capture is too large.");
  add(stats.tracking_limited, "Too much was outstanding or missing at once to follow all of it.");
  return notes;
}

}  // namespace inflight::analysis
