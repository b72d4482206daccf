// What is counted of a flow: plain values, per direction and for the flow as a whole. "Sent" is
// what this capture point saw. Retransmissions are the measured ones (see stream_tracker.h), not
// Wireshark's guess by timing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "analysis/segment.h"
#include "base/time.h"
#include "base/units.h"

namespace inflight::analysis {

// Of the segments that one end sent, and of what the other end's ACKs say about them.
struct DirectionStats {
  std::uint64_t wire_bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t retransmitted_bytes = 0;
  // Payload cumulatively acknowledged by the other end.
  std::uint64_t acked_bytes = 0;
  // Acknowledged, but never seen here: the capture lost it.
  std::uint64_t unseen_bytes = 0;
  // Wireshark's definition (User's Guide, "TCP Analysis"): what was sent and not
  // acknowledged, without what the last packet from the other end selectively acknowledged.
  std::uint64_t max_bytes_in_flight = 0;
  std::uint32_t packets = 0;
  // Data in segments of the MSS: more than packets where offload joined segments.
  std::uint32_t data_segments = 0;
  std::uint32_t retransmitted_segments = 0;
  // Packets seen out of order though nothing was sent twice.
  std::uint32_t reordered = 0;
  // The very same packet twice: same IP ID, same time stamp.
  std::uint32_t network_duplicates = 0;
  // Stretches of the stream that were missing when what is behind them was seen.
  std::uint32_t holes = 0;
  std::uint32_t duplicate_acks = 0;
  std::uint32_t zero_windows = 0;
  std::uint32_t keep_alives = 0;
  std::uint32_t window_probes = 0;
  std::uint32_t congestion_marks = 0;
  // Joined by offload: longer than the MSS.
  std::uint32_t oversized_packets = 0;
  std::uint32_t syns = 0;
  std::uint32_t fins = 0;
  std::uint32_t resets = 0;
  // Advertised by this end without SYN segments, as on the wire; min > max if there was none.
  std::uint16_t raw_window_min = 0xffff;
  std::uint16_t raw_window_max = 0;

  // Options of its SYN.
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  bool timestamps = false;

  // Clean samples (Karn) of this end's data, as seen from this capture point.
  std::uint32_t rtt_samples = 0;
  Duration rtt_min{};
  Duration rtt_max{};
  Duration rtt_sum{};
};

// Near which end the capture was taken, by how the handshake's round trip divides.
enum class Vantage : std::uint8_t { Unknown, Opener, Middle, Listener };

struct FlowStats {
  std::array<DirectionStats, 2> directions;
  Instant first;
  Instant last;
  // Of the newest SYN, its SYN/ACK, and the opener's first ACK.
  std::optional<Instant> syn;
  std::optional<Instant> syn_ack;
  std::optional<Instant> established;
  // Segments whose options the snap length cut; and whether a SYN was among them.
  std::uint32_t options_cut = 0;
  bool syn_options_cut = false;
  // Segments with an earlier time than the one before them.
  std::uint32_t time_steps_back = 0;
  // More was outstanding or missing at once than is kept track of.
  bool tracking_limited = false;

  DirectionStats& of(End end) { return directions[static_cast<std::size_t>(end)]; }
  const DirectionStats& of(End end) const { return directions[static_cast<std::size_t>(end)]; }

  // SYN to the opener's ACK, at this capture point.
  std::optional<Duration> initial_rtt() const;
  Vantage vantage() const;
  // How far this end's windows are shifted; nothing if its or the other's SYN was not seen.
  std::optional<unsigned> window_shift(End end) const;
  // Whose data is the bulk: the end that sent more of it.
  End bulk_sender() const;
  bool one_direction_only() const {
    return of(End::Opener).packets == 0 || of(End::Listener).packets == 0;
  }
};

}  // namespace inflight::analysis
