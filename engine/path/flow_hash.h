// The flow that a queue sees in an IP packet: addresses, protocol and, of TCP and UDP, the ports.
// What runs inside a tunnel is one flow to it, the tunnel's.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace inflight::path {

// A hash of the flow, different for each `salt`. Later fragments have no ports and are flows of
// their own; what is no IP packet is all one flow.
std::uint64_t flow_hash(Bytes packet, std::uint64_t salt);

}  // namespace inflight::path
