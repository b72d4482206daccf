// Between our endpoints and the system's socket addresses.
#pragma once

#include <sys/socket.h>

#include "wire/address.h"

namespace inflight::io {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// With `as_v6`, an IPv4 endpoint becomes ::ffff:a.b.c.d, as an IPv6 socket wants it.
SocketAddress to_socket_address(const wire::Endpoint& endpoint, bool as_v6);
// ::ffff:a.b.c.d gives the IPv4 endpoint; anything but IPv4 and IPv6 the unspecified one.
wire::Endpoint to_endpoint(const sockaddr_storage& address);

}  // namespace inflight::io
