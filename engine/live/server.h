// What `serve` runs: the far end of a measurement. Accepts any initiator who knows its public key
// (or only those on a list), speaks the control protocol (message.h) and sends or reads one
// transfer at a time, at most a minute long. Reads and writes no files. One thread owns it; only
// request_stop() may be called from others.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "live/test_settings.h"
#include "tunnel/keys.h"
#include "wire/address.h"

namespace inflight::live {

struct ServerConfig {
  wire::Endpoint listen;
  // Nothing: a key made for this server.
  std::optional<tunnel::PrivateKey> identity;
  // Empty: whoever knows our public key.
  std::vector<tunnel::PublicKey> allowed;
  // "inflight 0.1.0"
  std::string program = "inflight";
  // A control connection that is silent for so long, before or after its transfer, is closed.
  Duration idle_limit = 5s;
};

struct ServerError {
  // A sentence with a cause and a next step.
  std::string text;
};

// What happened, for the log.
struct ServerEvent {
  enum class Kind : std::uint8_t { Connected, Began, Ended, Refused };
  Kind kind = Kind::Connected;
  // The client's address inside the tunnel.
  wire::Endpoint client;
  Direction direction = Direction::Down;
  // Ended: payload that was sent and acknowledged, or read.
  ByteCount bytes;
  // Refused: why.
  std::string reason;
};

class Server {
 public:
  static std::expected<std::unique_ptr<Server>, ServerError> open(const ServerConfig& config);
  ~Server();

  // Where the socket is bound.
  const wire::Endpoint& local() const;
  const tunnel::PublicKey& public_key() const;
  // Serves for so long, or until asked to stop; false once it was.
  bool serve_for(Duration time);
  // From any thread: serve_for returns within milliseconds.
  void request_stop();
  std::optional<ServerEvent> poll_event();
  // Control connections at this moment.
  std::size_t clients() const;
  // Transfers that came to their end.
  std::int64_t finished() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace inflight::live
