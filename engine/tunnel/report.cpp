// The names of the reasons, as they stand in tables and logs.
#include "tunnel/report.h"

namespace inflight::tunnel {
namespace {

constexpr std::array<std::string_view, kDropReasons> kNames{
    "not an IP packet",
    "larger than the tunnel's MTU",
    "no route to a peer",
    "peer's endpoint is not known",
    "too many packets waited for a session",
    "peer did not answer the handshake",
    "too many messages waited to be sent",
    "not a WireGuard message",
    "wrong mac1",
    "under load: sent a cookie",
    "under load: too many from this source",
    "handshake did not open",
    "unknown public key",
    "no place for another peer",
    "old or repeated initiation",
    "initiations too close together",
    "crossed with our own initiation",
    "no such session",
    "not expected now",
    "cookie did not open",
    "session too old",
    "not authentic",
    "repeated or too late",
    "no IP packet inside",
    "source address not allowed for the peer",
};

}  // namespace

std::string_view to_string(DropReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

}  // namespace inflight::tunnel
