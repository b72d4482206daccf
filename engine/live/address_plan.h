// Who has which address and port inside the tunnel between a client and a server of ours. The
// client's addresses follow from its public key, so that nobody has to hand them out.
#pragma once

#include "tunnel/keys.h"
#include "tunnel/routes.h"
#include "wire/address.h"

namespace inflight::live {

inline constexpr std::uint16_t kControlPort = 7777;
inline constexpr std::uint16_t kDataPort = 7778;
inline constexpr std::uint16_t kDefaultTunnelPort = 51820;

// 10.66.0.1 and fd69:6e66::1.
wire::IpAddress server_address(wire::IpVersion version);
// The blocks that clients' addresses are taken from; the server's own are in neither.
wire::Prefix client_block(wire::IpVersion version);
inline wire::IpAddress client_address(wire::IpVersion version, const tunnel::PublicKey& key) {
  return tunnel::derived_address(client_block(version), key);
}
// The whole address as an allowed IP.
inline wire::Prefix single(const wire::IpAddress& address) {
  return {address, address.bit_length()};
}

}  // namespace inflight::live
