// TcpFlow: one TCP connection of a capture, both directions. Fed segment by segment in the order of
// the capture, it keeps the counts of FlowStats and says of each segment what it did. The same
// segments give the same outcomes again: that is how a flow's trace is made later from the log.
// Definitions where nothing else is said: ANALYSIS section 3, as Wireshark 4.0 has them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "analysis/flow_stats.h"
#include "analysis/segment.h"
#include "analysis/stream_tracker.h"
#include "base/time.h"

namespace inflight::analysis {

// What probably made the sender send again, as far as a capture can tell.
enum class Trigger : std::uint8_t { Unknown, Timeout, Sack, DuplicateAcks };

struct SegmentOutcome {
  // Of the sender's own data.
  DataOutcome data;
  // Of the other end's data, by this segment's ACK.
  AckOutcome ack;
  bool duplicate_ack = false;
  bool zero_window = false;
  // The opener's first ACK behind the SYN/ACK.
  bool established = false;
  // This ACK made both FINs acknowledged.
  bool closed = false;
  // For a retransmission.
  Trigger trigger = Trigger::Unknown;
};

class TcpFlow {
 public:
  // Times of the segments need not ascend; that they did not is counted.
  SegmentOutcome handle_segment(const CapturedSegment& segment);
  // What only the packet told, for the counts: wire length, options, marks.
  void note_packet(const DissectedSegment& packet, End from);

  const FlowStats& stats() const { return stats_; }
  // Of the data of one end; 0 once the flow is closed.
  ByteCount in_flight(End end) const;
  ByteCount sacked(End end) const;
  // The initial sequence number of the opener, if its SYN was seen: another one is another flow.
  std::optional<SeqNum> opener_isn() const { return opener_isn_; }
  // Both ends have finished, or one has reset.
  bool over() const { return closed_ || reset_; }

 private:
  // What one end said last, for comparison with what it says next.
  struct Spoken {
    SeqNum ack;
    std::uint16_t window = 0;
    bool any = false;
    bool keep_alive = false;
    std::uint32_t duplicate_acks = 0;
  };
  struct Trackers {
    std::array<StreamTracker, 2> streams;
    std::array<Spoken, 2> spoken;
  };

  StreamTracker& stream(End end) { return trackers_->streams[static_cast<std::size_t>(end)]; }
  Spoken& spoken(End end) { return trackers_->spoken[static_cast<std::size_t>(end)]; }
  void note_handshake(const CapturedSegment& segment, SegmentOutcome& outcome);
  bool is_duplicate_ack(const CapturedSegment& segment);
  Trigger find_trigger(const CapturedSegment& segment, const DataOutcome& data);
  void note_data(const CapturedSegment& segment, const DataOutcome& data);
  void note_ack(const CapturedSegment& segment, const AckOutcome& ack);
  void note_window(const CapturedSegment& segment, SegmentOutcome& outcome);
  void note_end(const CapturedSegment& segment, SegmentOutcome& outcome);
  // How many segments of the MSS this payload is.
  std::uint32_t segments_in(std::uint32_t payload, End from) const;

  FlowStats stats_;
  // Gone once the flow is closed: most flows of a long capture are.
  std::unique_ptr<Trackers> trackers_;
  std::optional<SeqNum> opener_isn_;
  bool any_ = false;
  bool closed_ = false;
  bool reset_ = false;
};

}  // namespace inflight::analysis
