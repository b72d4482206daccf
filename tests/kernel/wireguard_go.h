// wireguard-go, the reference implementation in user space, as the other end of our tunnel: a
// process with a TUN device on which the kernel's TCP runs. Needs `wireguard-go` and `wg`.
#pragma once

#include <QProcess>
#include <QString>

#include "io/network_interface.h"
#include "tunnel/keys.h"

namespace inflight::testing {

class WireguardGo {
 public:
  // Which of the two programs is not installed; empty if both are.
  static QString missing();

  // In the namespace of the thread that makes it, whose loopback must be up. The device is up and
  // has this address.
  WireguardGo(const tunnel::PrivateKey& key, const io::InterfaceAddress& address);
  ~WireguardGo();

  // The peer with this key is at 127.0.0.1:`port`, or, at 0, wherever it comes from.
  bool add_peer(const tunnel::PublicKey& key, std::uint16_t port, const QString& allowed_ips);
  // Where it listens on UDP.
  std::uint16_t port() const;

 private:
  QProcess process_;
};

}  // namespace inflight::testing
