// StreamTracker: what one end's data looks like from the capture point, segment by segment: which
// bytes were seen, which are missing, which are outstanding, and what the other end's ACKs say.
//
// A segment below the highest byte seen is told apart by a measurement, not by timing: bytes seen
// here before were retransmitted (or the network copied the packet: same IP ID, same time stamp);
// bytes that fill a hole were reordered if the segment was sent before the one above the hole, by
// its TSval, else by its IP ID, and were retransmitted if it was sent after it.
// RTT samples follow Karn (RFC 6298 §3): none where a retransmission could have caused the ACK, and
// none over a minute.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/segment.h"
#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"

namespace inflight::analysis {

enum class DataKind : std::uint8_t {
  // No data, SYN or FIN.
  None,
  New,
  Retransmission,
  Reordered,
  NetworkDuplicate,
  // The byte before the next one, to provoke an ACK.
  KeepAlive,
  // One byte into a closed window.
  WindowProbe,
};

struct DataOutcome {
  DataKind kind = DataKind::None;
  // Of the first byte of data.
  StreamOffset begin;
  ByteCount length;
  // Data counted as sent again.
  ByteCount resent;
  // Bytes before this segment were not seen.
  bool opened_hole = false;
  // When the hole that this segment fills was first noticed.
  std::optional<Instant> hole_since;
  // On packets with data, as Wireshark shows it; it shows nothing behind a hole.
  std::optional<ByteCount> bytes_in_flight;
};

struct AckOutcome {
  // The other end's ACK moved forward; by how much data (SYN and FIN left out).
  bool advanced = false;
  ByteCount newly_acked;
  // Of that, what was never seen here.
  ByteCount unseen;
  std::optional<Duration> rtt;
};

class StreamTracker {
 public:
  // Outstanding segments and holes kept at most; beyond them the oldest are merged, which costs RTT
  // samples, and `limited()` says so.
  static constexpr std::size_t kMaxOutstanding = 65536;
  static constexpr std::size_t kMaxHoles = 1024;
  // The same while there was no ACK at all: the capture may have one direction only.
  static constexpr std::size_t kMaxUnanswered = 1024;

  // A segment of this end. `window_closed`: the other end's last window was 0. `reorder_limit`:
  // how late a reordered segment may come where neither TSval nor IP ID can tell.
  DataOutcome handle_segment(const CapturedSegment& segment, bool window_closed,
                             Duration reorder_limit);
  // A segment of the other end, with the ACK flag.
  AckOutcome handle_ack(const CapturedSegment& segment);

  // Sequence number behind the highest byte seen, if any segment of this end was.
  std::optional<SeqNum> next_seq() const;
  // Outstanding now, SACKed bytes taken off.
  ByteCount in_flight() const;
  // In the SACK blocks of the last ACK.
  ByteCount sacked() const { return sacked_; }
  // Lost, from the receiver's point of view, below what it has selectively acknowledged.
  bool sacked_above(StreamOffset offset) const { return highest_sacked_ > offset; }
  bool is_acked_up_to(StreamOffset offset) const { return acked_ == offset; }
  // This end's FIN was seen and acknowledged.
  bool fin_acked() const { return fin_end_ && acked_ >= *fin_end_; }
  bool limited() const { return limited_; }

 private:
  struct Outstanding {
    StreamOffset begin;
    StreamOffset end;
    Instant sent;
    bool retransmitted = false;
  };
  // What identifies a packet and dates it.
  struct Identity {
    std::uint32_t timestamp = 0;
    bool has_timestamp = false;
    std::uint16_t ip_id = 0;
  };
  struct Hole {
    StreamOffset begin;
    StreamOffset end;
    Instant since;
    // Of the first segment above it.
    Identity above;
  };
  struct Recent {
    SeqNum seq;
    std::uint32_t length = 0;
    Identity identity;
  };
  static constexpr std::size_t kRecent = 8;

  static Identity identify(const CapturedSegment& segment);
  void start(SeqNum initial, StreamOffset acked);
  StreamOffset offset_of(SeqNum seq) const { return unwrap(seq, initial_, next_); }
  void classify(const CapturedSegment& segment, StreamOffset begin, StreamOffset end,
                Duration reorder_limit, DataOutcome& outcome);
  // The first hole that [begin, end) touches is filled as far as it does.
  std::optional<Hole> fill_holes(StreamOffset begin, StreamOffset end);
  bool was_sent_before(const Identity& identity, Instant time, const Hole& hole,
                       Duration reorder_limit) const;
  bool is_duplicate(const CapturedSegment& segment) const;
  void remember(const CapturedSegment& segment);
  void add_outstanding(StreamOffset begin, StreamOffset end, Instant now, DataKind kind);
  void mark_retransmitted(StreamOffset begin, StreamOffset end);
  void limit_outstanding();
  std::optional<Duration> remove_acked(StreamOffset ack, Instant now);
  ByteCount drop_holes_below(StreamOffset ack);
  void read_sack(const wire::SackBlocks& blocks);

  bool started_ = false;
  // A segment of this end was seen, not only ACKs of it.
  bool seen_ = false;
  bool acks_seen_ = false;
  bool in_flight_hidden_ = false;
  bool limited_ = false;
  SeqNum initial_;
  StreamOffset next_;
  StreamOffset acked_;
  StreamOffset highest_sacked_;
  ByteCount sacked_;
  std::optional<StreamOffset> fin_end_;
  // Ascending begins; what stands before first_outstanding_ is gone.
  std::vector<Outstanding> outstanding_;
  std::size_t first_outstanding_ = 0;
  // Ascending, apart from each other.
  std::vector<Hole> holes_;
  std::array<Recent, kRecent> recent_{};
  std::size_t recent_count_ = 0;
};

}  // namespace inflight::analysis
