// A server on a thread of its own, on a free port of the loopback, for as long as this lives.
#pragma once

#include <memory>
#include <thread>

#include "live/client_session.h"
#include "live/server.h"
#include "tunnel/key_source.h"

namespace inflight::live {

inline const wire::Endpoint kAnyLoopbackPort{wire::IpAddress::v4(127, 0, 0, 1), 0};

class RunningServer {
 public:
  explicit RunningServer(ServerConfig config = {}) {
    config.listen = kAnyLoopbackPort;
    config.identity = tunnel::SystemKeySource().private_key();
    auto opened = Server::open(config);
    CHECK(opened.has_value());
    server_ = std::move(*opened);
    thread_ = std::jthread([this] {
      while (server_->serve_for(1s)) {
      }
    });
  }
  ~RunningServer() { server_->request_stop(); }

  Target target() const { return {"127.0.0.1", server_->local().port, server_->public_key()}; }

 private:
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

inline ClientConfig client_of(const Target& target, Direction direction, Duration duration) {
  ClientConfig config;
  config.target = target;
  config.settings.direction = direction;
  config.settings.duration = duration;
  return config;
}

}  // namespace inflight::live
