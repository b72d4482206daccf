// Settings of one connection. Validated where they come from (lab, live); trusted here.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/units.h"
#include "congestion/controller.h"
#include "tcp/habits.h"

namespace inflight::tcp {

// How losses are found: duplicate ACKs (RFC 6582), SACK counts (RFC 6675), or SACK and time with
// tail loss probes (RACK-TLP, RFC 8985). Without SACK on both ends all are NewReno.
enum class Recovery : std::uint8_t { NewReno, Sack, Rack };

// Whether a segment that is not full waits (RFC 9293 §3.7.4): for the ACK of everything in flight,
// or only for that of an earlier small one (Minshall's variant, Linux's).
enum class Nagle : std::uint8_t { Off, Plain, Minshall };

// Finding out what the path carries when no router tells (RFC 4821): not at all, once a segment was
// sent several times in vain, or from the start.
enum class MtuProbing : std::uint8_t { Off, BlackHole, Always };

struct Config : Habits {
  ByteCount send_buffer{4 * 1024 * 1024};
  ByteCount receive_buffer{4 * 1024 * 1024};
  // The buffers begin with the sizes above and grow up to these: the receive buffer with what is
  // read in a round trip, the send buffer with cwnd. A size set while running ends it.
  bool send_auto_tuning = false;
  bool receive_auto_tuning = false;
  ByteCount send_buffer_max{4 * 1024 * 1024};
  ByteCount receive_buffer_max{32 * 1024 * 1024};
  // Share of the receive buffer that the advertised window may use, 0 to 1 (gVisor: one half).
  double window_share = 1;

  // Announced in the SYN, and the most that is sent in one segment before options are taken off.
  ByteCount mss{1460};
  // What a search for the path's MTU begins with, and does not go below: payloads of one segment
  // (Linux's tcp_base_mss and tcp_mtu_probe_floor).
  ByteCount base_mss{1024};
  ByteCount mtu_probe_floor{48};
  MtuProbing mtu_probing = MtuProbing::Off;
  bool window_scaling = true;
  bool timestamps = true;
  bool sack = true;
  bool duplicate_reports = true;  // RFC 2883

  // RFC 9293 §3.8.6.3: an ACK for at least every second full segment, after `ack_delay` at the
  // latest.
  bool delayed_ack = true;
  Duration ack_delay = 40ms;
  // So many ACKs at the start are not delayed, since a sender in slow start waits for them (Linux:
  // up to 16).
  int quick_acks = 0;

  // RFC 6298; the floor is Linux's and gVisor's, the RFC has 1 s.
  Duration initial_rto = 1s;
  Duration min_rto = 200ms;
  Duration max_rto = 120s;
  // Expiries in a row after which the connection is given up: R2 of RFC 9293 §3.8.3.
  int max_retries = 15;
  // RFC 9293 MUST-23: at least 3 minutes for a SYN, 255 s with a first timeout of 1 s.
  int max_syn_retries = 7;
  // RFC 3168: offered and accepted. Off by default: a path that marks is one to look for.
  bool ecn = false;
  // How long nothing may be acknowledged before the connection is given up: R2 in time, in place of
  // the counts. 0: the counts decide.
  Duration user_timeout{};
  // Off by default: the workloads here write in bulk, and measure.
  Nagle nagle = Nagle::Off;
  Duration time_wait = 60s;
  // How long FIN-WAIT-2 lasts once the application has released the connection; 0 is for ever.
  Duration fin_wait_timeout = 60s;
  // RFC 9293 §3.8.4: after `idle` without a word an empty segment, again after each `interval`;
  // given up when so many brought no answer. The figures are Linux's.
  bool keep_alive = false;
  Duration keep_alive_idle = 2h;
  Duration keep_alive_interval = 75s;
  int keep_alive_probes = 9;
  // Less than a full segment is held back until more is written or this is taken off again, or
  // until one retransmission timeout has passed without anything in flight.
  bool cork = false;
  // RFC 7413, both ways: data in the SYN where a cookie is at hand, and a cookie for those who ask.
  // Whatever travels in a SYN may be delivered twice: for requests that bear it.
  bool fast_open = false;
  // Data in a SYN is sent, and taken, without a cookie: among hosts that trust each other's
  // addresses (RFC 7413 §5 says why others must not).
  bool fast_open_without_cookie = false;

  // Of the IP header: RFC 9293 MUST-48, MUST-49.
  std::uint8_t hop_limit = 64;
  std::uint8_t dscp = 0;
  congestion::Algorithm congestion = congestion::Algorithm::Cubic;
  congestion::HystartKind hystart = congestion::HystartKind::Off;
  Recovery recovery = Recovery::Rack;
  // RFC 9937: the flight comes down to ssthresh evenly. Needs SACK, and a controller that does not
  // rule recoveries itself.
  bool rate_reduction = true;
  // RFC 8985 §7, with recovery `Rack`.
  bool tail_loss_probe = true;
  // RFC 5682: after a timeout, look whether it was needed before sending everything again.
  bool forward_rto = true;
  // Undo what duplicate reports or timestamps show to have been for nothing.
  bool undo = true;
  // Packets are spread over the round trip; rate-based control does so always.
  bool pacing = false;
  // In segments; RFC 6928.
  std::int64_t initial_window = 10;
  // RFC 3465's L in segments; 0 is no limit.
  int slow_start_limit = 0;
  // RFC 5681 §4.1: an idle time of one RTO puts cwnd back to the initial window.
  bool idle_restart = true;
  // RFC 7661 in place of that: an unused window is kept, and not trusted when something is lost.
  bool window_validation = false;
};

}  // namespace inflight::tcp
