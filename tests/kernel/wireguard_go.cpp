#include "kernel/wireguard_go.h"

#include <QElapsedTimer>
#include <QProcessEnvironment>
#include <QStandardPaths>
#include <QStringList>

#include "base/check.h"

namespace inflight::testing {
namespace {

constexpr const char* kDevice = "wg0";
constexpr int kStartLimitMs = 30'000;
constexpr std::int64_t kMtu = 1280;

// Its output; nothing if it failed.
std::optional<QString> wg(const QStringList& arguments, const QByteArray& input = {}) {
  QProcess process;
  process.start("wg", arguments);
  process.write(input);
  process.closeWriteChannel();
  if (!process.waitForFinished() || process.exitCode() != 0) return std::nullopt;
  return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

}  // namespace

QString WireguardGo::missing() {
  for (const char* program : {"wireguard-go", "wg"}) {
    if (QStandardPaths::findExecutable(program).isEmpty()) return program;
  }
  return {};
}

WireguardGo::WireguardGo(const tunnel::PrivateKey& key, const io::InterfaceAddress& address) {
  auto environment = QProcessEnvironment::systemEnvironment();
  environment.insert("WG_PROCESS_FOREGROUND", "1");
  // It warns at length where the kernel has WireGuard, too.
  environment.insert("WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD", "1");
  process_.setProcessEnvironment(environment);
  process_.start("wireguard-go", {"-f", kDevice});
  QElapsedTimer waited;
  waited.start();
  while (!wg({"show", kDevice}) && waited.elapsed() < kStartLimitMs) process_.waitForFinished(20);
  const std::string text = tunnel::to_base64(key) + "\n";
  CHECK(wg({"set", kDevice, "private-key", "/dev/stdin"}, QByteArray::fromStdString(text)));
  io::NetworkInterface interface(kDevice);
  CHECK(interface.set_mtu(kMtu).has_value());
  CHECK(interface.add_address(address).has_value());
  CHECK(interface.bring_up().has_value());
}

WireguardGo::~WireguardGo() {
  process_.kill();
  process_.waitForFinished();
}

bool WireguardGo::add_peer(const tunnel::PublicKey& key, std::uint16_t port,
                           const QString& allowed_ips) {
  QStringList arguments{"set",         kDevice,    "peer", QString::fromStdString(to_base64(key)),
                        "allowed-ips", allowed_ips};
  if (port != 0) arguments += {"endpoint", "127.0.0.1:" + QString::number(port)};
  return wg(arguments).has_value();
}

std::uint16_t WireguardGo::port() const {
  return wg({"show", kDevice, "listen-port"}).value_or("0").toUShort();
}

}  // namespace inflight::testing
