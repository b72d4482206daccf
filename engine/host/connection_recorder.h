// From a connection's snapshots and events to a trace: which series they feed, how its events are
// named there, and what limited the sender at each moment (ANALYSIS section 2). Lab and Live record
// alike.
#pragma once

#include <optional>

#include "tcp/report.h"
#include "trace/recorder.h"

namespace inflight::host {

// What is known beside the sending connection itself.
struct Surroundings {
  // The writer waits for room in the send buffer; it has more to send.
  bool writer_blocked = false;
  bool writer_has_more = false;
  // The outbound queue holds the stack back.
  bool outbound_blocked = false;
  // Unread bytes at the receiver, if they are known here.
  std::optional<ByteCount> peer_unread;

  bool operator==(const Surroundings&) const = default;
};

// The mechanical rule behind the strip: what kept the sender from sending more.
trace::Limit momentary_limit(const tcp::Snapshot& sender, const Surroundings& surroundings);

class ConnectionRecorder {
 public:
  // Times in the trace count from `start`.
  ConnectionRecorder(trace::Recorder& recorder, Instant start)
      : recorder_(recorder), start_(start) {}

  // The sending side, whenever it may have changed.
  void record(const tcp::Snapshot& sender, const Surroundings& surroundings, Instant now);
  void record(const tcp::Event& event, const congestion::Status& status);

  Instant trace_time(Instant now) const { return Instant{now - start_}; }
  ByteCount max_cwnd() const { return max_cwnd_; }

 private:
  trace::Recorder& recorder_;
  Instant start_;
  std::int64_t rtt_samples_ = 0;
  ByteCount max_cwnd_;
};

// How the first slow start ended, in the trace's words.
trace::EventCause exit_cause(congestion::SlowStartExit exit);
// Totals of the "tcp" part of a run.
trace::TcpSummary summarize(const tcp::Snapshot& sender, ByteCount max_cwnd, Instant start);

}  // namespace inflight::host
