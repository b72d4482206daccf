// Proportional Rate Reduction (RFC 9937, which replaces RFC 6937): how much a sender in recovery
// may send on each ACK, so that the flight comes down to ssthresh evenly over one round trip, and
// grows back to it without bursts when more was lost than that. Pure arithmetic; the sender decides
// what to send.
#pragma once

#include "base/units.h"

namespace inflight::congestion {

// An ACK that arrived in recovery, the one that began it included.
struct RecoveryAck {
  // Bytes newly acknowledged or SACKed; what an ACK uncovers that was SACKed before is not.
  ByteCount delivered;
  // RFC 6675's pipe after this ACK.
  ByteCount pipe;
  ByteCount mss;
  // It advanced SND.UNA and told of no new loss (RFC 9937 §6.1, SafeACK).
  bool safe = false;
};

class RateReduction {
 public:
  // `recover_flight`: what is expected to be delivered during this recovery (RFC 9937's RecoverFS),
  // above 0.
  RateReduction(ByteCount recover_flight, ByteCount ssthresh)
      : recover_flight_(recover_flight), ssthresh_(ssthresh) {}

  // The window, in bytes, until the next ACK: pipe and what may be sent beyond it.
  ByteCount on_ack(const RecoveryAck& ack);
  // Sent or sent again since.
  void on_sent(ByteCount bytes) { out_ += bytes; }

 private:
  ByteCount recover_flight_;
  ByteCount ssthresh_;
  // RFC 9937's prr_delivered and prr_out.
  ByteCount delivered_;
  ByteCount out_;
};

}  // namespace inflight::congestion
