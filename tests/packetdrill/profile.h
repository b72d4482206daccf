// How the stack is set up for a script: one of three sets of habits, changed by what --so_flags
// says and by the sysctls that the script's shell lines set. Everything in here is ordinary
// configuration of the stack; nothing knows any script.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/siphash.h"
#include "stack/config.h"
#include "tcp/config.h"

namespace inflight::packetdrill {

struct Profile {
  // A new socket's; `mss` follows from the mtu.
  tcp::Config tcp;
  std::int64_t mtu_v4 = 1500;
  std::int64_t mtu_v6 = 1520;
  // With ECN on: who connects asks for it, and does not only agree when asked.
  bool asks_for_ecn = true;
  // TCP_NOTSENT_LOWAT of sockets that do not say.
  std::optional<std::int64_t> unsent_limit;
  // How often a listener's SYN, ACK is sent again; nothing: as often as a SYN.
  std::optional<int> syn_ack_retries;
  // SO_SNDBUF and SO_RCVBUF give twice what was asked for, as in Linux.
  bool doubles_buffers = true;
  // Behind the peer's FIN a RST is EPIPE, as in Linux, and not ECONNRESET.
  bool reset_after_fin_is_pipe = true;
  // Whatever ICMP error ended an attempt to connect, it is ECONNREFUSED, as in BSD, but for a hop
  // limit that ran out.
  bool ended_attempts_are_refused = false;
  std::uint64_t seed = 1;
  // The stack's own; its addresses come with the packets.
  stack::Config stack;
  // With what listeners make Fast Open's cookies; none: each stack has its own secret.
  std::vector<SipKey> fast_open_keys;
  // Data in a SYN without a cookie: who connects, who listens.
  bool cookieless_client = false;
  bool cookieless_server = false;
  // Every listener takes Fast Open, asked or not.
  bool fast_open_listeners = false;
  // Whether a socket that asks for Fast Open gets it: who connects, who listens.
  bool fast_open_client = true;
  bool fast_open_server = true;
  // A buffer that is set ends auto-tuning, and the window scale need reach no farther.
  bool set_buffer_sets_scale = false;
  // sendto() on a new socket connects it, with Fast Open if TCP_FASTOPEN is on, as in BSD.
  bool sendto_connects = false;
  // A write before the handshake is done is kept, as in BSD; Linux makes it wait.
  bool queues_before_connected = true;
  // Where to write what happened; nowhere if empty.
  std::string log;

  ByteCount mss(bool v6) const { return ByteCount{v6 ? mtu_v6 - 60 : mtu_v4 - 40}; }
};

// The RFCs' figures; Linux's; FreeBSD's.
Profile rfc_profile();
Profile linux_profile();
Profile freebsd_profile();

// Keys of 16 bytes each, as TCP_FASTOPEN_KEY has them.
std::vector<SipKey> fast_open_keys(Bytes bytes);

// "profile=linux;mtu=1500;seed=1;log=FILE" in any order, all of it optional; without a profile
// it is the RFCs'. The error is a sentence.
std::expected<Profile, std::string> parse_profile(std::string_view flags);

}  // namespace inflight::packetdrill
