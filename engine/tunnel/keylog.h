// The text with which Wireshark decrypts a session: lines for a key log file or for a pcapng's
// Decryption Secrets Block (secrets type 0x57474b4c). It holds long-term secrets: for the Lab's
// keys only.
#pragma once

#include <string>

#include "tunnel/keys.h"
#include "tunnel/report.h"

namespace inflight::tunnel {

// Four lines for one handshake, in the order that Wireshark needs: the preshared key belongs to the
// ephemeral key above it. To be written before the handshake's first packet.
std::string keylog_lines(const PrivateKey& own_static, const EphemeralRevealed& revealed);

}  // namespace inflight::tunnel
