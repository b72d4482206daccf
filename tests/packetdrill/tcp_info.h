// What a connection tells of itself, as Linux's struct tcp_info.
#pragma once

#include "packetdrill/socket.h"
#include "packetdrill/tcp_info_layout.h"

namespace inflight::packetdrill {

// Of a socket without a connection: its state and what was configured.
TcpInfo make_tcp_info(const Socket& socket, const tcp::Connection* connection, Instant now);

}  // namespace inflight::packetdrill
