// One TCP connection (RFC 9293), sans I/O: segments and the time come in, segments and "call me
// again at" come out. Owns both halves and the handshake; turns what they did into events. Call
// order per packet: handle_segment, then poll_segment until it gives nothing. `now` never goes
// back; a segment's own arrival time feeds every measurement.
//
// Left out: LISTEN and demultiplexing (stack), checksums and addresses (stack), urgent data
// (ignored).
#pragma once

#include <optional>

#include "base/ring_queue.h"
#include "tcp/challenge_limit.h"
#include "tcp/config.h"
#include "tcp/details.h"
#include "tcp/ecn.h"
#include "tcp/fast_open.h"
#include "tcp/keep_alive.h"
#include "tcp/receiver.h"
#include "tcp/report.h"
#include "tcp/segment.h"
#include "tcp/sender.h"

namespace inflight::tcp {

class Connection {
 public:
  // Active open: the SYN goes out with the next poll_segment.
  static Connection connect(const Config& config, Ports ports, SeqNum iss, Instant now);
  // Passive open: answers this SYN.
  static Connection accept(const Config& config, Ports ports, SeqNum iss, const Segment& syn,
                           Instant now);

  // What is added to the milliseconds of our timestamps: before the first segment goes out.
  void set_timestamp_offset(std::uint32_t offset) { ts_offset_ = offset; }
  // RFC 7413, before the first segment goes out. Active: the SYN asks with this cookie; one that is
  // no request takes data with it, as much as fits `peer_mss`.
  void offer_fast_open(const wire::FastOpenCookie& cookie, std::optional<ByteCount> peer_mss);
  // Passive: what the SYN, ACK brings back, if anything, and whether the SYN's data is taken: then
  // the application may read it, and answer, before the handshake is over.
  void answer_fast_open(const std::optional<wire::FastOpenCookie>& cookie, bool take_data,
                        const Segment& syn, Instant now);
  const FastOpen& fast_open() const { return fast_open_; }

  // The application. write() takes what there is room for, also before the handshake is done.
  std::size_t write(Bytes bytes) { return sender_.write(bytes); }
  std::size_t read(MutableBytes out) { return receiver_.read(out); }
  std::size_t discard(std::size_t count) { return receiver_.discard(count); }
  std::pair<Bytes, Bytes> readable() const { return receiver_.readable(); }
  void close();  // nothing more will be written: a FIN follows the data; reading goes on
  void abort();  // ends at once with a RST
  // Nobody reads or writes any more: as close(), but unread and later data end it with a RST, and
  // FIN-WAIT-2 ends after a while.
  void release();
  // The peer will send nothing more and all was read.
  bool read_to_end() const { return receiver_.at_end() && receiver_.unread() == ByteCount{0}; }
  ByteCount send_room() const { return sender_.room(); }
  ByteCount unread() const { return receiver_.unread(); }
  ByteCount out_of_order() const { return receiver_.out_of_order(); }
  ByteCount receive_buffer_size() const { return receiver_.buffer_size(); }

  void handle_segment(const Segment& segment, Instant now);
  // path_events.cpp: this number is in flight, so an ICMP message may quote it (RFC 5927 §4.1).
  bool is_in_flight(SeqNum seq) const;
  // The largest MSS for which the path has room; nothing: what both ends agreed on fits.
  void on_path_mtu(std::optional<ByteCount> mss, Instant now);
  // Other errors: one from the other host itself ends an attempt to connect; told otherwise.
  void on_network_error(wire::IcmpMeaning error, Instant now);
  // One that came in and that nobody has accepted ends by what ends attempts, during its handshake.
  void on_network_error_unaccepted(wire::IcmpMeaning error, Instant now);
  std::optional<OutgoingSegment> poll_segment(Instant now);
  void handle_timeout(Instant now);
  Instant next_timeout() const;  // kNever if nothing is due
  std::optional<Event> poll_event();
  bool has_event() const { return !events_.empty(); }

  State state() const;
  EndReason end_reason() const { return end_reason_; }
  Snapshot snapshot() const;
  Details details(Instant now) const;
  Ports ports() const { return ports_; }
  bool writer_blocked() const { return sender_.writer_blocked(); }  // a write was cut short
  SendLimit limit() const { return sender_.limit(); }
  SeqNum sent_until() const { return wrap(sender_.snd_nxt(), iss_); }  // one past the last number
  // It is in TIME-WAIT, and this SYN is no old one but begins another connection (RFC 6191).
  bool may_be_reopened_by(const Segment& segment) const;
  // The place in our stream of a number that we sent.
  StreamOffset sent_offset(SeqNum seq) const { return unwrap(seq, iss_, sender_.snd_una()); }

  // Changes while running: buffers (never moving the window's right edge back), congestion control
  // (a new algorithm inherits cwnd, ssthresh and RTT state), RTO floor, when ACKs wait, Nagle and
  // cork, keep-alive, user timeout, the end of FIN-WAIT-2.
  void reconfigure(const Config& config);
  bool is_consistent() const;  // invariants that hold between calls, for tests
  // At most this many events wait to be polled; more are lost by nobody's asking.
  static constexpr std::size_t kMaxEvents = 65536;

