// A WireGuard tunnel without I/O: packets and datagrams go in with `now`, datagrams and packets
// come out, and next_timeout says when to call again. Owns peers, keys and routes; opens no socket,
// reads no clock, has no randomness of its own.
//
// The order to call: whenever something was handed in, poll_event until empty (before the
// datagrams, so that a capture can write revealed keys in front of their handshake), then
// poll_datagram until empty or as fast as the host wants to seal, then ask next_timeout.
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "tunnel/config.h"
#include "tunnel/gate.h"
#include "tunnel/key_source.h"
#include "tunnel/peer.h"
#include "tunnel/report.h"
#include "tunnel/routes.h"
#include "wire/address.h"
#include "wire/ip.h"
#include "wire/packet.h"

namespace inflight::tunnel {

// What goes out: `payload` is a whole UDP payload for `to`.
struct Datagram {
  wire::Packet payload;
  wire::Endpoint to;
  MessageType type{};
  // For the outer IP header: that of the packet inside (RFC 6040 §4.1).
  wire::Ecn ecn = wire::Ecn::NotEct;
};

// What became of an inner packet: sealed, or staged until there is a session (it then comes out of
// poll_datagram), or dropped.
struct SendResult {
  std::optional<Datagram> datagram;
  std::optional<DropReason> dropped;

  bool staged() const { return !datagram && !dropped; }
};

// What became of a datagram. Neither packet nor reason: a keepalive or a handshake message.
struct ReceiveResult {
  // The inner packet without its padding; it has `arrival` and `tag` of the datagram.
  std::optional<wire::Packet> packet;
  // Whose it was, when it was authentic.
  std::optional<PeerId> peer;
  std::optional<DropReason> dropped;
};

class Tunnel;
// Both the key source and, by reference, the pool live as long as the tunnel.
std::expected<std::unique_ptr<Tunnel>, ConfigError> make_tunnel(Config config,
                                                                std::unique_ptr<KeySource> keys,
                                                                wire::PacketPool& pool,
                                                                Instant now);

class Tunnel {
 public:
  // Handshake messages and keepalives that wait for poll_datagram; beyond it new ones are dropped.
  static constexpr std::size_t kMaxOutbox = 1024;
  // Events that wait for poll_event; beyond it the oldest is lost and counted.
  static constexpr std::size_t kMaxEvents = 4096;

  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  // An inner packet to send. Sealed in its own buffer, so it comes from a wire::PacketPool.
  SendResult handle_packet(wire::Packet packet, Instant now);
  // A datagram that came from `from`. Opened in its own buffer.
  ReceiveResult handle_datagram(wire::Packet datagram, const wire::Endpoint& from, Instant now);
  void handle_timeout(Instant now);
  Timeout next_timeout() const;

  // Handshake messages, keepalives and staged packets, each sealed when it is asked for.
  std::optional<Datagram> poll_datagram(Instant now);
  std::optional<Event> poll_event();

  // Begins a handshake unless there is a session: for a host that wants the tunnel up before it has
  // a packet.
  void connect(PeerId peer, Instant now);
  // A packet to the peer would be sealed at once.
  bool is_ready(PeerId peer, Instant now) const;
  std::optional<PeerId> find_peer(const PublicKey& key) const;
  // The peer behind an inner address.
  std::optional<PeerId> find_route(const wire::IpAddress& address) const;
  const PublicKey& public_key() const { return identity_.public_key; }
  const Counters& counters() const { return counters_; }
  std::vector<PeerSnapshot> snapshot(Instant now) const;

 private:
  friend std::expected<std::unique_ptr<Tunnel>, ConfigError> make_tunnel(Config,
                                                                         std::unique_ptr<KeySource>,
                                                                         wire::PacketPool&,
                                                                         Instant);
  enum class Attempt { New, Retry };

  Tunnel(Config config, std::unique_ptr<KeySource> keys, wire::PacketPool& pool);
  std::optional<ConfigError> add_configured_peers(Instant now);

  // The data path: tunnel.cpp.
  Datagram seal(Peer& peer, Session& session, wire::Packet packet, Instant now);
  SendResult stage(Peer& peer, wire::Packet packet, Instant now);
  ReceiveResult handle_transport(const TransportHeader& header, wire::Packet datagram,
                                 const wire::Endpoint& from, Instant now);
  ReceiveResult accept_inner(Peer& peer, wire::Packet packet);
  void send_keepalive(Peer& peer, Instant now);
  void run_timer(Peer& peer, TimerKind kind, Instant now);
  void give_up(Peer& peer, Instant now);
  void on_authentic(Peer& peer, const wire::Endpoint& from, Instant now);
  void push_datagram(Datagram datagram);
  void push_event(Event event);
  ReceiveResult drop(DropReason reason);
  Peer* peer_of(Index index);

  // The handshake: tunnel_handshake.cpp.
  void initiate(Peer& peer, Attempt attempt, Instant now);
  ReceiveResult handle_handshake(const Message& message, Bytes datagram, const wire::Endpoint& from,
                                 Instant now);
  ReceiveResult handle_initiation(const Initiation& message, const wire::Endpoint& from,
                                  Instant now);
  bool crosses_our_own(const Peer& peer, const wire::Endpoint& from, Instant now) const;
  void respond(Peer& peer, const OpenedInitiation& opened, Instant now);
  ReceiveResult handle_response(const Response& message, const wire::Endpoint& from, Instant now);
  ReceiveResult handle_cookie_reply(const CookieReply& message, Instant now);
  std::optional<DropReason> gate_drop(const Message& message, Bytes datagram,
                                      const wire::Endpoint& from, Instant now);
  void push_handshake(Peer& peer, wire::Packet packet, MessageType type, Instant now);
  void on_session_ready(Peer& peer, Role role, Instant now);
  Peer* accept(const PublicKey& key, const SharedSecret& shared, Instant now);
  void remove(PeerId id, Instant now);

  const Config config_;
  const Identity identity_;
  const std::unique_ptr<KeySource> keys_;
  wire::PacketPool& pool_;
  Gate gate_;
  Routes routes_;
  // Before the peers, whose sessions hold leases of it.
  IndexTable indices_;
  // By PeerId; an accepted peer's place may be empty.
  std::vector<std::unique_ptr<Peer>> peers_;
  std::unordered_map<PublicKey, PeerId> by_key_;
  // Of all peers, so that polling costs nothing while nobody waits.
  std::size_t staged_ = 0;
  std::deque<Datagram> outbox_;
  std::deque<Event> events_;
  Counters counters_;
};

}  // namespace inflight::tunnel
