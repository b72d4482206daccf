// What the tunnel tells the outside, as plain values: why something was dropped, what happened, how
// much, and when to call again. No behaviour but names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "base/units.h"
#include "tunnel/keys.h"
#include "wire/address.h"

namespace inflight::tunnel {

// A peer's place in the tunnel's table. The place of an accepted peer may be given to another one
// after a PeerRemoved.
struct PeerId {
  std::uint32_t value = 0;

  auto operator<=>(const PeerId&) const = default;
};

enum class DropReason : std::uint8_t {
  // Outgoing packets.
  NotIp,
  TooBig,
  NoRoute,
  NoEndpoint,
  StageOverflow,
  HandshakeGaveUp,
  // Our own handshake messages and keepalives that found their queue full.
  OutboxFull,
  // Incoming datagrams.
  Malformed,
  BadMac1,
  CookieDemanded,
  RateLimited,
  BadHandshake,
  UnknownPeer,
  PeerTableFull,
  ReplayedInitiation,
  InitiationFlood,
  CrossedInitiation,
  UnknownIndex,
  UnexpectedMessage,
  BadCookieReply,
  SessionExpired,
  BadTag,
  ReplayedCounter,
  InnerNotIp,
  SourceNotAllowed,
};
inline constexpr std::size_t kDropReasons =
    static_cast<std::size_t>(DropReason::SourceNotAllowed) + 1;

// A short English phrase: "no route to a peer".
std::string_view to_string(DropReason reason);

enum class TimerKind : std::uint8_t {
  RetryHandshake,
  PassiveKeepalive,
  NewHandshake,
  PersistentKeepalive,
  EraseKeys,
};
inline constexpr std::size_t kTimerKinds = static_cast<std::size_t>(TimerKind::EraseKeys) + 1;

// When to call handle_timeout, and for what; `at` is kNever when nothing is due.
struct Timeout {
  Instant at = kNever;
  TimerKind reason{};
};

enum class Role { Initiator, Responder };

struct InitiationSent {
  // 1 for the first of an attempt.
  int attempt = 1;
};
// A handshake gave new keys; as a responder they are confirmed by the initiator's first message.
struct SessionMade {
  Role role{};
  std::uint32_t local_index = 0;
  std::uint32_t remote_index = 0;
};
// The session is ready for sending.
struct SessionReady {
  Role role{};
  // Not the first session with this peer.
  bool is_rekey = false;
};
struct CookieReceived {};
// No answer for 90 s; what waited for the session was dropped.
struct HandshakeGaveUp {
  std::size_t dropped_packets = 0;
};
struct KeysErased {};
// The peer's latest authentic message came from another endpoint than before.
struct EndpointChanged {
  std::optional<wire::Endpoint> before;
  wire::Endpoint now;
};
// An unknown initiator got a place, or lost it.
struct PeerAccepted {
  PublicKey key;
};
struct PeerRemoved {
  PublicKey key;
};
// What makes the next session readable for who watches. Only with Config::reveal_ephemerals; comes
// before the handshake message that it belongs to.
struct EphemeralRevealed {
  Role role{};
  PrivateKey ephemeral;
  PublicKey peer;
  PresharedKey preshared;
};

struct Event {
  Instant at;
  PeerId peer;
  std::variant<InitiationSent, SessionMade, SessionReady, CookieReceived, HandshakeGaveUp,
               KeysErased, EndpointChanged, PeerAccepted, PeerRemoved, EphemeralRevealed>
      what;
};

// Since the tunnel was made; all peers together.
struct Counters {
  // Transport messages that carried a packet, and the bytes of those packets without padding.
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  ByteCount bytes_sent;
  ByteCount bytes_received;
  std::uint64_t keepalives_sent = 0;
  std::uint64_t keepalives_received = 0;
  std::uint64_t initiations_sent = 0;
  std::uint64_t initiations_received = 0;
  std::uint64_t responses_sent = 0;
  std::uint64_t responses_received = 0;
  std::uint64_t cookie_replies_sent = 0;
  std::uint64_t cookie_replies_received = 0;
  // Sessions ready for sending, the first of each peer included.
  std::uint64_t sessions = 0;
  std::uint64_t rekeys = 0;
  // Events that nobody fetched in time.
  std::uint64_t events_lost = 0;
  // Indexed by DropReason; packets for the outgoing reasons, datagrams for the others.
  std::array<std::uint64_t, kDropReasons> drops{};

  std::uint64_t dropped(DropReason reason) const { return drops[static_cast<std::size_t>(reason)]; }
};

struct SessionSnapshot {
  Role role{};
  Duration age{};
  // Transport messages sent; greatest counter received.
  std::uint64_t sent = 0;
  std::uint64_t greatest_received = 0;
  // Young enough to send with.
  bool usable = false;
};

struct PeerSnapshot {
  PeerId id;
  PublicKey key;
  std::optional<wire::Endpoint> endpoint;
  std::optional<SessionSnapshot> session;
  // Packets that wait for a session.
  std::size_t staged = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::optional<Instant> last_session;
  std::optional<Instant> last_received;
};

}  // namespace inflight::tunnel
