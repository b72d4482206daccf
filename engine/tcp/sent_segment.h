// A segment that was sent and is not cumulatively acknowledged, and what an acknowledgment makes of
// such segments.
#pragma once

#include <optional>
#include <vector>

#include "base/sequence.h"
#include "base/time.h"
#include "congestion/rate_sample.h"

namespace inflight::tcp {

struct SentSegment {
  StreamOffset begin;
  StreamOffset end;
  // Of the latest transmission.
  congestion::SendStamp stamp;
  bool sacked = false;
  // Judged lost; its first transmission no longer counts as in flight.
  bool lost = false;
  // The latest transmission was a retransmission that is thought to be in flight.
  bool retransmission_out = false;
  // Was ever sent again: gives no RTT sample (Karn).
  bool retransmitted = false;
  // What was handed to the device at once ends here (PushPolicy::WritesAndBursts).
  bool ends_burst = false;

  ByteCount length() const { return end - begin; }
  Instant sent() const { return stamp.sent; }
};

// What an acknowledgment changed.
struct Delivered {
  // Bytes newly acknowledged, by number or by SACK.
  ByteCount bytes;
  // The segments that those bytes are, each with the stretch that is new, in the order in which
  // they were found.
  std::vector<SentSegment> segments;
  // When the most recently sent of the newly acknowledged segments was sent; only segments that
  // were sent once count.
  std::optional<Instant> latest_sent;
  bool newly_sacked = false;
  // A segment that was sent again is cumulatively acknowledged: without SACK, what stands behind it
  // may have arrived long ago, so this ACK gives no RTT sample.
  bool filled_hole = false;

  // For the next acknowledgment; keeps the memory.
  void clear() {
    segments.clear();
    *this = {.bytes = {}, .segments = std::move(segments), .latest_sent = {}};
  }
};

}  // namespace inflight::tcp
