// Socket addresses of the C interface as endpoints and back. IPv4-mapped IPv6 addresses are IPv4
// inside the stack.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "wire/address.h"

namespace inflight::packetdrill {

// Nothing if it is too short or of another family than IPv4 and IPv6.
std::optional<wire::Endpoint> from_sockaddr(const sockaddr* address, socklen_t size);
bool is_unspecified_family(const sockaddr* address, socklen_t size);
// As a socket of this domain sees it (AF_INET6 sees IPv4 mapped); cut to `*size`, which becomes its
// full length. Either pointer may be null.
void to_sockaddr(const wire::Endpoint& endpoint, int domain, sockaddr* address, socklen_t* size);

}  // namespace inflight::packetdrill
