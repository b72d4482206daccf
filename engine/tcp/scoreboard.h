// Every segment that was sent and is not cumulatively acknowledged: when it was sent, whether it is
// SACKed, lost or sent again. Keeps RFC 6675's pipe and the SACKed total up to date with each
// change, and judges losses by that RFC's IsLost. Owns no policy: the sender decides when to look
// for losses and what to send.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ring_queue.h"
#include "base/sequence.h"
#include "base/time.h"
#include "tcp/reassembly.h"

namespace inflight::tcp {

struct SentSegment {
  StreamOffset begin;
  StreamOffset end;
  // Of the latest transmission.
  Instant sent;
  bool sacked = false;
  // Judged lost; its first transmission no longer counts as in flight.
  bool lost = false;
  // The latest transmission was a retransmission that is thought to be in flight.
  bool retransmission_out = false;
  // Was ever sent again: gives no RTT sample (Karn).
  bool retransmitted = false;

  ByteCount length() const { return end - begin; }
};

// What an acknowledgment changed.
struct Delivered {
  // Bytes newly acknowledged, by number or by SACK.
  ByteCount bytes;
  // When the most recently sent of the newly acknowledged segments was sent; only segments that
  // were sent once count.
  std::optional<Instant> latest_sent;
  bool newly_sacked = false;
  // A segment that was sent again is cumulatively acknowledged: without SACK, what stands behind it
  // may have arrived long ago, so this ACK gives no RTT sample.
  bool filled_hole = false;
};

class Scoreboard {
 public:
  // A new segment; begins where the last one ended.
  void on_sent(StreamOffset begin, StreamOffset end, Instant now);
  // The segment that begins at `begin` was sent again.
  void on_retransmitted(StreamOffset begin, Instant now);

  // Everything before `una` is acknowledged. A segment cut by it keeps its rest.
  void acknowledge(StreamOffset una, Delivered& delivered);
  // SACK blocks; a segment counts when it lies wholly inside one.
  void apply_sack(std::span<const Stretch> blocks, Delivered& delivered);

  // RFC 6675 IsLost for everything outstanding; true if something new is lost.
  bool mark_lost_by_sack(ByteCount mss);
  // The oldest segment alone, with all its copies (NewReno; a probe that was not taken).
  void mark_first_lost();
  // RFC 6675 §5.1 after a timeout: all that is not SACKed is lost and may be sent again.
  void mark_all_lost();

  // NextSeg rule 1: the lowest segment that is lost and not sent again.
  const SentSegment* next_lost() const;
  // NextSeg rule 3: the lowest that is neither SACKed nor sent again, below the highest SACKed.
  const SentSegment* next_unsacked_hole() const;
  // NextSeg rule 4: the last that is not SACKed.
  const SentSegment* last_unsacked() const;
  // The segment that begins at `begin`, cut to at most `mss` bytes; null if there is none.
  const SentSegment* split(StreamOffset begin, ByteCount mss);

  bool empty() const { return segments_.empty(); }
  std::size_t size() const { return segments_.size(); }
  const SentSegment& front() const { return segments_.front(); }
  ByteCount pipe() const { return pipe_; }
  ByteCount sacked() const { return sacked_; }
  // Recomputes the totals and compares: for tests.
  bool is_consistent() const;

 private:
  // Index of the first segment that ends behind `offset`.
  std::size_t index_after(StreamOffset offset) const;
  static ByteCount in_pipe(const SentSegment& segment);
  // Below this, every segment that is not SACKed is lost.
  std::optional<StreamOffset> loss_threshold(ByteCount mss) const;
  void mark_lost(SentSegment& segment);
  void mark_sacked(std::size_t index, Delivered& delivered);

  RingQueue<SentSegment> segments_;
  ByteCount pipe_;
  ByteCount sacked_;
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
