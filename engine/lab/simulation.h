// A Lab run: two hosts, each inside a tunnel, and a path between them, in virtual time. The same
// scenario gives the same run, bit for bit, whatever the speed at which it is driven.
#pragma once

#include <memory>

#include "host/session.h"
#include "lab/scenario.h"
#include "trace/trace.h"
#include "wire/packet_tap.h"

namespace inflight::lab {

// Who watches the packets of a run. Taps may be null and must outlive the session.
struct Watchers {
  wire::PacketTap* sender = nullptr;
  wire::PacketTap* receiver = nullptr;
};

// The scenario must be valid (see validate()). The tunnel's handshake is done when this returns: t
// = 0 is the application's connect.
std::unique_ptr<host::Session> make_session(const Scenario& scenario,
                                            const Watchers& watchers = {});

// The wall clock of a Lab run: since runs repeat bit for bit, theirs stands still. `now` counts
// from before the tunnel's handshake, as the taps' times do.
std::chrono::nanoseconds to_unix(Instant now);

}  // namespace inflight::lab
