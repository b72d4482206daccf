// "Try on this machine": a server of ours on the loopback, on a thread of its own, for as long as
// this lives. Made and asked from one thread; that thread waits for nothing but the end of the
// server, which takes milliseconds.
#pragma once

#include <QString>
#include <cstdint>
#include <expected>
#include <memory>
#include <thread>

namespace inflight::live {
class Server;
}

namespace inflight::ui {

class LoopbackServer {
 public:
  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // Begins to serve, if it does not yet, on this port (0: a free one). The URL to measure to, or a
  // sentence why there is none.
  std::expected<QString, QString> start(std::uint16_t port = 0);
  void stop();
  bool isRunning() const { return m_server != nullptr; }
  // Empty while it does not run.
  QString url() const;

 private:
  std::unique_ptr<live::Server> m_server;
  std::thread m_thread;
};

}  // namespace inflight::ui
