// Watches one end of a connection from the wire alone: what was delivered to it, undamaged, and
// what it sends. Keeps its own books of both, so that the rules are judged against what an honest
// observer knows and not against what the connection believes. The rules: CONFORMANCE of what is
// sent (sequence, payload, window, segment size), of what is acknowledged (ACK, SACK, right edge),
// and how much is in flight.
#pragma once

#include <optional>
#include <vector>

#include "base/sequence.h"
#include "campaign/coded_stream.h"
#include "campaign/findings.h"
#include "tcp/config.h"
#include "tcp/report.h"
#include "wire/tcp.h"

namespace inflight::campaign {

// Disjoint, ascending stretches.
class Stretches {
 public:
  void add(StreamOffset begin, StreamOffset end);
  bool contain(StreamOffset begin, StreamOffset end) const;
  // One past the last byte of what begins at 0.
  StreamOffset contiguous() const;

 private:
  struct Stretch {
    StreamOffset begin;
    StreamOffset end;
  };
  std::vector<Stretch> stretches_;
};

class Witness {
 public:
  Witness(const tcp::Config& config, CodedStream mine);

  // The peer's segment reaches this end. `before`: the connection before it is handled.
  void on_delivered(const wire::TcpSegmentView& segment, const tcp::Snapshot* before);
  // This end sends. `after`: the connection behind it, null if it is gone.
  void on_sent(const wire::TcpSegmentView& segment, const tcp::Snapshot* after, Findings& findings,
               Instant now);
  // What holds between packets.
  void check(const tcp::Snapshot& snapshot, Findings& findings, Instant now);
  // A forged segment reaches this end.
  void on_forged() { forged_ = true; }
  void on_reconfigured(const tcp::Config& config);

  // For forging segments that this end might take: its own numbers and the peer's.
  bool synchronized() const { return iss_ && irs_ && acked_ > StreamOffset{0}; }
  SeqNum own_seq(StreamOffset at) const { return wrap(at, *iss_); }
  SeqNum peer_seq(StreamOffset at) const { return wrap(at, *irs_); }
  StreamOffset next() const { return next_; }
  StreamOffset acked() const { return acked_; }
  StreamOffset last_ack_sent() const { return last_ack_; }
  StreamOffset received() const { return received_.contiguous(); }
  StreamOffset offered_edge() const { return edge_; }
  bool timestamps() const { return timestamps_; }
  std::uint32_t peer_timestamp() const { return peer_timestamp_; }

 private:
  void check_range(const wire::TcpSegmentView& segment, Findings& findings, Instant now);
  void check_ack(const wire::TcpHeader& header, Findings& findings, Instant now);
  void check_sack(const wire::TcpHeader& header, Findings& findings, Instant now) const;
  void check_timestamp(const wire::TcpHeader& header, Findings& findings, Instant now);
  void check_flight(bool advances, const tcp::Snapshot& after, Findings& findings, Instant now);
  void learn_options(const wire::TcpHeader& header, bool own);

  CodedStream mine_;
  ByteCount mss_;
  ByteCount largest_buffer_;
  bool keeps_alive_;

  // Own side.
  std::optional<SeqNum> iss_;
  StreamOffset next_;
  std::optional<StreamOffset> fin_;
  StreamOffset last_ack_;
  StreamOffset edge_;
  std::uint32_t own_timestamp_ = 0;
  // The peer's side, as delivered.
  std::optional<SeqNum> irs_;
  // What goes over this pair of endpoints now is another connection's.
  bool succeeded_ = false;
  Stretches received_;
  StreamOffset acked_;
  StreamOffset peer_edge_;
  std::uint32_t peer_timestamp_ = 0;
  int duplicate_acks_ = 0;
  bool forged_ = false;
  // When it was last at rest, and whether it sent data since.
  ByteCount pipe_before_;
  // Recoveries undone by then.
  std::int64_t undone_ = 0;
  bool sent_ = false;
  // Options of both SYNs.
  std::optional<unsigned> own_shift_;
  std::optional<unsigned> peer_shift_;
  bool scaling_ = false;
  bool own_timestamps_ = false;
  bool peer_timestamps_ = false;
  bool timestamps_ = false;
  ByteCount peer_mss_{536};
};

}  // namespace inflight::campaign
