// What the RFCs leave open or ask for and other stacks do otherwise: each by default as the RFC has
// it, or as the more careful of two does. Whole sets of them make the stack talk like Linux or
// FreeBSD, for scripts that were written against those.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/units.h"
#include "wire/tcp.h"

namespace inflight::tcp {

// Which segments carry PSH: the one that empties the send buffer (RFC 9293 MUST-61), or as Linux
// has it: the last of every write, and of every burst of two segments or more.
enum class PushPolicy : std::uint8_t { LastQueued, WritesAndBursts };

// Which ICMP errors end an attempt to connect: those that tell of the host's own refusal (RFC 9293
// SHLD-26: no such protocol, no such port), those and an administrator's ban and a hop limit that
// ran out (FreeBSD), any (Linux, RFC 5461 §4.1), or none.
enum class AttemptEnds : std::uint8_t { OnRefusal, OnBan, OnAnyError, OnNone };

struct Habits {
  // --- The handshake.
  wire::OptionOrder option_order = wire::OptionOrder::Linux;
  // So many SYNs, but not those that answer one, come at the first timeout's distance before it
  // begins to double.
  int linear_syn_retries = 0;
  // So many repetitions of a SYN have all options; later ones have the MSS alone, in case that
  // something on the path takes offence at the others.
  int syn_retries_with_options = 255;
  // RFC 3168 §6.1.1.1: so many repetitions of a SYN still ask for ECN.
  int ecn_syn_retries = 0;
  // The window's scale is the smallest that reaches so many bytes; 0: the largest buffer, and 16
  // MiB, should the buffer be raised later.
  ByteCount window_scale_for{};
  // Our SYN announces no more than what the path is known to carry, as in Linux, and not what we
  // could take (RFC 9293 §3.7.1).
  bool path_mtu_limits_announced_mss = false;
  // Who connects is about to write: the ACK that ends the handshake waits for that, like others, to
  // ride on it (as in Linux with a writer asleep).
  bool delays_handshake_ack = false;
  // A SYN, ACK that echoes a timestamp which no SYN of ours had is refused, as in Linux.
  bool checks_handshake_echo = false;
  // What a SYN carries that crosses ours is dropped, as in Linux, and not kept until the handshake
  // is over (RFC 9293 §3.10.7.3).
  bool drops_crossed_text = false;
  // Where both open at once, a FIN in the peer's SYN does not count, as in BSD: it comes again.
  bool ignores_fin_of_syn = false;
  AttemptEnds attempt_ends = AttemptEnds::OnRefusal;

  // --- What arrives, and what is refused.
  // Segments without timestamps are taken though these were agreed, as in Linux (RFC 7323 §3.2:
  // they should be dropped).
  bool takes_missing_timestamps = false;
  // An ACK of what was never sent is answered (RFC 9293 §3.10.7.4), or dropped as in Linux.
  bool answers_unsent_acks = true;
  // Off: a RST, a SYN anywhere in the window ends the connection (RFC 793). On, that takes a RST
  // with the exact number; all else is answered with an ACK (RFC 5961 §3, §4).
  bool challenges_resets = true;
  bool challenges_syns = true;
  // A segment with both SYN and FIN is dropped.
  bool drops_syn_fin = false;
  // TIME-WAIT does not answer a SYN that it may not be reopened by, as in BSD.
  bool time_wait_ignores_syns = false;

  // --- The receive window and ACKs.
  // Both buffers are rounded up to whole segments of the MSS agreed on, as in BSD.
  bool whole_segment_buffers = false;
  // The window is the room in the receive buffer, as in BSD: announced whenever that is a segment
  // or a quarter of the buffer, though it moved by less, and acceptable though 16 bits cannot say
  // so.
  bool window_is_room = false;
  // A read tells the peer of its room only where that doubles a window which was below half of the
  // largest so far, as in Linux, and not for every two segments.
  bool lazy_window_updates = false;
  // A read that leaves nothing sends an ACK that waits, if the last segment was a small one or
  // carried PSH, and the two ends do not talk in turns: nothing more will come to be acknowledged
  // with it. Linux's habit.
  bool reads_send_acks = false;
  // The ACK of the peer's FIN tells of no duplicate (RFC 2883) that came with it: Linux forgets
  // them.
  bool fin_ends_reports = false;
  // While our FIN is not acknowledged, every ACK repeats it, as in BSD: challenges alone do not.
  bool acks_repeat_fin = false;

  // --- What is sent, and the end.
  PushPolicy push = PushPolicy::LastQueued;
  // In segments: the smallest burst with PushPolicy::WritesAndBursts if the window allows it
  // (Linux's tcp_min_tso_segs), and how many at the start are not paced (10 in Linux).
  std::uint8_t smallest_burst = 2;
  std::uint8_t unpaced_segments = 0;
  // What asks for a closed window is an empty segment in front of it, as in Linux, which its
  // receiver must answer, and not a byte of data (RFC 9293 §3.8.6.1 leaves it open).
  bool empty_probes = false;
  // RFC 3168 §6.1.2 tells of a reduction with the first new data; FreeBSD with the first data, new
  // or not.
  bool cwr_on_retransmissions = false;
  // The RST of an abort has window and timestamps like any segment, as in Linux (RFC 7323 §3.2 lets
  // it).
  bool full_resets = false;
  // RFC 9293 SHLD-3: letting go of a connection with unread data resets it. FreeBSD does that only
  // when more comes.
  bool unread_data_resets = true;

  // --- Timeouts and cwnd.
  // `min_rto` is a floor of what is added to the smoothed round-trip time, as in Linux, and not of
  // the whole.
  bool min_rto_above_rtt = false;
  // Added to each timeout but the first of a SYN, backed off or not (FreeBSD).
  Duration rto_slop{};
  // What a loss takes its share from: the flight, or cwnd as in Linux (RFC 9438 §4.6).
  bool loss_share_of_window = false;
  // cwnd counts whole segments, as in Linux; else it grows by fractions with every ACK.
  bool whole_segments = false;
  // `idle_restart` halves cwnd for each timeout's worth of silence, down to the initial window
  // (RFC 2861, Linux), instead of putting it there.
  bool restart_halves = false;
  // `hystart` Linux counts rounds only from 16 segments on, as before Linux 6.14.
  bool hystart_rounds_from_gate = false;
};

}  // namespace inflight::tcp
