// Who waits for connections, and how many of those that came in wait to be accepted. A listener has
// a port and takes every address of the stack, or one of them only, which then goes before the
// other (RFC 9293 MUST-43).
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/siphash.h"
#include "tcp/config.h"
#include "wire/address.h"

namespace inflight::stack {

// How a listener hands out what comes in.
struct ListenOptions {
  // Connections that may wait to be accepted; nothing: the stack's own bound.
  std::optional<std::size_t> backlog;
  // A connection is not offered to accept() before there is something to read.
  bool defers_until_data = false;
  // Fast Open's cookies are made with these keys, which other servers may share, in place of the
  // stack's own: the first makes them, those of the others are good and are replaced.
  std::vector<SipKey> fast_open_keys{};
};

struct Listener {
  tcp::Config config;
  ListenOptions options;
  // Connections it made that nobody has accepted yet.
  std::size_t waiting = 0;
};

class Listeners {
 public:
  // The unspecified address stands for every address. Replaces what an earlier listener of the
  // same endpoint had; what waits there goes on waiting.
  void open(const wire::Endpoint& local, const tcp::Config& config, const ListenOptions& options);
  void close(const wire::Endpoint& local);

  // The endpoint of the listener that is responsible for a SYN to `local`; null if there is none.
  const wire::Endpoint* responsible(const wire::Endpoint& local) const;
  Listener& at(const wire::Endpoint& local) { return listeners_.at(key(local)); }
  const Listener& at(const wire::Endpoint& local) const { return listeners_.at(key(local)); }
  bool uses(std::uint16_t port) const { return ports_.contains(port); }

  // What names a listener: all unspecified addresses are one.
  static wire::Endpoint key(const wire::Endpoint& local);

 private:
  std::unordered_map<wire::Endpoint, Listener> listeners_;
  // How many listeners a port has.
  std::unordered_map<std::uint16_t, int> ports_;
};

}  // namespace inflight::stack
