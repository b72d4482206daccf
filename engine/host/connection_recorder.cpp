#include "host/connection_recorder.h"

#include <algorithm>

namespace inflight::host {
namespace {

using trace::EventCause;
using trace::Limit;
using trace::SeriesId;

EventCause trigger_cause(tcp::Trigger trigger) {
  switch (trigger) {
    case tcp::Trigger::DuplicateAcks:
      return EventCause::DuplicateAcks;
    case tcp::Trigger::Sack:
      return EventCause::Sack;
    case tcp::Trigger::PartialAck:
      return EventCause::PartialAck;
    case tcp::Trigger::Rescue:
      return EventCause::Rescue;
    case tcp::Trigger::Timeout:
      return EventCause::TimeoutExpired;
    case tcp::Trigger::Rack:
      return EventCause::Rack;
    case tcp::Trigger::TailLossProbe:
      return EventCause::TailLossProbe;
  }
  return EventCause::None;
}

trace::EventKind trace_kind(tcp::EventKind kind) {
  switch (kind) {
    case tcp::EventKind::Connected:
      return trace::EventKind::Connected;
    case tcp::EventKind::Retransmitted:
      return trace::EventKind::Retransmit;
    case tcp::EventKind::TimedOut:
      return trace::EventKind::Timeout;
    case tcp::EventKind::Unanswered:
      return trace::EventKind::Unanswered;
    case tcp::EventKind::RecoveryBegan:
      return trace::EventKind::RecoveryBegin;
    case tcp::EventKind::RecoveryEnded:
      return trace::EventKind::RecoveryEnd;
    case tcp::EventKind::RecoveryUndone:
      return trace::EventKind::RecoveryUndone;
    case tcp::EventKind::Marked:
      return trace::EventKind::Marked;
    case tcp::EventKind::SlowStartEnded:
      return trace::EventKind::SlowStartExit;
    case tcp::EventKind::ZeroWindow:
      return trace::EventKind::ZeroWindow;
    case tcp::EventKind::WindowOpened:
      return trace::EventKind::WindowOpen;
    case tcp::EventKind::ProbeSent:
      return trace::EventKind::WindowProbe;
    case tcp::EventKind::PeerClosed:
      return trace::EventKind::PeerClosed;
    case tcp::EventKind::Reset:
      return trace::EventKind::Reset;
    case tcp::EventKind::Closed:
      break;
  }
  return trace::EventKind::Closed;
}

EventCause spurious_cause(tcp::SpuriousCause cause) {
  switch (cause) {
    case tcp::SpuriousCause::DuplicateReports:
      return EventCause::DuplicateReports;
    case tcp::SpuriousCause::Timestamps:
      return EventCause::Timestamps;
    case tcp::SpuriousCause::ForwardRto:
      return EventCause::ForwardRto;
  }
  return EventCause::None;
}

double bytes(ByteCount count) { return static_cast<double>(count.value()); }

// The window is short because what it would cover lies unread at the receiver.
bool reader_is_slow(const tcp::Snapshot& sender, const Surroundings& surroundings) {
  if (sender.send_window == ByteCount{0}) return true;
  return surroundings.peer_unread && *surroundings.peer_unread > sender.send_window;
}

}  // namespace

Limit momentary_limit(const tcp::Snapshot& sender, const Surroundings& surroundings) {
  if (surroundings.outbound_blocked) return Limit::OutboundQueue;
  const bool slow_start = sender.congestion.phase != congestion::Phase::CongestionAvoidance;
  switch (sender.limit) {
    case tcp::SendLimit::Handshake:
      return Limit::Handshake;
    case tcp::SendLimit::Recovery:
      return Limit::Recovery;
    case tcp::SendLimit::Window:
      return reader_is_slow(sender, surroundings) ? Limit::ReceiverApplication
                                                  : Limit::ReceiveWindow;
    case tcp::SendLimit::NoData:
    case tcp::SendLimit::NothingToSend:
      if (surroundings.writer_blocked) return Limit::SendBuffer;
      if (sender.in_recovery) return Limit::Recovery;
      return surroundings.writer_has_more || sender.bytes_in_flight > ByteCount{0}
                 ? Limit::SenderApplication
                 : Limit::Idle;
    case tcp::SendLimit::Nagle:
      return Limit::SenderApplication;
    case tcp::SendLimit::Pacing:
      return Limit::Pacing;
    case tcp::SendLimit::None:
    case tcp::SendLimit::Congestion:
      break;
  }
  if (sender.in_recovery) return Limit::Recovery;
  return slow_start ? Limit::SlowStart : Limit::CongestionWindow;
}

void ConnectionRecorder::record(const tcp::Snapshot& sender, const Surroundings& surroundings,
                                Instant now) {
  const Instant time = trace_time(now);
  const auto sample = [&](SeriesId id, double value) { recorder_.sample(id, time, value); };
  recorder_.limit(time, momentary_limit(sender, surroundings));
  sample(SeriesId::Cwnd, sender.congestion.cwnd);
  if (sender.congestion.ssthresh) sample(SeriesId::Ssthresh, *sender.congestion.ssthresh);
  if (sender.congestion.w_max) sample(SeriesId::WMax, *sender.congestion.w_max);
  if (const auto& bbr = sender.congestion.bbr) {
    sample(SeriesId::ModelBandwidth, 8 * bbr->bandwidth);
    if (bbr->min_rtt) sample(SeriesId::ModelRtt, to_seconds(*bbr->min_rtt));
  }
  sample(SeriesId::ReceiveWindow, bytes(sender.send_window));
  sample(SeriesId::BytesInFlight, bytes(sender.bytes_in_flight));
  sample(SeriesId::Pipe, bytes(sender.pipe));
  sample(SeriesId::SendBuffer, bytes(sender.send_buffered));
  sample(SeriesId::SendBufferSize, bytes(sender.send_buffer_size));
  sample(SeriesId::SentBytes, bytes(sender.counters.bytes_sent));
  sample(SeriesId::AckedBytes, bytes(sender.counters.bytes_acked));
  sample(SeriesId::RetransmittedBytes, bytes(sender.counters.bytes_retransmitted));
  max_cwnd_ = std::max(max_cwnd_, ByteCount{static_cast<std::int64_t>(sender.congestion.cwnd)});
  if (sender.rtt_samples == rtt_samples_) return;
  rtt_samples_ = sender.rtt_samples;
  sample(SeriesId::RttSample, to_seconds(sender.last_rtt));
  sample(SeriesId::RttSmoothed, to_seconds(*sender.smoothed_rtt));
  sample(SeriesId::RttMin, to_seconds(*sender.min_rtt));
  sample(SeriesId::Rto, to_seconds(sender.rto));
}

void ConnectionRecorder::record(const tcp::Event& event, const congestion::Status& status) {
  EventCause cause = EventCause::None;
  if (event.kind == tcp::EventKind::Retransmitted || event.kind == tcp::EventKind::RecoveryBegan) {
    cause = trigger_cause(event.trigger);
  } else if (event.kind == tcp::EventKind::SlowStartEnded) {
    cause = exit_cause(status.exit);
  } else if (event.kind == tcp::EventKind::RecoveryUndone) {
    cause = spurious_cause(event.spurious);
  }
  recorder_.event({.time = trace_time(event.time),
                   .kind = trace_kind(event.kind),
                   .cause = cause,
                   .offset = event.offset,
                   .length = event.length,
                   .value = event.value,
                   .detail = event.kind == tcp::EventKind::Reset
                                 ? std::string(tcp::to_string(event.reason))
                                 : std::string()});
}

EventCause exit_cause(congestion::SlowStartExit exit) {
  switch (exit) {
    case congestion::SlowStartExit::HystartDelay:
      return EventCause::HystartDelay;
    case congestion::SlowStartExit::HystartAckTrain:
      return EventCause::HystartAckTrain;
    case congestion::SlowStartExit::HystartCss:
      return EventCause::HystartCss;
    case congestion::SlowStartExit::Loss:
      return EventCause::LossDetected;
    case congestion::SlowStartExit::Mark:
      return EventCause::Mark;
    case congestion::SlowStartExit::None:
      break;
  }
  return EventCause::None;
}

trace::TcpSummary summarize(const tcp::Snapshot& sender, ByteCount max_cwnd, Instant start) {
  trace::TcpSummary summary;
  summary.segments_sent = sender.counters.segments_sent;
  summary.retransmits = sender.counters.retransmits;
  summary.rtos = sender.counters.rtos;
  summary.fast_recoveries = sender.counters.fast_recoveries;
  summary.max_cwnd = max_cwnd;
  summary.min_rtt = sender.min_rtt;
  summary.smoothed_rtt = sender.smoothed_rtt;
  summary.slow_start_exit = exit_cause(sender.congestion.exit);
  if (summary.slow_start_exit != EventCause::None) {
    summary.slow_start_exit_time = Instant{sender.congestion.exit_time - start};
    summary.slow_start_exit_cwnd = sender.congestion.exit_cwnd;
  }
  return summary;
}

}  // namespace inflight::host
