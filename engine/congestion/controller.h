// What every congestion controller is told and what it answers. A controller knows nothing of
// segments, sequence recovery, logs or charts: the sender tells it about acknowledged bytes, the
// start of a recovery, timeouts and idle restarts, and asks for its window. Windows are kept in
// bytes with fractions and never truncated per ACK (FACTS 0.3); `window()` alone rounds down.
//
// Contract: every `now` is the arrival time of the packet that caused the call (FACTS 0.4),
// ascending. The sender inflates or deflates nothing in here: NewReno's window inflation is the
// sender's own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/sequence.h"
#include "base/time.h"
#include "base/units.h"
#include "congestion/rate_sample.h"

namespace inflight::congestion {

enum class Algorithm : std::uint8_t { NewReno, Cubic, Bbr };
enum class HystartKind : std::uint8_t { Off, Linux, Gvisor, PlusPlus };

struct Config {
  Algorithm algorithm = Algorithm::Cubic;
  HystartKind hystart = HystartKind::Off;
  // Sender maximum segment size: payload bytes of a full segment, options already taken off.
  ByteCount mss{1460};
  // RFC 6928 unless set otherwise; in bytes.
  ByteCount initial_window{14600};
  // RFC 3465's L: how many segments one ACK may add in slow start. 0 = no limit. After a timeout it
  // is 1 whatever stands here (§2.3); HyStart++ without pacing takes at most 8 (RFC 9406 §4.2).
  int slow_start_limit = 0;
  // RFC 7661 instead of RFC 5681's restart after idle: a window that was not used is kept, but not
  // trusted when something is lost.
  bool window_validation = false;
  // What a loss takes its share from: the flight (RFC 5681 §3.1), or the window whether it was used
  // or not, as Linux does, which does not let an unused window grow.
  bool loss_share_of_window = false;
  // The window is a whole number of segments, and grows and falls by such, as Linux's does.
  bool whole_segments = false;
  // An idle time halves cwnd for each RTO that it lasted (RFC 2861), and not at once.
  bool restart_halves = false;
  // HystartKind::Linux counts its rounds from the low window on, as before Linux 6.14.
  bool hystart_rounds_from_gate = false;
  // BBR begins its gain cycle in a random phase, so that flows do not probe in step.
  std::uint64_t seed = 0;
};

// An ACK that acknowledged new data, cumulatively or by SACK.
struct AckEvent {
  // Bytes newly acknowledged by this ACK (SACKed bytes counted once, when first SACKed).
  ByteCount acked;
  // This ACK's round-trip sample, Karn-clean; nothing if it gave none.
  std::optional<Duration> rtt;
  Duration smoothed_rtt{};
  Duration min_rtt{};
  // Where the sender stands after this ACK: rounds of HyStart end when snd_una passes their end.
  StreamOffset snd_una;
  StreamOffset snd_nxt;
  // Bytes in flight before this ACK was processed.
  ByteCount in_flight;
  // The window was used up in the round trip that this ACK answers. cwnd grows only then, and in
  // slow start also when more than half of it was used.
  bool cwnd_limited = false;
  // The most that was sent and not acknowledged in that round trip; small segments count as full.
  ByteCount most_in_flight;
  // Fast recovery is under way: the window does not grow. False after a timeout, when lost data is
  // sent again by slow start.
  bool in_recovery = false;
  // The sender is pacing its packets (changes HyStart's thresholds).
  bool paced = false;
  // For rate-based control: what is in flight after this ACK and after the losses it told of
  // (RFC 6675's pipe), bytes judged lost since the last ACK, all bytes delivered so far, and this
  // ACK's rate sample.
  ByteCount in_flight_after;
  ByteCount lost;
  ByteCount delivered;
  std::optional<RateSample> rate;
};

// The first loss of a window was detected: one reduction per recovery.
struct CongestionEvent {
  // FlightSize: bytes sent and not yet cumulatively acknowledged nor SACKed, without limited
  // transmit.
  ByteCount in_flight;
  StreamOffset snd_una;
  StreamOffset snd_nxt;
  // As in AckEvent: RFC 6675's pipe without what was just judged lost, and all bytes delivered.
  ByteCount pipe;
  ByteCount delivered;
  // The path marked a packet instead of dropping it (RFC 3168): nothing is to be sent again.
  bool marked = false;
};

// The retransmission timer expired.
struct TimeoutEvent {
  ByteCount in_flight;
  StreamOffset snd_nxt;
  // The same segment timed out before: ssthresh stays (RFC 5681 §3.1).
  bool repeated = false;
};

enum class SlowStartExit : std::uint8_t {
  None,
  HystartDelay,
  HystartAckTrain,
  HystartCss,
  Loss,
  Mark
};
enum class Phase : std::uint8_t { SlowStart, ConservativeSlowStart, CongestionAvoidance };

enum class BbrMode : std::uint8_t { Startup, Drain, ProbeBandwidth, ProbeRtt };

// What BBR believes of the path, and what it makes of it.
struct BbrStatus {
  BbrMode mode = BbrMode::Startup;
  // The bandwidth filter's maximum (or a policer's rate), bytes per second.
  double bandwidth = 0;
  // Nothing before the first sample.
  std::optional<Duration> min_rtt;
  double pacing_gain = 1;
  double cwnd_gain = 1;
  // A policer was found: bandwidth is the rate it lets through.
  bool policed = false;
};

// All that is worth showing of a controller.
struct Status {
  Phase phase = Phase::SlowStart;
  // In bytes, with fractions.
  double cwnd = 0;
  // Nothing while it is still infinite.
  std::optional<double> ssthresh;
  // How the first slow start ended, when, and with which window (bytes). BBR's Startup is none.
  SlowStartExit exit = SlowStartExit::None;
  Instant exit_time{};
  ByteCount exit_cwnd;
  // CUBIC only: W_max in bytes, and K of the present congestion-avoidance stage in seconds.
  std::optional<double> w_max;
  std::optional<double> k_seconds;
  std::optional<BbrStatus> bbr;
};

class Controller {
 public:
  virtual ~Controller() = default;

