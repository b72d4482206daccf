// Every segment that was sent and is not cumulatively acknowledged: when it was sent, whether it is
// SACKed, lost or sent again. Keeps RFC 6675's pipe and the SACKed total up to date with each
// change, and judges losses by that RFC's IsLost or by time (RFC 8985). Owns no policy: others
// decide when to look for losses and what to send.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ring_queue.h"
#include "tcp/reassembly.h"
#include "tcp/sent_segment.h"

namespace inflight::tcp {

// The most recently sent segment that is known to have arrived: with RACK, what was sent before it
// and has not arrived for long enough is lost.
struct Newest {
  Instant sent;
  StreamOffset end;
};

// What a look at the transmission times found.
struct LateSegments {
  bool found = false;
  // When the last of those that are not late yet will be; kNever if there is none.
  Instant next = kNever;
};

class Scoreboard {
 public:
  // A new segment; begins where the last one ended.
  void on_sent(StreamOffset begin, StreamOffset end, const congestion::SendStamp& stamp);
  // The segment that begins at `begin` was sent again.
  void on_retransmitted(StreamOffset begin, const congestion::SendStamp& stamp);

  // What was handed to the device at once ends with the segment that begins at `begin`.
  void end_burst(StreamOffset begin);

  // Everything before `una` is acknowledged. A segment cut by it keeps its rest.
  void acknowledge(StreamOffset una, Delivered& delivered);
  // SACK blocks; a segment counts when it lies wholly inside one.
  void apply_sack(std::span<const Stretch> blocks, Delivered& delivered);

  // RFC 6675 IsLost for everything outstanding; true if something new is lost.
  bool mark_lost_by_sack(ByteCount mss);
  // RFC 8985 §6.2 step 5: lost is what was last sent before `newest`, and longer than `patience`
  // ago. Retransmissions are judged like everything else.
  LateSegments mark_lost_by_time(const Newest& newest, Duration patience, Instant now);
  // The oldest segment alone, with all its copies (NewReno; a probe that was not taken).
  void mark_first_lost();
  // All that is longer than `mss` and not SACKed, with its copies: the path does not carry it. True
  // if there was any.
  bool mark_lost_beyond(ByteCount mss);
  // RFC 6675 §5.1 after a timeout: all that is not SACKed is lost and may be sent again.
  void mark_all_lost();

  // What waits to be sent again was not lost after all.
  void forget_losses();
  // The peer dropped what it had SACKed (RFC 2018 §8).
  void forget_sacks();

  // NextSeg rule 1: the lowest segment that is lost and not sent again.
  const SentSegment* next_lost() const;
  // This one segment, and nothing else, is lost and not sent again.
  bool lost_is_only(const Stretch& stretch) const;
  // NextSeg rule 3: the lowest that is neither SACKed nor sent again, below the highest SACKed.
  const SentSegment* next_unsacked_hole() const;
  // NextSeg rule 4: the last that is not SACKed.
  const SentSegment* last_unsacked() const;
  // What follows the segment that begins at `begin`, if it left in the same burst, is lost too and
  // not sent again; else null.
  const SentSegment* next_of_burst(StreamOffset begin) const;
  // The segment that begins at `begin`, cut to at most `mss` bytes; null if there is none.
  const SentSegment* split(StreamOffset begin, ByteCount mss);

  bool empty() const { return segments_.empty(); }
  std::size_t size() const { return segments_.size(); }
  const SentSegment& front() const { return segments_.front(); }
  ByteCount pipe() const { return pipe_; }
  ByteCount sacked() const { return sacked_; }
  std::size_t sacked_segments() const { return sacked_segments_; }
  // One past the highest SACKed byte.
  StreamOffset highest_sacked() const { return highest_sacked_; }
  // All that was ever judged lost, retransmissions included.
  ByteCount lost_total() const { return lost_total_; }
  // How many segments are judged lost and not SACKed, and how many copies are out: counted when
  // asked.
  struct Tally {
    std::int64_t lost = 0;
    std::int64_t retransmitted = 0;
  };
  Tally tally() const;
  // Recomputes the totals and compares: for tests.
  bool is_consistent() const;

 private:
  // The segments of [begin, end) were sent together at this time.
  struct Transmission {
    StreamOffset begin;
    StreamOffset end;
    Instant sent;
  };

  // Index of the first segment that ends behind `offset`.
  std::size_t index_after(StreamOffset offset) const;
  static ByteCount in_pipe(const SentSegment& segment);
  static bool waits(const SentSegment& segment);
  // Adds what a segment is to the totals, or takes it off: around every change of one.
  void count(const SentSegment& segment, int sign);
  // Below this, every segment that is not SACKed is lost.
  std::optional<StreamOffset> loss_threshold(ByteCount mss) const;
  void mark_lost(SentSegment& segment);
  // This was their latest transmission, and nothing is known of it: calls `judge` for each segment
  // of it. False if there was none.
  template <class Judge>
  bool for_each_outstanding(const Transmission& transmission, const Judge& judge);
  void forget_settled_transmissions();
  void remember_transmissions();
  void mark_sacked(std::size_t index, Delivered& delivered);

  RingQueue<SentSegment> segments_;
  // In the order in which they were sent; what has been settled since is left out at the front.
  RingQueue<Transmission> transmissions_;
  ByteCount pipe_;
  ByteCount sacked_;
  std::size_t sacked_segments_ = 0;
  // Lost and not sent again.
  std::size_t waiting_ = 0;
  ByteCount lost_total_;
  // One past the highest SACKed byte.
  StreamOffset highest_sacked_;
  // Everything that IsLost can tell below here was told.
  StreamOffset judged_until_;
  // No segment below here is lost and waiting to be sent again.
  mutable StreamOffset resend_from_;
  // The blocks of the last ACK: what they cover is not looked at again.
  std::vector<Stretch> known_blocks_;
};

}  // namespace inflight::tcp
