// All that a tunnel keeps about one peer. A plain record: the rules are the tunnel's, the timers',
// the keyring's. Not movable, since sessions' indices lead here; lives in the tunnel's table.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "tunnel/config.h"
#include "tunnel/cookie.h"
#include "tunnel/handshake.h"
#include "tunnel/index_table.h"
#include "tunnel/keyring.h"
#include "tunnel/peer_timers.h"
#include "tunnel/report.h"
#include "tunnel/timestamp.h"
#include "wire/address.h"
#include "wire/packet.h"

namespace inflight::tunnel {

struct Peer {
  Peer(PeerId peer_id, const PeerConfig& config, const SharedSecret& shared, Instant now)
      : id(peer_id),
        key(config.key),
        preshared(config.preshared.value_or(PresharedKey{})),
        static_shared(shared),
        allowed_ips(config.allowed_ips),
        endpoint(config.endpoint),
        created(now),
        timers(config.persistent_keepalive, now),
        stamper(config.key) {}

  const PeerId id;
  const PublicKey key;
  const PresharedKey preshared;
  // X25519 of both static keys.
  const SharedSecret static_shared;
  // An accepted peer gets these routes with its first session, a configured one at once.
  const std::vector<wire::Prefix> allowed_ips;
  std::optional<wire::Endpoint> endpoint;
  const Instant created;
  // Came as an unknown initiator, not from the configuration.
  bool accepted = false;

  PeerTimers timers;
  Keyring keyring;
  MacStamper stamper;

  struct Pending {
    PendingHandshake handshake;
    IndexLease lease;
  };
  // Our initiation that waits for its response.
  std::optional<Pending> pending;
  // Initiations since the last session, or since the tunnel gave up.
  int attempts = 0;
  // An initiation or a response.
  std::optional<Instant> last_handshake_sent;
  std::optional<Instant> last_initiation_consumed;
  // Of the initiations consumed: later ones must be greater.
  Timestamp greatest_timestamp;
  // This session's renewal was already asked for because of its age at a receipt.
  bool renewed_on_receipt = false;

  // Packets that wait for a session, oldest first, at most kMaxStagedPackets.
  std::deque<wire::Packet> staged;

  // When a session last became ready, and when the last authentic message came.
  std::optional<Instant> last_session;
  std::optional<Instant> last_received;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
};

}  // namespace inflight::tunnel