  virtual void on_ack(const AckEvent& event, Instant now) = 0;
  virtual void on_congestion(const CongestionEvent& event, Instant now) = 0;
  // Recovery ended with everything up to its recovery point acknowledged.
  virtual void on_recovery_end(Instant now) = 0;
  virtual void on_timeout(const TimeoutEvent& event, Instant now) = 0;
  // What the last on_congestion (but for a mark) or on_timeout told of was not lost (RFC 3522, RFC
  // 5682, DSACK): the window goes back to where it was, unless it is larger already (RFC 4015, RFC
  // 9438 §4.9).
  virtual void on_spurious_loss(Instant now) = 0;
  // About to send after being idle longer than one RTO, and for so many whole ones, 1 at least (RFC
  // 5681 §4.1): cwnd = min(initial, cwnd).
  virtual void on_idle_restart(std::int64_t timeouts, Instant now) = 0;
  // The sender had nothing to send, or less than the window, for this long until `now`: a
  // time-based algorithm must not credit it (RFC 9438 §5.8). ACKs that were not cwnd-limited say
  // the same of the time before them; overlaps are harmless.
  virtual void on_application_limited(Duration idle, Instant now) = 0;
  // The path's maximum segment size changed (path MTU discovery).
  virtual void on_mss(ByteCount mss) = 0;
  // Slow-start exit rule changed while running; takes effect if still in the initial slow start,
  // otherwise it changes nothing.
  virtual void set_hystart(HystartKind kind) = 0;

  // In a recovery the window holds as it stands: the sender must not reduce it step by step, nor
  // inflate it.
  virtual bool rules_recovery() const = 0;

  // Congestion window in whole bytes.
  virtual ByteCount window() const = 0;
  // How fast to pace, if the algorithm asks for pacing.
  virtual std::optional<DataRate> pacing_rate() const = 0;
  virtual Status status() const = 0;
  // The same as in status(), for whoever asks with every ACK.
  virtual SlowStartExit slow_start_exit() const { return status().exit; }
};

std::unique_ptr<Controller> make_controller(const Config& config);
// Another algorithm in the middle of a connection: it starts with the old one's window, threshold
// and slow-start exit. In congestion avoidance CUBIC begins a stage from there, K = 0.
std::unique_ptr<Controller> make_controller(const Config& config, const Status& inherited);

std::string_view to_string(Algorithm algorithm);
std::string_view to_string(HystartKind kind);
std::string_view to_string(SlowStartExit exit);
std::string_view to_string(BbrMode mode);

}  // namespace inflight::congestion
