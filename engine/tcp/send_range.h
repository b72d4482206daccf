// What the sender hands to the connection to make one segment of.
#pragma once

#include "base/sequence.h"
#include "tcp/report.h"

namespace inflight::tcp {

// A stretch to put into one segment.
struct SendRange {
  StreamOffset begin;
  StreamOffset end;
  bool retransmission = false;
  Trigger trigger = Trigger::Sack;
  // Sent into a closed window to learn whether it opened.
  bool probe = false;
  // Sent because nothing came back (RFC 8985 §7).
  bool tail_probe = false;
  // Larger than other segments, to learn whether the path carries that (RFC 4821).
  bool mtu_probe = false;

  ByteCount length() const { return end - begin; }
};

}  // namespace inflight::tcp
