// A Lab run: two hosts, each inside a tunnel, and a path between them, in virtual time. The same scenario
// gives the same run, bit for bit, whatever the speed at which it is driven.
#pragma once

#include <memory>

#include "host/host.h"
#include "host/session.h"
#include "lab/scenario.h"

namespace inflight::lab {

// Who watches the packets of a run. Taps may be null and must outlive the session.
struct Watchers {
  host::PacketTap* sender = nullptr;
  host::PacketTap* receiver = nullptr;
  // The tunnels tell their ephemeral keys to the taps, so that captures can be decrypted. Lab keys
  // protect nothing.
  bool reveal_keys = false;
};

// The scenario must be valid (see validate()). The tunnel's handshake is done when this returns: t = 0 is
// the application's connect.
std::unique_ptr<host::Session> make_session(const Scenario& scenario, const Watchers& watchers = {});

}  // namespace inflight::lab
