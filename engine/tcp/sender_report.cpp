// What the sender tells of itself.
#include <algorithm>

#include "tcp/sender.h"

namespace inflight::tcp {
namespace {

// RFC 6675 §2.
constexpr std::int64_t kDupThresh = 3;

}  // namespace

void Sender::fill(Snapshot& snapshot) const {
  snapshot.limit = limit_;
  if (controller_) snapshot.congestion = controller_->status();
  snapshot.bytes_in_flight = flight() - scoreboard_.sacked();
  snapshot.pipe = scoreboard_.pipe();
  snapshot.send_window = std::max(ByteCount{0}, window_);
  snapshot.mss = mss_;
  snapshot.send_buffered = buffer_.used();
  snapshot.unsent = std::max(ByteCount{0}, buffer_.end() - std::max(snd_nxt_, SendBuffer::kFirst));
  snapshot.send_buffer_size = buffer_.size();
  snapshot.in_recovery = recovery_.in_fast_recovery();
  snapshot.reordering_seen = recovery_.reordering_seen();
  snapshot.smoothed_rtt = rtt_.smoothed();
  snapshot.min_rtt = rtt_.minimum();
  snapshot.rto = rtt_.rto();
  snapshot.rtt_samples = rtt_.samples();
  snapshot.last_rtt = rtt_.last();
  Counters& counters = snapshot.counters;
  counters.retransmits = counters_.retransmits;
  counters.rtos = counters_.rtos;
  counters.fast_recoveries = counters_.fast_recoveries;
  counters.spurious_recoveries = counters_.spurious_recoveries;
  counters.tail_loss_probes = counters_.tail_loss_probes;
  counters.mark_reductions = counters_.mark_reductions;
  counters.segments_delivered = counters_.segments_delivered;
  counters.marked_segments_delivered = counters_.marked_segments_delivered;
  counters.bytes_sent = counters_.bytes_sent;
  counters.bytes_retransmitted = counters_.bytes_retransmitted;
  counters.bytes_acked = counters_.bytes_acked;
}

void Sender::note_phase(Instant now) {
  using enum BusyClock::Phase;
  const bool starved = limit_ == SendLimit::NoData && writer_blocked_;
  const bool idle = !has_data() && scoreboard_.empty();
  busy_.enter(idle                          ? Idle
              : limit_ == SendLimit::Window ? WindowLimited
              : starved                     ? BufferLimited
                                            : Busy,
              now);
}

void Sender::fill(Details& details, Instant now) const {
  using enum BusyClock::Phase;
  const Scoreboard::Tally tally = scoreboard_.tally();
  details.unacked = static_cast<std::int64_t>(scoreboard_.size());
  details.sacked = static_cast<std::int64_t>(scoreboard_.sacked_segments());
  details.lost = tally.lost;
  details.retransmitted = tally.retransmitted;
  const ByteCount distance = recovery_.reordering_distance();
  details.reordering = std::max(kDupThresh, (distance + mss_ - ByteCount{1}) / mss_);
  details.reorderings = recovery_.reorderings();
  details.after_timeout = recovery_.after_timeout();
  details.reducing = recovery_.reduces_for_mark();
  details.duplicates = recovery_.duplicates();
  if (controller_) details.window = recovery_.reduced_window(*controller_);
  const bool probing = persist_.running();
  details.retries = probing ? 0 : retries_;
  details.probes = probing ? retries_ : 0;
  details.back_offs = probing ? persist_.back_offs() : rtt_.back_offs();
  details.rtt_variation = rtt_.variation();
  details.window_limited = busy_.spent(WindowLimited, now);
  details.buffer_limited = busy_.spent(BufferLimited, now);
  details.busy = busy_.spent(Busy, now) + details.window_limited + details.buffer_limited;
  details.last_data_sent = last_sent_;
  details.last_ack_received = last_ack_;
}

}  // namespace inflight::tcp
