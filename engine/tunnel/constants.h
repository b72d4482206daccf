// WireGuard's constants: times and limits of its state machine, sizes of its messages. Source: the
// WireGuard paper §5 and §6, with the figures of the reference implementations where the paper
// leaves a choice. What a user of the tunnel may choose stands in tunnel.h's Config instead.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace inflight::tunnel {

// A session is renewed by its initiator after this many messages or this much time ...
inline constexpr std::uint64_t kRekeyAfterMessages = std::uint64_t{1} << 60;
inline constexpr Duration kRekeyAfterTime = 120s;
// ... and neither sends nor receives beyond these.
inline constexpr std::uint64_t kRejectAfterMessages = UINT64_MAX - (std::uint64_t{1} << 13);
inline constexpr Duration kRejectAfterTime = 180s;
// Between two initiations to one peer, and how long to keep trying.
inline constexpr Duration kRekeyTimeout = 5s;
inline constexpr Duration kRekeyAttemptTime = 90s;
// Added to the retry, so that two peers that started together do not stay in step.
inline constexpr Duration kMaxJitter = 333ms;
inline constexpr Duration kKeepaliveTimeout = 10s;
// Initiations of both ends that are closer together than this have crossed on the way.
inline constexpr Duration kCrossingTime = 1s;
// All keys of a peer are erased this long after its last new session.
inline constexpr Duration kEraseKeysAfter = 3 * kRejectAfterTime;
// An initiator that receives on a session older than this renews it while it still can.
inline constexpr Duration kRekeyOnReceiveAfter =
    kRejectAfterTime - kKeepaliveTimeout - kRekeyTimeout;
// Life of a cookie, and of the secret it is made from.
inline constexpr Duration kCookieLifetime = 120s;
// At most 50 initiations a second are consumed from one peer.
inline constexpr Duration kMinInitiationInterval = 20ms;

inline constexpr std::size_t kMacSize = 16;
inline constexpr std::size_t kTagSize = 16;
inline constexpr std::size_t kTimestampSize = 12;
inline constexpr std::size_t kCookieNonceSize = 24;

inline constexpr std::size_t kInitiationSize = 148;
inline constexpr std::size_t kResponseSize = 92;
inline constexpr std::size_t kCookieReplySize = 64;
inline constexpr std::size_t kTransportHeaderSize = 16;
// What a transport message adds to the padded packet.
inline constexpr std::size_t kTransportOverhead = kTransportHeaderSize + kTagSize;
inline constexpr std::size_t kPaddingMultiple = 16;

// Packets that wait for a session, per peer; beyond this the oldest goes.
inline constexpr std::size_t kMaxStagedPackets = 128;

}  // namespace inflight::tunnel
