// A stack's addresses and its bounds.
#pragma once

#include <cstddef>
#include <vector>

#include "wire/address.h"

namespace inflight::stack {

struct Config {
  // Packets to other addresses are dropped and counted.
  std::vector<wire::IpAddress> addresses;
  std::size_t max_connections = 4096;
  // Connections that wait to be accepted, per listener; a SYN beyond that is dropped.
  std::size_t backlog = 128;
  // Addresses whose path MTU is remembered.
  std::size_t max_path_mtus = 256;
  // RFC 5927 §7.2: a message about a packet which would have passed is none. Linux believes it.
  bool checks_quoted_length = true;
  // Connections that may be used before their handshake is over (RFC 7413 §5.1), and servers whose
  // cookie is remembered.
  std::size_t max_fast_opens = 64;
  std::size_t max_cookies = 256;
  // RFC 7413 §4.1.3.1: a server to which a SYN with the option got lost is sent plain ones for an
  // hour. Linux no longer does that.
  bool spares_fast_open = true;
  // RFC 7413 appendix B: a server that gave no cookie for the option is asked once with the
  // experimental one, as Linux does.
  bool asks_experimentally = false;
  // A server that refused a SYN's data, or gave no cookie when it was asked, is spared as one that
  // did not answer (RFC 7413 §4.1.3.1; Linux tries again).
  bool remembers_fast_open_refusals = true;
};

}  // namespace inflight::stack
