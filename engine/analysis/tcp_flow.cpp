#include "analysis/tcp_flow.h"

#include <algorithm>

namespace inflight::analysis {
namespace {

// Wireshark's threshold while the initial RTT is not known.
constexpr Duration kDefaultReorderLimit = 3ms;
// Silence of both ends before a retransmission that speaks for a timer: a little less than the
// 200 ms that stacks use as the least RTO, because the capture point sees the ACK before it later.
constexpr Duration kTimeoutSilence = 180ms;
constexpr std::uint32_t kDuplicateAckThreshold = 3;

bool is_control(const wire::TcpFlags& flags) { return flags.syn || flags.fin || flags.rst; }

}  // namespace

SegmentOutcome TcpFlow::handle_segment(const CapturedSegment& segment) {
  SegmentOutcome outcome;
  ++stats_.of(segment.from).packets;
  stats_.of(segment.from).payload_bytes += segment.payload;
  if (!any_) stats_.first = stats_.last = segment.time;
  any_ = true;
  // Both have finished: what still comes is late.
  if (!closed_) {
    if (!trackers_) trackers_ = std::make_unique<Trackers>();
    const End peer = other(segment.from);
    note_handshake(segment, outcome);
    outcome.duplicate_ack = is_duplicate_ack(segment);
    const bool window_closed = spoken(peer).any && spoken(peer).window == 0;
    const Duration reorder_limit = stats_.initial_rtt().value_or(kDefaultReorderLimit);
    StreamTracker& own = stream(segment.from);
    outcome.data = own.handle_segment(segment, window_closed, reorder_limit);
    if (outcome.data.kind == DataKind::Retransmission) {
      outcome.trigger = find_trigger(segment, outcome.data);
    }
    if (segment.flags.ack) outcome.ack = stream(peer).handle_ack(segment);
    note_data(segment, outcome.data);
    note_ack(segment, outcome.ack);
    note_window(segment, outcome);
    stats_.tracking_limited = stats_.tracking_limited || own.limited();
    note_end(segment, outcome);
  }
  if (segment.time < stats_.last) ++stats_.time_steps_back;
  stats_.last = std::max(stats_.last, segment.time);
  return outcome;
}

void TcpFlow::note_packet(const DissectedSegment& packet, End from) {
  DirectionStats& own = stats_.of(from);
  own.wire_bytes += packet.wire_length;
  if (packet.congestion_experienced) ++own.congestion_marks;
  if (packet.options_cut) ++stats_.options_cut;
  if (!packet.segment.flags.syn) return;
  stats_.syn_options_cut = stats_.syn_options_cut || packet.options_cut;
  own.mss = packet.options.mss;
  own.window_scale = packet.options.window_scale;
  own.sack_permitted = packet.options.sack_permitted;
  own.timestamps = packet.options.timestamps.has_value();
}

ByteCount TcpFlow::in_flight(End end) const {
  if (!trackers_) return ByteCount(0);
  return trackers_->streams[static_cast<std::size_t>(end)].in_flight();
}

ByteCount TcpFlow::sacked(End end) const {
  if (!trackers_) return ByteCount(0);
  return trackers_->streams[static_cast<std::size_t>(end)].sacked();
}

void TcpFlow::note_handshake(const CapturedSegment& segment, SegmentOutcome& outcome) {
  const wire::TcpFlags& flags = segment.flags;
  DirectionStats& own = stats_.of(segment.from);
  own.syns += flags.syn ? 1 : 0;
  own.fins += flags.fin ? 1 : 0;
  own.resets += flags.rst ? 1 : 0;
  if (stats_.established) return;
  if (segment.from == End::Listener) {
    if (flags.syn && flags.ack) stats_.syn_ack = segment.time;
  } else if (flags.syn) {
    stats_.syn = segment.time;
    opener_isn_ = segment.seq;
  } else if (flags.ack && !flags.rst && stats_.syn) {
    stats_.established = segment.time;
    outcome.established = true;
  }
}

// Rule 9, behind rules 4, 7 and 8, which it excludes. As in Wireshark 4.0 an ACK that also moves
// the window is an update of the window and no duplicate.
bool TcpFlow::is_duplicate_ack(const CapturedSegment& segment) {
  Spoken& own = spoken(segment.from);
  const bool repeats = own.any && segment.flags.ack && segment.ack == own.ack;
  if (!repeats) own.duplicate_acks = 0;
  if (!repeats || segment.payload > 0 || is_control(segment.flags)) return false;
  if (segment.window == 0 || segment.window != own.window) return false;
  if (stream(segment.from).next_seq() != segment.seq) return false;
  if (spoken(other(segment.from)).keep_alive) return false;
  ++own.duplicate_acks;
  return true;
}

Trigger TcpFlow::find_trigger(const CapturedSegment& segment, const DataOutcome& data) {
  if (segment.time - stats_.last >= kTimeoutSilence) return Trigger::Timeout;
  if (stream(segment.from).sacked_above(data.begin)) return Trigger::Sack;
  const bool first_unacked = stream(segment.from).is_acked_up_to(data.begin);
  const std::uint32_t duplicates = spoken(other(segment.from)).duplicate_acks;
  if (first_unacked && duplicates >= kDuplicateAckThreshold) return Trigger::DuplicateAcks;
  return Trigger::Unknown;
}

void TcpFlow::note_data(const CapturedSegment& segment, const DataOutcome& data) {
  DirectionStats& own = stats_.of(segment.from);
  const std::uint32_t segments = segments_in(segment.payload, segment.from);
  own.data_segments += segments;
  own.oversized_packets += segments > 1 ? 1 : 0;
  own.holes += data.opened_hole ? 1 : 0;
  own.keep_alives += data.kind == DataKind::KeepAlive ? 1 : 0;
  own.window_probes += data.kind == DataKind::WindowProbe ? 1 : 0;
  own.reordered += data.kind == DataKind::Reordered ? 1 : 0;
  own.network_duplicates += data.kind == DataKind::NetworkDuplicate ? 1 : 0;
  if (data.kind == DataKind::Retransmission) {
    own.retransmitted_segments += std::max(1U, segments);
    own.retransmitted_bytes += static_cast<std::uint64_t>(data.resent.value());
  }
  if (data.bytes_in_flight) {
    own.max_bytes_in_flight = std::max(own.max_bytes_in_flight,
                                       static_cast<std::uint64_t>(data.bytes_in_flight->value()));
  }
}

void TcpFlow::note_ack(const CapturedSegment& segment, const AckOutcome& ack) {
  DirectionStats& peer = stats_.of(other(segment.from));
  peer.acked_bytes += static_cast<std::uint64_t>(ack.newly_acked.value());
  peer.unseen_bytes += static_cast<std::uint64_t>(ack.unseen.value());
  if (!ack.rtt) return;
  peer.rtt_min = peer.rtt_samples == 0 ? *ack.rtt : std::min(peer.rtt_min, *ack.rtt);
  peer.rtt_max = std::max(peer.rtt_max, *ack.rtt);
  peer.rtt_sum += *ack.rtt;
  ++peer.rtt_samples;
}

void TcpFlow::note_window(const CapturedSegment& segment, SegmentOutcome& outcome) {
  DirectionStats& own = stats_.of(segment.from);
  Spoken& last = spoken(segment.from);
  own.duplicate_acks += outcome.duplicate_ack ? 1 : 0;
  // Rule 2.
  outcome.zero_window = segment.window == 0 && !is_control(segment.flags) &&
                        outcome.data.kind != DataKind::WindowProbe;
  own.zero_windows += outcome.zero_window ? 1 : 0;
  if (!segment.flags.syn && !segment.flags.rst) {
    own.raw_window_min = std::min(own.raw_window_min, segment.window);
    own.raw_window_max = std::max(own.raw_window_max, segment.window);
  }
  last.ack = segment.ack;
  last.window = segment.window;
  last.any = true;
  last.keep_alive = outcome.data.kind == DataKind::KeepAlive;
}

void TcpFlow::note_end(const CapturedSegment& segment, SegmentOutcome& outcome) {
  if (segment.flags.rst) {
    reset_ = true;
    // Nothing to keep of a connection that was refused: scans have many of them.
    const bool no_data =
        stats_.of(End::Opener).payload_bytes == 0 && stats_.of(End::Listener).payload_bytes == 0;
    if (no_data) trackers_.reset();
    return;
  }
  if (!stream(End::Opener).fin_acked() || !stream(End::Listener).fin_acked()) return;
  closed_ = true;
  outcome.closed = true;
  trackers_.reset();
}

std::uint32_t TcpFlow::segments_in(std::uint32_t payload, End from) const {
  // What limits this end is what the other announced; its own is a fair guess without that.
  const auto& announced = stats_.of(other(from)).mss;
  const std::uint32_t mss = announced ? *announced : stats_.of(from).mss.value_or(0);
  if (payload == 0) return 0;
  return mss == 0 ? 1 : (payload + mss - 1) / mss;
}

}  // namespace inflight::analysis
