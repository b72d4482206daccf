// The thread of loopback_server.h.
#include "ui/bridge/loopback_server.h"

#include <QCoreApplication>

#include "live/peer_url.h"
#include "live/server.h"
#include "wire/address.h"

namespace inflight::ui {

namespace {
// It returns earlier when asked to stop.
constexpr Duration kServeFor = 10s;
}  // namespace

LoopbackServer::LoopbackServer() = default;
LoopbackServer::~LoopbackServer() { stop(); }

std::expected<QString, QString> LoopbackServer::start(std::uint16_t port) {
  if (m_server) return url();
  live::ServerConfig config;
  config.listen = {wire::IpAddress::v4(127, 0, 0, 1), port};
  auto opened = live::Server::open(config);
  if (!opened) {
    return std::unexpected(
        QCoreApplication::translate("LoopbackServer", "No server on this machine: %1")
            .arg(QString::fromStdString(opened.error().text)));
  }
  m_server = std::move(*opened);
  m_thread = std::thread([server = m_server.get()] {
    while (server->serve_for(kServeFor)) {
      // Nobody reads them here, and the oldest would keep their place.
      while (server->poll_event()) {
      }
    }
  });
  return url();
}

void LoopbackServer::stop() {
  if (!m_server) return;
  m_server->request_stop();
  m_thread.join();
  m_server.reset();
}

QString LoopbackServer::url() const {
  if (!m_server) return {};
  const auto& local = m_server->local();
  return QString::fromStdString(
      live::to_url({to_string(local.address), local.port, m_server->public_key()}));
}

}  // namespace inflight::ui
