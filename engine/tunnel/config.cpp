// The ranges of the figures.
#include "tunnel/config.h"

#include "tunnel/constants.h"
#include "tunnel/routes.h"

namespace inflight::tunnel {
namespace {

constexpr std::size_t kMinMtu = 576;
// 65,535 bytes of IPv4, less its header, UDP's and the tunnel's.
constexpr std::size_t kMaxMtu = 65535 - 20 - 8 - kTransportOverhead;
constexpr Duration kMaxPersistentKeepalive = 65535s;

bool keepalive_is_valid(Duration interval) {
  return interval == Duration::zero() || (interval >= 1s && interval <= kMaxPersistentKeepalive);
}

}  // namespace

std::optional<ConfigError> find_error(const Config& config) {
  if (config.mtu < kMinMtu || config.mtu > kMaxMtu) return ConfigError::MtuOutOfRange;
  const std::size_t accepted = config.accept_any ? config.accept_any->max_peers : 0;
  if (config.peers.size() > kMaxPeers || accepted > kMaxPeers) {
    return ConfigError::TooManyPeers;
  }
  std::size_t prefixes =
      config.accept_any ? config.accept_any->address_blocks.size() * accepted : 0;
  for (const PeerConfig& peer : config.peers) {
    prefixes += peer.allowed_ips.size();
    if (!keepalive_is_valid(peer.persistent_keepalive)) return ConfigError::KeepaliveOutOfRange;
  }
  if (prefixes > Routes::kMaxPrefixes) return ConfigError::TooManyPrefixes;
  const LoadLimits& load = config.load;
  if (load.messages < 0 || load.window <= Duration::zero() || load.hold < Duration::zero()) {
    return ConfigError::LoadLimitsOutOfRange;
  }
  if (config.epoch < std::chrono::nanoseconds::zero()) return ConfigError::EpochOutOfRange;
  return std::nullopt;
}

}  // namespace inflight::tunnel
