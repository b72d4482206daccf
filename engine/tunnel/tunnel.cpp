// The data path: packets to seal, datagrams to open, timers that expire. The handshake's half of
// the class stands in tunnel_handshake.cpp.
#include "tunnel/tunnel.h"

#include <algorithm>
#include <utility>

#include "base/match.h"
#include "wire/ecn.h"
#include "wire/ip.h"

namespace inflight::tunnel {

std::expected<std::unique_ptr<Tunnel>, ConfigError> make_tunnel(Config config,
                                                                std::unique_ptr<KeySource> keys,
                                                                wire::PacketPool& pool,
                                                                Instant now) {
  init_crypto();
  if (const auto error = find_error(config)) return std::unexpected(*error);
  std::unique_ptr<Tunnel> tunnel(new Tunnel(std::move(config), std::move(keys), pool));
  if (const auto error = tunnel->add_configured_peers(now)) return std::unexpected(*error);
  return tunnel;
}

Tunnel::Tunnel(Config config, std::unique_ptr<KeySource> keys, wire::PacketPool& pool)
    : config_(std::move(config)),
      identity_(make_identity(config_.private_key)),
      keys_(std::move(keys)),
      pool_(pool),
      gate_(identity_.public_key, config_.load) {}

std::optional<ConfigError> Tunnel::add_configured_peers(Instant now) {
  for (const PeerConfig& config : config_.peers) {
    if (config.key == identity_.public_key) return ConfigError::OwnKey;
    const auto shared = shared_secret(identity_.private_key, config.key);
    if (!shared) return ConfigError::WeakPeerKey;
    const PeerId id{static_cast<std::uint32_t>(peers_.size())};
    if (!by_key_.emplace(config.key, id).second) return ConfigError::DuplicatePeer;
    peers_.push_back(std::make_unique<Peer>(id, config, *shared, now));
    // Their number was checked; a prefix named twice belongs to the peer named last.
    for (const wire::Prefix& prefix : config.allowed_ips) CHECK(routes_.assign(prefix, id));
  }
  return std::nullopt;
}

SendResult Tunnel::handle_packet(wire::Packet packet, Instant now) {
  const auto refuse = [&](DropReason reason) {
    ++counters_.drops[static_cast<std::size_t>(reason)];
    return SendResult{.dropped = reason};
  };
  const auto route = wire::parse_ip_route(packet.bytes());
  if (!route) return refuse(DropReason::NotIp);
  if (packet.size() > config_.mtu) return refuse(DropReason::TooBig);
  const auto id = routes_.find(route->destination);
  if (!id) return refuse(DropReason::NoRoute);
  Peer& peer = *peers_[id->value];
  if (!peer.endpoint) return refuse(DropReason::NoEndpoint);
  Session* session = peer.keyring.sending(now);
  // What was staged before goes out before.
  if (session == nullptr || !peer.staged.empty()) return stage(peer, std::move(packet), now);
  return {.datagram = seal(peer, *session, std::move(packet), now)};
}

SendResult Tunnel::stage(Peer& peer, wire::Packet packet, Instant now) {
  if (peer.staged.size() >= kMaxStagedPackets) {
    peer.staged.pop_front();
    --staged_;
    ++counters_.drops[static_cast<std::size_t>(DropReason::StageOverflow)];
  }
  peer.staged.push_back(std::move(packet));
  ++staged_;
  if (peer.keyring.sending(now) == nullptr) initiate(peer, Attempt::New, now);
  return {};
}

Datagram Tunnel::seal(Peer& peer, Session& session, wire::Packet packet, Instant now) {
  const bool is_keepalive = packet.empty();
  if (is_keepalive) {
    ++counters_.keepalives_sent;
  } else {
    ++counters_.packets_sent;
    ++peer.packets_sent;
    counters_.bytes_sent += ByteCount(static_cast<std::int64_t>(packet.size()));
  }
  const wire::Ecn ecn = wire::ecn_of(std::as_const(packet).bytes());
  session.seal(packet, config_.mtu);
  peer.timers.on_authentic_sent(now);
  if (!is_keepalive) peer.timers.on_packet_sent(*keys_, now);
  if (session.wants_rekey_after_sending(now)) initiate(peer, Attempt::New, now);
  return {std::move(packet), *peer.endpoint, MessageType::Transport, ecn};
}

ReceiveResult Tunnel::handle_datagram(wire::Packet datagram, const wire::Endpoint& from,
                                      Instant now) {
  const auto message = parse_message(datagram.bytes());
  if (!message) return drop(DropReason::Malformed);
  if (const auto* header = std::get_if<TransportHeader>(&*message)) {
    return handle_transport(*header, std::move(datagram), from, now);
  }
  return handle_handshake(*message, datagram.bytes(), from, now);
}

ReceiveResult Tunnel::handle_transport(const TransportHeader& header, wire::Packet datagram,
                                       const wire::Endpoint& from, Instant now) {
  Peer* peer = peer_of(header.receiver);
  Session* session = peer != nullptr ? peer->keyring.find(header.receiver) : nullptr;
  if (session == nullptr) return drop(DropReason::UnknownIndex);
  if (const auto opened = session->open(datagram, header.counter, now); !opened) {
    switch (opened.error()) {
      case OpenError::Expired:
        return drop(DropReason::SessionExpired);
      case OpenError::BadTag:
        return drop(DropReason::BadTag);
      case OpenError::Replayed:
        return drop(DropReason::ReplayedCounter);
    }
  }
  on_authentic(*peer, from, now);
  // Paper §5.4.6: the first message proves that the initiator has the keys.
  if (peer->keyring.confirm(*session)) on_session_ready(*peer, Role::Responder, now);
  const Session* current = peer->keyring.current();
  if (current != nullptr && current->wants_rekey_after_receiving(now) &&
      !std::exchange(peer->renewed_on_receipt, true)) {
    initiate(*peer, Attempt::New, now);
  }
  if (datagram.empty()) {
    ++counters_.keepalives_received;
    return {.peer = peer->id};
  }
  peer->timers.on_packet_received(now);
  return accept_inner(*peer, std::move(datagram));
}

ReceiveResult Tunnel::accept_inner(Peer& peer, wire::Packet packet) {
  const auto route = wire::parse_ip_route(packet.bytes());
  if (!route) return drop(DropReason::InnerNotIp);
  // Paper §2: a peer may speak only from the addresses that are routed to it.
  if (routes_.find(route->source) != peer.id) return drop(DropReason::SourceNotAllowed);
  packet.trim_back(packet.size() - route->total_length);
  ++counters_.packets_received;
  ++peer.packets_received;
  counters_.bytes_received += ByteCount(static_cast<std::int64_t>(packet.size()));
  return {.packet = std::move(packet), .peer = peer.id};
}

void Tunnel::on_authentic(Peer& peer, const wire::Endpoint& from, Instant now) {
  peer.last_received = now;
  peer.timers.on_authentic_received(now);
  if (peer.endpoint == from) return;
  push_event({now, peer.id, EndpointChanged{peer.endpoint, from}});
  peer.endpoint = from;
}

void Tunnel::send_keepalive(Peer& peer, Instant now) {
  if (!peer.endpoint) return;
  if (Session* session = peer.keyring.sending(now)) {
    push_datagram(seal(peer, *session, pool_.make(0), now));
  } else {
    initiate(peer, Attempt::New, now);
  }
}

void Tunnel::handle_timeout(Instant now) {
  for (const auto& peer : peers_) {
    if (!peer) continue;
    while (const auto kind = peer->timers.take_due(now)) run_timer(*peer, *kind, now);
  }
}

void Tunnel::run_timer(Peer& peer, TimerKind kind, Instant now) {
  switch (kind) {
    case TimerKind::RetryHandshake:
      if (peer.timers.attempt_is_over(now)) return give_up(peer, now);
      return initiate(peer, Attempt::Retry, now);
    case TimerKind::PassiveKeepalive:
      send_keepalive(peer, now);
      return peer.timers.on_passive_keepalive_sent(now);
    case TimerKind::NewHandshake:
      return initiate(peer, Attempt::New, now);
    case TimerKind::PersistentKeepalive:
      return send_keepalive(peer, now);
    case TimerKind::EraseKeys:
      peer.keyring.erase();
      peer.pending.reset();
      return push_event({now, peer.id, KeysErased{}});
  }
}

void Tunnel::give_up(Peer& peer, Instant now) {
  const std::size_t dropped = peer.staged.size();
  counters_.drops[static_cast<std::size_t>(DropReason::HandshakeGaveUp)] += dropped;
  staged_ -= dropped;
  peer.staged.clear();
  peer.pending.reset();
  peer.attempts = 0;
  peer.timers.on_gave_up(now);
  push_event({now, peer.id, HandshakeGaveUp{dropped}});
}

Timeout Tunnel::next_timeout() const {
  Timeout earliest;
  for (const auto& peer : peers_) {
    if (!peer) continue;
    const Timeout next = peer->timers.next();
    if (next.at < earliest.at) earliest = next;
  }
  return earliest;
}

std::optional<Datagram> Tunnel::poll_datagram(Instant now) {
  if (!outbox_.empty()) {
    Datagram datagram = std::move(outbox_.front());
    outbox_.pop_front();
    return datagram;
  }
  if (staged_ == 0) return std::nullopt;
  for (const auto& peer : peers_) {
    if (!peer || peer->staged.empty()) continue;
    Session* session = peer->keyring.sending(now);
    if (session == nullptr) continue;
    wire::Packet packet = std::move(peer->staged.front());
    peer->staged.pop_front();
    --staged_;
    return seal(*peer, *session, std::move(packet), now);
  }
  return std::nullopt;
}

std::optional<Event> Tunnel::poll_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void Tunnel::connect(PeerId peer, Instant now) {
  if (!is_ready(peer, now)) initiate(*peers_.at(peer.value), Attempt::New, now);
}

bool Tunnel::is_ready(PeerId id, Instant now) const {
  const auto& peer = peers_.at(id.value);
  const Session* current = peer ? peer->keyring.current() : nullptr;
  return current != nullptr && current->may_send(now) && peer->staged.empty();
}

std::optional<PeerId> Tunnel::find_peer(const PublicKey& key) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second;
}

