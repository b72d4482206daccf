// What a tunnel is made of: keys, peers, routes, limits. Plain values; make_tunnel validates them
// once. Reading wg-quick files is another matter.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "tunnel/gate.h"
#include "tunnel/keys.h"
#include "wire/address.h"

namespace inflight::tunnel {

// Peers in a configuration, and places for accepted ones.
inline constexpr std::size_t kMaxPeers = 4096;

// How a peer is configured.
struct PeerConfig {
  PublicKey key;
  std::optional<PresharedKey> preshared;
  // The inner addresses that are behind this peer.
  std::vector<wire::Prefix> allowed_ips;
  // Where to send; without it the peer must speak first. Follows the peer when it moves.
  std::optional<wire::Endpoint> endpoint;
  // 0 is off, else 1 to 65,535 s.
  Duration persistent_keepalive{};
};

// Any initiator who knows our public key becomes a peer.
struct AcceptAny {
  // In each block the peer gets its derived_address; the latest session takes a contested one.
  std::vector<wire::Prefix> address_blocks;
  // At most this many at once. When all places are taken, a peer that never completed a handshake
  // or was silent for kRejectAfterTime gives way; else the new one is ignored.
  std::size_t max_peers = 64;
};

struct Config {
  PrivateKey private_key;
  std::vector<PeerConfig> peers;
  std::optional<AcceptAny> accept_any;
  // Of inner packets, in bytes: 576 to 65,475 (what an outer IPv4 datagram can carry).
  std::size_t mtu = 1420;
  LoadLimits load;
  // Unix time at Instant{}, for the timestamps of initiations.
  std::chrono::nanoseconds epoch{};
  // Tells every ephemeral key in an event, so that captures can be decrypted. Never for keys that
  // protect something.
  bool reveal_ephemerals = false;
};

enum class ConfigError {
  MtuOutOfRange,
  TooManyPeers,
  TooManyPrefixes,
  DuplicatePeer,
  // The peer's key is our own.
  OwnKey,
  // A Diffie-Hellman with the peer's key gives zero.
  WeakPeerKey,
  KeepaliveOutOfRange,
  LoadLimitsOutOfRange,
  EpochOutOfRange,
};

// The first thing that is wrong with the figures, if any. Keys are tried when the tunnel is made.
std::optional<ConfigError> find_error(const Config& config);

}  // namespace inflight::tunnel
