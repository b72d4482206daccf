// How large the receive buffer should be (dynamic right-sizing, as Linux's tcp_rcv_space_adjust has
// it): once in each round trip, as the receiver measures it, the window is raised to twice what the
// application read in it and more if that grew, so that the sender's window can double. Only ever
// raised, up to a maximum; the minimum is the size to begin with.
//
// Differs from Linux in one thing: what was read is looked at when data comes in, not when it is
// read, since reading knows no time here.
#pragma once

#include <optional>

#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"

namespace inflight::tcp {

class ReceiveTuning {
 public:
  // `mss`: what this end announced. `window_share`: of the buffer, what the window may use.
  ReceiveTuning(ByteCount mss, double window_share, ByteCount maximum);

  // A segment with new data arrived. `rcv_nxt` after it; `window` is what is offered beyond that;
  // `echo` when that of our ACKs was sent that it answers, if timestamps tell.
  void on_data(StreamOffset rcv_nxt, ByteCount window, std::optional<Instant> echo, Instant now);
  // The buffer's new size, at most once a round trip; nothing if it stays. `read`: the next byte
  // for the application.
  std::optional<ByteCount> adjust(StreamOffset read, ByteCount buffer, Instant now);
  // A round trip as this end can know it.
  std::optional<Duration> rtt() const { return rtt_; }

  // The window for what was read in one round trip, when the best before was `best`.
  static ByteCount wanted_window(ByteCount read, ByteCount best, ByteCount mss);

 private:
  void take_sample(Duration sample);

  ByteCount mss_;
  double window_share_;
  ByteCount maximum_;

  std::optional<Duration> rtt_;
  // Without timestamps: since when, and up to where, one whole window is awaited.
  std::optional<Instant> window_since_;
  StreamOffset window_end_;
  std::optional<Instant> last_echo_;

  // The present round: when it began and where the application was; the best before it.
  std::optional<Instant> round_since_;
  StreamOffset round_read_{1};
  ByteCount best_;
};

}  // namespace inflight::tcp
