// The Noise handshake of WireGuard (IKpsk2, paper §5.4.1 to §5.4.5), step by step: each step takes
// what the one before left and is a function of its arguments. Ephemeral keys, indices and time are
// handed in. Knows nothing of macs and cookies (cookie.h), retries and replies (tunnel.h).
#pragma once

#include <expected>

#include "tunnel/crypto.h"
#include "tunnel/keys.h"
#include "tunnel/messages.h"
#include "tunnel/timestamp.h"

namespace inflight::tunnel {

// A static key pair.
struct Identity {
  PrivateKey private_key;
  PublicKey public_key;
};

Identity make_identity(const PrivateKey& private_key);

// What both ends carry from message to message: C and H of the paper.
struct NoiseState {
  ChainingKey chaining_key;
  Hash hash{};

  bool operator==(const NoiseState&) const = default;
};

// The state before the first message, for the responder's static key.
NoiseState initial_state(const PublicKey& responder);

// BadKey: a Diffie-Hellman result was zero. BadTag: something did not open.
enum class HandshakeError { BadKey, BadTag };

// What the initiator keeps until the response comes.
struct PendingHandshake {
  Index index = 0;
  PrivateKey ephemeral;
  NoiseState noise;
};

struct MadeInitiation {
  Initiation message;
  PendingHandshake pending;
};

struct InitiationInput {
  const Identity& self;
  const PublicKey& responder;
  // shared_secret(self.private_key, responder), which a peer computes once.
  const SharedSecret& static_shared;
  const PrivateKey& ephemeral;
  Index index = 0;
  Timestamp timestamp;
};

// The macs are left zero. BadKey only when the responder's key is of small order.
std::expected<MadeInitiation, HandshakeError> make_initiation(const InitiationInput& input);

// An initiation as far as the responder has opened it.
struct OpenedInitiation {
  Index sender = 0;
  PublicKey ephemeral;
  // Who claims to ask; proven only by open_timestamp.
  PublicKey initiator;
  NoiseState noise;
};

std::expected<OpenedInitiation, HandshakeError> open_initiation(const Identity& self,
                                                                const Initiation& message);
// Proves that the initiator owns the key it claims; `static_shared` is made with that key.
std::expected<Timestamp, HandshakeError> open_timestamp(OpenedInitiation& opened,
                                                        const Initiation& message,
                                                        const SharedSecret& static_shared);

// The two keys of a session, as this end uses them.
struct TransportKeys {
  SymmetricKey sending;
  SymmetricKey receiving;
};

struct MadeResponse {
  Response message;
  TransportKeys keys;
};

// After open_timestamp. The macs are left zero.
std::expected<MadeResponse, HandshakeError> make_response(const OpenedInitiation& opened,
                                                          const PresharedKey& preshared,
                                                          const PrivateKey& ephemeral, Index index);

// `pending` is not changed, so a forged response leaves the handshake able to complete.
std::expected<TransportKeys, HandshakeError> open_response(const PendingHandshake& pending,
                                                           const Identity& self,
                                                           const PresharedKey& preshared,
                                                           const Response& message);

}  // namespace inflight::tunnel
