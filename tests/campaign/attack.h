// Forged segments against one end of a connection. Some are blind (RFC 5961: the addresses and
// ports are right, the numbers guessed), some know every number and choose one that must not be
// taken. Some are no segments but ICMP errors that quote one (RFC 5927), and some come from hosts
// that do not exist. None is allowed to do harm: RFC 9293 §3.10.7.4, RFC 5961 §3 to §5, RFC 7323
// §5, RFC 5927 §4 and §5.2.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace inflight::campaign {

enum class Attack : std::uint8_t {
  BlindReset,
  BlindSyn,
  BlindData,
  BlindAck,
  WindowReset,     // inside the window, not the next number
  ExactSyn,        // the next number
  AckOfTheFuture,  // in the window, acknowledges what was never sent
  AncientAck,      // in the window, acknowledges what no honest peer would
  OldData,         // other bytes where some were read already
  DataBeyondWindow,
  NoTimestamp,      // in the window, without the agreed option
  BlindIcmp,        // any error, about a segment that is not in flight
  IcmpUnreachable,  // a hard error about one that is
  SynFlood,         // to the listener, each from another host
};
inline constexpr int kAttacks = 14;

constexpr std::string_view to_string(Attack attack) {
  constexpr std::array<std::string_view, kAttacks> kNames{
      "blind RST",    "blind SYN",   "blind data",    "blind ACK", "RST in window",
      "SYN, exact",   "ACK to come", "ACK long past", "old data",  "data beyond",
      "no timestamp", "blind ICMP",  "unreachable",   "SYN flood"};
  return kNames[static_cast<std::size_t>(attack)];
}

}  // namespace inflight::campaign
