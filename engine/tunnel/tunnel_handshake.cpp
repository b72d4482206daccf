// The handshake's half of the tunnel: who may speak to us, initiations and responses in and out,
// cookies, and peers that were accepted unasked. Paper §5.3 and §5.4.
#include <algorithm>
#include <utility>

#include "base/match.h"
#include "tunnel/tunnel.h"

namespace inflight::tunnel {

void Tunnel::initiate(Peer& peer, Attempt attempt, Instant now) {
  if (!peer.endpoint) return;
  if (attempt == Attempt::New) peer.timers.on_attempt(now);
  // Paper §5.1: one initiation per 5 s, and none right behind a response of ours.
  if (peer.last_handshake_sent && now - *peer.last_handshake_sent < kRekeyTimeout) {
    return peer.timers.on_initiation_deferred(*peer.last_handshake_sent + kRekeyTimeout);
  }
  IndexLease lease = indices_.take(peer.id, *keys_);
  const PrivateKey ephemeral = keys_->private_key();
  auto made =
      make_initiation({.self = identity_,
                       .responder = peer.key,
                       .static_shared = peer.static_shared,
                       .ephemeral = ephemeral,
                       .index = lease.index(),
                       .timestamp = make_timestamp(config_.epoch + now.time_since_epoch())});
  // The peer's key was tried when it was added.
  CHECK(made.has_value());
  if (config_.reveal_ephemerals) {
    push_event(
        {now, peer.id, EphemeralRevealed{Role::Initiator, ephemeral, peer.key, peer.preshared}});
  }
  peer.pending.emplace(std::move(made->pending), std::move(lease));
  wire::Packet packet = pool_.make(kInitiationSize);
  emit_initiation(made->message, packet.bytes());
  push_handshake(peer, std::move(packet), MessageType::Initiation, now);
  peer.timers.on_initiation_sent(*keys_, now);
  ++counters_.initiations_sent;
  push_event({now, peer.id, InitiationSent{++peer.attempts}});
}

void Tunnel::push_handshake(Peer& peer, wire::Packet packet, MessageType type, Instant now) {
  peer.stamper.stamp(packet.bytes(), now);
  peer.last_handshake_sent = now;
  peer.timers.on_authentic_sent(now);
  push_datagram({std::move(packet), *peer.endpoint, type});
}

ReceiveResult Tunnel::handle_handshake(const Message& message, Bytes datagram,
                                       const wire::Endpoint& from, Instant now) {
  if (const auto reason = gate_drop(message, datagram, from, now)) return drop(*reason);
  return std::visit(Match{[&](const Initiation& m) { return handle_initiation(m, from, now); },
                          [&](const Response& m) { return handle_response(m, from, now); },
                          [&](const CookieReply& m) { return handle_cookie_reply(m, now); },
                          [&](const TransportHeader&) { return drop(DropReason::Malformed); }},
                    message);
}

std::optional<DropReason> Tunnel::gate_drop(const Message& message, Bytes datagram,
                                            const wire::Endpoint& from, Instant now) {
  // A cookie reply has no macs: it is bound to our own message instead.
  if (std::holds_alternative<CookieReply>(message)) return std::nullopt;
  switch (gate_.admit(datagram, from, *keys_, now)) {
    case Verdict::Admit:
      return std::nullopt;
    case Verdict::BadMac1:
      return DropReason::BadMac1;
    case Verdict::RateLimited:
      return DropReason::RateLimited;
    case Verdict::NeedsCookie:
      break;
  }
  wire::Packet packet = pool_.make(kCookieReplySize);
  emit_cookie_reply(gate_.make_cookie_reply(datagram, from, *keys_, now), packet.bytes());
  push_datagram({std::move(packet), from, MessageType::CookieReply});
  ++counters_.cookie_replies_sent;
  return DropReason::CookieDemanded;
}

ReceiveResult Tunnel::handle_initiation(const Initiation& message, const wire::Endpoint& from,
                                        Instant now) {
  auto opened = open_initiation(identity_, message);
  if (!opened) return drop(DropReason::BadHandshake);
  const auto known = find_peer(opened->initiator);
  if (!known && (!config_.accept_any || opened->initiator == identity_.public_key)) {
    return drop(DropReason::UnknownPeer);
  }
  Peer* peer = known ? peers_[known->value].get() : nullptr;
  const auto shared = peer != nullptr ? std::optional(peer->static_shared)
                                      : shared_secret(identity_.private_key, opened->initiator);
  if (!shared) return drop(DropReason::BadHandshake);
  const auto timestamp = open_timestamp(*opened, message, *shared);
  if (!timestamp) return drop(DropReason::BadHandshake);
  if (peer == nullptr) peer = accept(opened->initiator, *shared, now);
  if (peer == nullptr) return drop(DropReason::PeerTableFull);
  // Paper §5.1: what is not newer than all before it is a replay.
  if (*timestamp <= peer->greatest_timestamp) return drop(DropReason::ReplayedInitiation);
  if (peer->last_initiation_consumed &&
      now - *peer->last_initiation_consumed < kMinInitiationInterval) {
    return drop(DropReason::InitiationFlood);
  }
  peer->greatest_timestamp = *timestamp;
  peer->last_initiation_consumed = now;
  ++counters_.initiations_received;
  if (crosses_our_own(*peer, from, now)) return drop(DropReason::CrossedInitiation);
  on_authentic(*peer, from, now);
  respond(*peer, *opened, now);
  return {.peer = peer->id};
}

// Both ends began at the same moment. Two handshakes would make both of them initiators, who then
// renew at the same moment again, for ever; so the one with the smaller key goes on and the other
// answers. Only for the first attempt and for a moment: our initiation may have been lost, and a
// peer that keeps asking is answered. (The reference implementations abandon both and try again
// later.)
bool Tunnel::crosses_our_own(const Peer& peer, const wire::Endpoint& from, Instant now) const {
  return peer.pending && peer.attempts == 1 && now - *peer.last_handshake_sent < kCrossingTime &&
         peer.endpoint == from && identity_.public_key < peer.key;
}

void Tunnel::respond(Peer& peer, const OpenedInitiation& opened, Instant now) {
  IndexLease lease = indices_.take(peer.id, *keys_);
  const Index local = lease.index();
  const PrivateKey ephemeral = keys_->private_key();
  const auto made = make_response(opened, peer.preshared, ephemeral, local);
  // Only an initiator whose own ephemeral key is of small order gets here; it has proven its
  // identity, and gets no answer.
  if (!made) {
    static_cast<void>(drop(DropReason::BadHandshake));
    return;
  }
  if (config_.reveal_ephemerals) {
    push_event(
        {now, peer.id, EphemeralRevealed{Role::Responder, ephemeral, peer.key, peer.preshared}});
  }
  peer.keyring.add(Session(made->keys, Role::Responder, std::move(lease), opened.sender, now));
  wire::Packet packet = pool_.make(kResponseSize);
  emit_response(made->message, packet.bytes());
  push_handshake(peer, std::move(packet), MessageType::Response, now);
  peer.timers.on_session_made(now);
  ++counters_.responses_sent;
  push_event({now, peer.id, SessionMade{Role::Responder, local, opened.sender}});
}

ReceiveResult Tunnel::handle_response(const Response& message, const wire::Endpoint& from,
                                      Instant now) {
  Peer* peer = peer_of(message.receiver);
  if (peer == nullptr) return drop(DropReason::UnknownIndex);
  if (!peer->pending || peer->pending->lease.index() != message.receiver) {
    return drop(DropReason::UnexpectedMessage);
  }
  const auto keys = open_response(peer->pending->handshake, identity_, peer->preshared, message);
  if (!keys) return drop(DropReason::BadHandshake);
  ++counters_.responses_received;
  on_authentic(*peer, from, now);
  peer->keyring.add(
      Session(*keys, Role::Initiator, std::move(peer->pending->lease), message.sender, now));
  peer->timers.on_session_made(now);
  push_event({now, peer->id, SessionMade{Role::Initiator, message.receiver, message.sender}});
  on_session_ready(*peer, Role::Initiator, now);
  // Paper §5.4.6: the responder may not send before it has received something.
  if (peer->staged.empty()) send_keepalive(*peer, now);
  return {.peer = peer->id};
}

ReceiveResult Tunnel::handle_cookie_reply(const CookieReply& message, Instant now) {
  Peer* peer = peer_of(message.receiver);
  if (peer == nullptr) return drop(DropReason::UnknownIndex);
  if (!peer->stamper.handle_reply(message, now)) return drop(DropReason::BadCookieReply);
  // The cookie is used by the retry; answering at once would let the peer be made to flood.
  ++counters_.cookie_replies_received;
  push_event({now, peer->id, CookieReceived{}});
  return {.peer = peer->id};
}

void Tunnel::on_session_ready(Peer& peer, Role role, Instant now) {
  peer.timers.on_handshake_complete();
  peer.pending.reset();
  peer.attempts = 0;
  peer.renewed_on_receipt = false;
  const bool is_rekey = peer.last_session.has_value();
  ++counters_.sessions;
  if (is_rekey) ++counters_.rekeys;
  peer.last_session = now;
  if (peer.accepted) {
    for (const wire::Prefix& prefix : peer.allowed_ips) {
      // A stranger may take an address from another stranger, never from a configured peer.
      const auto owner = routes_.find(prefix.address);
      if (owner && !peers_[owner->value]->accepted) continue;
      CHECK(routes_.assign(prefix, peer.id));
    }
  }
  push_event({now, peer.id, SessionReady{role, is_rekey}});
}

Peer* Tunnel::accept(const PublicKey& key, const SharedSecret& shared, Instant now) {
  std::size_t accepted = 0;
  const Peer* oldest = nullptr;
  for (const auto& peer : peers_) {
    if (!peer || !peer->accepted) continue;
    ++accepted;
    const Instant heard = peer->last_received.value_or(peer->created);
    const Duration patience = peer->last_session ? kRejectAfterTime : kRekeyTimeout;
    if (now - heard < patience) continue;
    if (oldest == nullptr || heard < oldest->last_received.value_or(oldest->created)) {
      oldest = peer.get();
    }
  }
  if (accepted >= config_.accept_any->max_peers) {
    if (oldest == nullptr) return nullptr;
    remove(oldest->id, now);
  }
  PeerConfig config{.key = key};
  for (const wire::Prefix& block : config_.accept_any->address_blocks) {
    const wire::IpAddress address = derived_address(block, key);
    config.allowed_ips.push_back({address, address.bit_length()});
  }
  auto place = std::ranges::find_if(peers_, [](const auto& peer) { return !peer; });
  if (place == peers_.end()) place = peers_.emplace(place);
  const PeerId id{static_cast<std::uint32_t>(place - peers_.begin())};
  *place = std::make_unique<Peer>(id, config, shared, now);
  (*place)->accepted = true;
  by_key_.emplace(key, id);
  push_event({now, id, PeerAccepted{key}});
  return place->get();
}

void Tunnel::remove(PeerId id, Instant now) {
  auto& peer = peers_[id.value];
  routes_.remove(id);
  by_key_.erase(peer->key);
  staged_ -= peer->staged.size();
  push_event({now, id, PeerRemoved{peer->key}});
  peer.reset();
}

}  // namespace inflight::tunnel
