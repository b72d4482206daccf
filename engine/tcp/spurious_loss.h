// Finds out that a recovery or a timeout was for nothing: the original segments, not their copies,
// were what arrived. Three ways: every copy was reported as a duplicate (RFC 2883, RFC 3708), the
// timestamp echoed is older than the first copy (Eifel, RFC 3522), or, after a timeout, data that
// was sent once is acknowledged (F-RTO, RFC 5682).
#pragma once

#include <optional>

#include "base/sequence.h"
#include "base/time.h"
#include "tcp/reassembly.h"
#include "tcp/report.h"

namespace inflight::tcp {

class SpuriousLoss {
 public:
  // A recovery or a timeout begins; `snd_nxt` is where its recovery point is.
  void begin(StreamOffset snd_una, StreamOffset snd_nxt);
  // Nothing to undo any more.
  void end() { range_.reset(); }
  bool watching() const { return range_.has_value(); }

  void on_retransmitted(Stretch stretch, Instant now);
  // Of the range, copies were sent, and this may be one.
  bool may_be_copy(Stretch stretch) const;
  // Each returns the cause if now it is certain.
  std::optional<SpuriousCause> on_duplicate_report(Stretch stretch);
  // An ACK that advanced; `echo` rounded down to milliseconds.
  std::optional<SpuriousCause> on_echo(std::optional<Instant> echo) const;

 private:
  std::optional<Stretch> range_;
  // Copies sent and not reported as duplicates.
  int copies_ = 0;
  bool any_copy_ = false;
  Instant first_copy_{};
};

}  // namespace inflight::tcp
