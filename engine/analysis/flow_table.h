// FlowTable: the TCP flows of a capture, found by their two endpoints, with their counts and with
// their segments in one log. A new SYN with another sequence number on known endpoints begins a new
// flow. Bounded: beyond the limits segments and flows are counted, not kept.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "analysis/segment_log.h"
#include "analysis/tcp_flow.h"
#include "wire/address.h"

namespace inflight::analysis {

struct FlowTableLimits {
  // 44 bytes each, SACK blocks apart.
  std::size_t segments = 50'000'000;
  // Some 500 bytes each; about 1 KiB more while a flow is open.
  std::size_t flows = 1'000'000;
};

struct Flow {
  wire::Endpoint opener;
  wire::Endpoint listener;
  TcpFlow tcp;
  // Its chain in the log.
  SegmentLog::Index first_segment = SegmentLog::kNone;
  SegmentLog::Index last_segment = SegmentLog::kNone;
  // Was there before on the same endpoints.
  bool ports_reused = false;
  // Segments that went into no log because the limit was reached.
  std::uint32_t unlogged = 0;
  // Reported as changed and not asked for since.
  bool reported = false;

  const wire::Endpoint& endpoint(End end) const { return end == End::Opener ? opener : listener; }
  const FlowStats& stats() const { return tcp.stats(); }
};

class FlowTable {
 public:
  // `hash_seed` keeps a capture from being made to fit the hash; any number will do.
  explicit FlowTable(const FlowTableLimits& limits = {}, std::uint64_t hash_seed = 0);

  void handle_segment(const DissectedSegment& packet);

  std::size_t size() const { return flows_.size(); }
  // In the order of their first packets.
  const Flow& operator[](std::size_t index) const { return flows_[index]; }
  const SegmentLog& log() const { return log_; }
  // Indexes of the flows that are new or have changed since the last call, each once.
  std::vector<std::uint32_t> take_changed();
  // Segments left out because there were too many flows, or too many segments.
  std::uint64_t dropped_segments() const { return dropped_; }
  // Bytes of memory held, roughly.
  std::size_t memory() const;

 private:
  static constexpr std::uint32_t kEmpty = ~std::uint32_t{0};

  std::uint64_t hash(const wire::Endpoint& a, const wire::Endpoint& b) const;
  // The slot of these endpoints, in whichever order, or the empty one where they belong.
  std::size_t find_slot(const wire::Endpoint& a, const wire::Endpoint& b) const;
  // The flow that this packet belongs to, made if need be; kEmpty if there are too many.
  std::uint32_t find_flow(const DissectedSegment& packet);
  std::uint32_t add_flow(const DissectedSegment& packet, std::size_t slot);
  void grow();

  FlowTableLimits limits_;
  std::uint64_t hash_seed_ = 0;
  std::deque<Flow> flows_;
  // Open addressing with linear probing, a power of two, at most half full: indexes of the newest
  // flow of each pair of endpoints.
  std::vector<std::uint32_t> slots_;
  std::size_t used_slots_ = 0;
  SegmentLog log_;
  std::vector<std::uint32_t> changed_;
  std::uint64_t dropped_ = 0;
};

}  // namespace inflight::analysis
