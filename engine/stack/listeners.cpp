#include "stack/listeners.h"

namespace inflight::stack {

wire::Endpoint Listeners::key(const wire::Endpoint& local) {
  return local.address.is_unspecified() ? wire::Endpoint{{}, local.port} : local;
}

void Listeners::open(const wire::Endpoint& local, const tcp::Config& config,
                     const ListenOptions& options) {
  const auto [it, added] = listeners_.try_emplace(key(local));
  it->second.config = config;
  it->second.options = options;
  if (added) ++ports_[local.port];
}

void Listeners::close(const wire::Endpoint& local) {
  if (listeners_.erase(key(local)) == 0) return;
  if (--ports_.at(local.port) == 0) ports_.erase(local.port);
}

const wire::Endpoint* Listeners::responsible(const wire::Endpoint& local) const {
  // Most SYNs ask for a port that nobody listens on, or for a listener of all addresses.
  if (!uses(local.port)) return nullptr;
  auto it = listeners_.find(local);
  if (it == listeners_.end()) it = listeners_.find({{}, local.port});
  return it == listeners_.end() ? nullptr : &it->first;
}

}  // namespace inflight::stack
