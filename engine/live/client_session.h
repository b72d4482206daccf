// Measuring a real path: a session that brings a tunnel up to a server of ours, transfers in one
// direction for a while, and describes the sending side, whichever end that is (the server streams
// what it sees). In real time: run_until serves the socket until that instant of the session's time
// line or for 10 ms, whichever comes first, so that whoever owns the session can always stop it and
// show what comes. A session that is destroyed in mid-run tells the server so.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/session.h"
#include "io/clock.h"
#include "live/peer_url.h"
#include "live/test_settings.h"
#include "wire/packet_tap.h"

namespace inflight::live {

// What a session is about; each before Measuring has ClientConfig::answer_limit.
enum class ClientPhase : std::uint8_t {
  Resolving,   // the server's name
  Handshake,   // of the tunnel
  Connecting,  // the two ends agree, on the control connection
  Measuring,
  Finishing,  // the server's totals are awaited
};

struct ClientConfig {
  // With its key.
  Target target;
  // Nothing: a key made for this run.
  std::optional<tunnel::PrivateKey> identity;
  TransferSettings settings;
  // "inflight 0.1.0"
  std::string program = "inflight";
  // How long each answer before the transfer may take, and the server be silent during it.
  Duration answer_limit = 5s;
  // Told of the phase, on the session's thread, maybe more than once; empty for nobody.
  std::function<void(ClientPhase)> on_phase;
  // Null for none; must outlive the session. Its times are those of `clock`, not of the trace.
  wire::PacketTap* tap = nullptr;
  // The session's time line begins where the configuration is made.
  io::Clock clock;
};

// t = 0 is the connect of the data connection, after the tunnel is up and the two ends have agreed.
std::unique_ptr<host::Session> make_client_session(ClientConfig config);

}  // namespace inflight::live
