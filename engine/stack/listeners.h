// Who waits for connections, and how many of those that came in wait to be accepted. A listener has
// a port and takes every address of the stack, or one of them only, which then goes before the
// other (RFC 9293 MUST-43).
#pragma once

#include <cstdint>
#include <unordered_map>

#include "tcp/config.h"
#include "wire/address.h"

namespace inflight::stack {

struct Listener {
  tcp::Config config;
  // Connections it made that nobody has accepted yet; bounded by the stack's backlog.
  std::size_t waiting = 0;
};

class Listeners {
 public:
  // The unspecified address stands for every address. Replaces the config of an earlier listener of
  // the same endpoint; what waits there goes on waiting.
  void open(const wire::Endpoint& local, const tcp::Config& config);
  void close(const wire::Endpoint& local);

  // The endpoint of the listener that is responsible for a SYN to `local`; null if there is none.
  const wire::Endpoint* responsible(const wire::Endpoint& local) const;
  Listener& at(const wire::Endpoint& local) { return listeners_.at(key(local)); }
  bool uses(std::uint16_t port) const { return ports_.contains(port); }

  // What names a listener: all unspecified addresses are one.
  static wire::Endpoint key(const wire::Endpoint& local);

 private:
  std::unordered_map<wire::Endpoint, Listener> listeners_;
  // How many listeners a port has.
  std::unordered_map<std::uint16_t, int> ports_;
};

}  // namespace inflight::stack
