// One socket of the adapter: what the application said about it, and the connection behind it.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <utility>

#include "packetdrill/error_queue.h"
#include "stack/stack.h"
#include "tcp/config.h"

namespace inflight::packetdrill {

// A call's value, or its errno.
using Result = std::expected<std::int64_t, int>;

struct Socket {
  enum class Kind : std::uint8_t { Fresh, Listening, Connection };

  Kind kind = Kind::Fresh;
  int domain = 0;
  bool nonblocking = false;
  tcp::Config config;
  // Where it was bound, or where it listens.
  std::optional<wire::Endpoint> local;
  std::optional<stack::Handle> connection;
  stack::ListenOptions listening;
  // IP_MTU_DISCOVER is off: no DF bit.
  bool fragmentable = false;
  // TCP_FASTOPEN_CONNECT: connect() waits for the first write; and where to, while it does.
  bool defers_connect = false;
  std::optional<wire::Endpoint> deferred;
  // connect() has said that it is connected.
  bool connect_reported = false;
  bool shut_read = false;
  bool shut_write = false;
  // The peer ended its half before anything went wrong.
  bool peer_closed = false;
  // SO_ERROR: raised once by the connection's end, taken once by the application.
  int error = 0;
  bool error_raised = false;
  // SO_LINGER's time in seconds, if it is on.
  std::optional<int> linger;
  // TCP_CORK, which MSG_MORE adds to for one write.
  bool cork = false;
  // TCP_NOTSENT_LOWAT: not writable with more unsent than that.
  std::optional<std::int64_t> unsent_limit;
  // SO_ZEROCOPY, SO_TIMESTAMPING; what its keys count from, and all that was written.
  bool zerocopy = false;
  std::uint32_t timestamping = 0;
  std::uint64_t stamps_from = 0;
  std::uint64_t written = 0;
  ErrorQueue errors;
  // Options as they were set, for getsockopt: (level, name) -> value.
  std::map<std::pair<int, int>, int> options;
};

}  // namespace inflight::packetdrill
