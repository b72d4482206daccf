// Whether cwnd is used: remembered for the round trip in which it was, so that each ACK of a window
// that was full lets it grow, also when the application writes no more (RFC 7661 §1; the rules are
// Linux's tcp_cwnd_validate).
#pragma once

#include <algorithm>

#include "base/sequence.h"
#include "base/units.h"

namespace inflight::tcp {

class WindowUse {
 public:
  struct Place {
    StreamOffset una;
    StreamOffset nxt;
  };

  // After each segment: `out` is what is not cumulatively acknowledged, `full` that no more fits.
  void on_sent(Place place, ByteCount out, bool full) {
    const bool over = place.una >= until_;
    if (!over && !full && (limited_ || out <= most_out_)) return;
    limited_ = full;
    most_out_ = out;
    until_ = place.nxt;
  }
  // Something waits that does not fit.
  void on_limited(StreamOffset nxt) {
    limited_ = true;
    until_ = nxt;
  }

  bool limited() const { return limited_; }
  ByteCount most_out() const { return most_out_; }

 private:
  bool limited_ = false;
  ByteCount most_out_;
  // It holds until what was sent by then is acknowledged and more is sent.
  StreamOffset until_;
};

}  // namespace inflight::tcp