std::optional<PeerId> Tunnel::find_route(const wire::IpAddress& address) const {
  return routes_.find(address);
}

std::vector<PeerSnapshot> Tunnel::snapshot(Instant now) const {
  std::vector<PeerSnapshot> out;
  for (const auto& peer : peers_) {
    if (!peer) continue;
    PeerSnapshot entry{.id = peer->id,
                       .key = peer->key,
                       .endpoint = peer->endpoint,
                       .staged = peer->staged.size(),
                       .packets_sent = peer->packets_sent,
                       .packets_received = peer->packets_received,
                       .last_session = peer->last_session,
                       .last_received = peer->last_received};
    if (const Session* session = peer->keyring.current()) {
      entry.session = SessionSnapshot{.role = session->role(),
                                      .age = now - session->established(),
                                      .sent = session->sent(),
                                      .greatest_received = session->greatest_received(),
                                      .usable = session->may_send(now)};
    }
    out.push_back(entry);
  }
  return out;
}

void Tunnel::push_datagram(Datagram datagram) {
  if (outbox_.size() >= kMaxOutbox) {
    static_cast<void>(drop(DropReason::OutboxFull));
    return;
  }
  outbox_.push_back(std::move(datagram));
}

void Tunnel::push_event(Event event) {
  if (events_.size() >= kMaxEvents) {
    events_.pop_front();
    ++counters_.events_lost;
  }
  events_.push_back(std::move(event));
}

ReceiveResult Tunnel::drop(DropReason reason) {
  ++counters_.drops[static_cast<std::size_t>(reason)];
  return {.dropped = reason};
}

Peer* Tunnel::peer_of(Index index) {
  const auto id = indices_.find(index);
  return id ? peers_[id->value].get() : nullptr;
}

}  // namespace inflight::tunnel
