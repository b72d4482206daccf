// A conversation as a test writes it: who sends what when, in milliseconds and stream offsets.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/flow_table.h"
#include "base/time.h"

namespace inflight::analysis::testing {

// What a segment has beyond its place and its data.
struct Extra {
  std::uint16_t window = 500;
  wire::TcpFlags flags{};
  // 0: no timestamps.
  std::uint32_t timestamp = 0;
  std::uint16_t ip_id = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sack;
};

// Builds segments between two endpoints. Offsets are relative to each end's initial sequence
// number: 0 is its SYN, 1 its first byte.
struct Script {
  wire::Endpoint opener{wire::IpAddress::v4(10, 0, 0, 1), 40000};
  wire::Endpoint listener{wire::IpAddress::v4(10, 0, 0, 2), 443};
  SeqNum opener_isn{1000};
  SeqNum listener_isn{77000};
  std::uint16_t mss = 1000;
  std::optional<std::uint8_t> scale = 7;

  DissectedSegment segment(double ms, End from, std::uint32_t offset, std::uint32_t payload,
                           std::uint32_t ack, const Extra& extra) const {
    DissectedSegment result;
    result.source = from == End::Opener ? opener : listener;
    result.destination = from == End::Opener ? listener : opener;
    result.wire_length = payload + 66;
    const SeqNum own = from == End::Opener ? opener_isn : listener_isn;
    const SeqNum peer = from == End::Opener ? listener_isn : opener_isn;
    CapturedSegment& segment = result.segment;
    segment.time = Instant(from_seconds(ms / 1000));
    segment.from = from;
    segment.seq = own + offset;
    segment.ack = peer + ack;
    segment.flags = extra.flags;
    segment.flags.ack = ack > 0;
    segment.window = extra.window;
    segment.ip_id = extra.ip_id;
    segment.payload = payload;
    if (extra.timestamp != 0) segment.timestamps = wire::TcpTimestamps{extra.timestamp, 0};
    for (const auto& [left, right] : extra.sack)
      segment.sack.push_back({peer + left, peer + right});
    return result;
  }
  // Data or, with payload 0, an ACK alone.
  DissectedSegment up(double ms, std::uint32_t offset, std::uint32_t payload,
                      const Extra& extra = {}) const {
    return segment(ms, End::Opener, offset, payload, 1, extra);
  }
  DissectedSegment ack(double ms, std::uint32_t ack, const Extra& extra = {}) const {
    return segment(ms, End::Listener, 1, 0, ack, extra);
  }
  DissectedSegment syn(double ms) const {
    auto result = segment(ms, End::Opener, 0, 0, 0, {.window = 64000, .flags = {.syn = true}});
    result.options.mss = mss;
    result.options.window_scale = scale;
    return result;
  }
  DissectedSegment syn_ack(double ms) const {
    auto result = segment(ms, End::Listener, 0, 0, 1, {.window = 64000, .flags = {.syn = true}});
    result.options.mss = mss;
    result.options.window_scale = scale;
    return result;
  }
  // Captured at the opener, 10 ms of round trip: data from then on.
  std::vector<DissectedSegment> handshake() const { return {syn(0), syn_ack(10), up(10.01, 1, 0)}; }
};

inline FlowTable table_of(const std::vector<DissectedSegment>& segments,
                          const FlowTableLimits& limits = {}) {
  FlowTable flows(limits);
  for (const DissectedSegment& segment : segments) flows.handle_segment(segment);
  return flows;
}

}  // namespace inflight::analysis::testing