 private:
  enum class Phase : std::uint8_t { SynSent, SynReceived, Synchronized, TimeWait, Closed };
  enum class Verdict : std::uint8_t { Continue, Done };

  Connection(const Config& config, Ports ports, SeqNum iss, Instant now);

  // segment_arrives.cpp: RFC 9293 §3.10.7.3 and §3.10.7.4, one call per check.
  void syn_sent_arrives(const Segment& segment, Instant now);
  void segment_arrives(const Segment& segment, Instant now);
  Verdict check_timestamps(const Segment& segment);
  Verdict check_sequence(const Segment& segment);
  Verdict check_reset(const Segment& segment, Instant now);
  Verdict check_syn(const Segment& segment, Instant now);
  Verdict process_ack(const Segment& segment, Instant now);
  void process_text(const Segment& segment, Instant now);
  void process_fin(Instant now);
  void take_peer_syn(const Segment& segment);
  ByteCount payload_limit() const;  // MSS of both ends and of the path, without options
  ByteCount announced_mss() const;  // what our SYN says
  void establish(Instant now);
  void update_timestamp(const Segment& segment);
  void remember_timestamp(std::uint32_t value, Instant arrival);
  AckOutcome acknowledge(const Segment& segment, StreamOffset ack);
  std::optional<Instant> echoed(const Segment& segment) const;
  bool echoes_stranger(const Segment& segment, Instant now) const;
  bool answers_crossed_syn(const Segment& segment) const;
  void challenge(Instant now);
  void refuse(const Segment& segment);
  void answer_unacceptable(const Segment& segment);

  // connection_timers.cpp
  void run_sender_timers(Instant now);
  void run_keep_alive(Instant now);
  bool offers() const;
  void give_up(EndReason reason, Instant now);
  void arm_fin_wait(Instant now);
  Instant keep_alive_deadline() const;

  StreamOffset offset_of(SeqNum seq) const { return unwrap(seq, irs_, receiver_.rcv_nxt()); }
  std::uint32_t timestamp_clock(Instant now) const;
  wire::TcpHeader make_header(StreamOffset seq, Instant now);
  OutgoingSegment make_segment(const SendRange& range, Instant now);
  OutgoingSegment make_ack(Instant now);
  OutgoingSegment make_keep_alive(Instant now);
  OutgoingSegment make_reset(Instant now);
  void put_syn(wire::TcpHeader& header, bool again) const;
  void conclude_fast_open(const Segment& segment, StreamOffset ack);
  void report(EventKind kind, Instant now, double value = 0);
  void report_recovery(const RecoveryOutcome& outcome, Instant now);
  // The payload of a segment was `before`.
  void report_segment_size(ByteCount before, Instant now);
  void report_ack(const AckOutcome& outcome, Instant now);
  // It is over: TIME-WAIT if `phase` says so, else CLOSED.
  void end(EndReason reason, Phase phase, Instant now);

  Config config_;
  Ports ports_;
  Phase phase_ = Phase::SynSent;
  EndReason end_reason_ = EndReason::None;
  Sender sender_;
  Receiver receiver_;
  SeqNum iss_;
  SeqNum irs_;
  unsigned offered_shift_ = 0;
  unsigned peer_shift_ = 0;
  bool scaling_ = false;
  bool timestamps_ = false;
  bool sack_ = false;
  Ecn ecn_;
  KeepAlive keep_alive_;
  bool keep_alive_due_ = false;
  ByteCount peer_mss_;
  std::optional<ByteCount> path_mss_;
  std::optional<wire::IcmpMeaning> network_error_;
  FastOpen fast_open_;

  // RFC 7323 §4 and §5.
  std::uint32_t ts_offset_ = 0;
  std::uint32_t ts_recent_ = 0;
  std::uint32_t first_timestamp_ = 0;  // of our first SYN
  Instant ts_recent_time_{};
  StreamOffset last_ack_sent_{1};
  // RFC 9293's SND.WL1 and SND.WL2.
  StreamOffset window_seq_{0};
  StreamOffset window_ack_{0};

  std::optional<PendingReset> pending_reset_;
  bool challenge_due_ = false;  // the next ACK is one of RFC 5961
  bool passive_open_ = false;   // RFC 9293 MUST-11
  bool peer_closed_reported_ = false;
  // The peer's FIN came before ours went out: LAST-ACK, not TIME-WAIT, is how this ends.
  bool passive_close_ = false;
  bool released_ = false;  // the application is gone
  Instant time_wait_deadline_ = kNever;
  Instant fin_wait_deadline_ = kNever;
  ChallengeLimit challenge_limit_;
  std::optional<Instant> last_answer_;  // to an empty segment outside the window

  SegmentCounters counters_;
  RingQueue<Event> events_;
};

}  // namespace inflight::tcp
