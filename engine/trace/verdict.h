// Verdict: what limited a connection, why we think so, what else a person should know, and what
// would help. Plain values: diagnosis makes them, the window and the exports show them. The
// vocabulary is the one of every source (Lab, Live, Capture, Sockets).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "trace/limit.h"

namespace inflight::trace {

// The cause, one per flow.
enum class LimitedBy : std::uint8_t {
  ReceiveWindow,        // the receiver's window, of fixed size, is full most of the time
  ReceiverApplication,  // the reader is slow or stops
  SenderApplication,    // nothing to send
  SendBuffer,           // the sender's socket buffer caps what is outstanding
  OutboundQueue,        // dropped or held inside the sending process
  Path,                 // the bottleneck is full most of the time
  Loss,                 // cwnd held down by loss: the path is emptier than it could be
  Ecn,                  // the same by marks
  SlowStart,            // the flow was over before the ramp was
  Turns,                // request and response in turn: latency times round trips
  ServerThink,          // the peer takes long to answer
  NagleDelayedAck,      // small writes that wait for a delayed ACK
  Handshake,            // SYN or SYN/ACK lost or slow
  Outage,               // nothing got through for a while
  MtuBlackHole,         // full-size segments vanish
  Refused,
  NoAnswer,
  Reset,
  Partial,  // a capture that cannot tell
  Unknown,
};
inline constexpr std::size_t kLimitedByCount = 20;

// What a person should know besides the verdict.
enum class FindingCode : std::uint8_t {
  SlowStartOvershoot,
  EarlySlowStartExit,
  NoWindowScaling,
  WindowHalfOfBuffer,
  SmallInitialWindow,
  IdleRestart,
  Bufferbloat,
  Policer,
  RetransmissionLost,
  TailLoss,
  Timeout,
  SpuriousRetransmission,
  Reordering,
  LostBeforeCapturePoint,
  HeadOfLineBlocking,
  ZeroWindow,
  DelayedAckStall,
  Relayed,
  TcpInTcp,
};
inline constexpr std::size_t kFindingCount = 19;

// "receive_window", "slow_start_overshoot" …: the names that files and JSON use.
std::string_view to_string(LimitedBy cause);
std::string_view to_string(FindingCode code);

enum class Confidence : std::uint8_t { Low, Medium, High };
std::string_view to_string(Confidence confidence);

// A fact that speaks for the verdict, with the moment that shows it, if there is one.
struct Evidence {
  std::string text;
  std::optional<Instant> time;

  bool operator==(const Evidence&) const = default;
};

struct Finding {
  FindingCode code = FindingCode::SlowStartOvershoot;
  std::string text;
  std::optional<Instant> time;

  bool operator==(const Finding&) const = default;
};

// One setting to change, key and value as for --set.
struct Override {
  std::string key;
  std::string value;

  bool operator==(const Override&) const = default;
};

struct Advice {
  // What to press: "Receive buffer of 4 MiB".
  std::string title;
  // Why it helps and where it ends.
  std::string text;
  // Empty where no setting of ours does it.
  std::vector<Override> overrides;

  bool operator==(const Advice&) const = default;
};

struct Verdict {
  LimitedBy limited_by = LimitedBy::Unknown;
  // A second cause, where the first does not explain it alone.
  std::optional<LimitedBy> second;
  // One sentence with its figures: "Receive window limits you: 512 KiB ÷ 76 ms = 55 Mbit/s".
  std::string headline;
  // What that means, in a sentence or two.
  std::string explanation;
  // Shares of the time from connect to the last byte, by Limit; all zero where no strip is known.
  std::array<double, kLimitCount> shares{};
  Confidence confidence = Confidence::Low;
  std::vector<Evidence> evidence;
  std::vector<Finding> findings;
  std::vector<Advice> advice;
};

}  // namespace inflight::trace
