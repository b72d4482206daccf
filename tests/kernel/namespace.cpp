#include "kernel/namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "io/tun_device.h"

namespace inflight::testing {
namespace {

int open_current() { return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

// Pairs of lines: "Tcp: InSegs InErrs" and "Tcp: 10 0".
void read_counters(const char* path, QMap<QString, qint64>& into) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return;
  const QList<QByteArray> lines = file.readAll().split('\n');
  for (qsizetype i = 0; i + 1 < lines.size(); i += 2) {
    const QList<QByteArray> names = lines[i].split(' ');
    const QList<QByteArray> values = lines[i + 1].split(' ');
    for (qsizetype k = 1; k < std::min(names.size(), values.size()); ++k) {
      into[QString(names[0].chopped(1)) + "." + names[k]] = values[k].toLongLong();
    }
  }
}

}  // namespace

std::expected<Namespace, QString> Namespace::make() {
  const int home = open_current();
  if (home < 0 || ::unshare(CLONE_NEWNET) != 0) {
    const QString reason = std::strerror(errno);
    if (home >= 0) ::close(home);
    return std::unexpected("a network namespace: " + reason);
  }
  Namespace made(open_current());
  CHECK(::setns(home, CLONE_NEWNET) == 0);
  ::close(home);
  return made;
}

Namespace::Namespace(Namespace&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

Namespace::~Namespace() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Namespace::Inside::Inside(const Namespace& space) : home_(open_current()) {
  CHECK(::setns(space.descriptor_, CLONE_NEWNET) == 0);
}

Namespace::Inside::~Inside() {
  CHECK(::setns(home_, CLONE_NEWNET) == 0);
  ::close(home_);
}

bool Namespace::set(const QString& key, const QString& value) const {
  const Inside inside(*this);
  QFile file("/proc/sys/" + key);
  return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) &&
         file.write(value.toUtf8()) == value.size();
}

QMap<QString, qint64> Namespace::counters() const {
  const Inside inside(*this);
  QMap<QString, qint64> counters;
  read_counters("/proc/thread-self/net/snmp", counters);
  read_counters("/proc/thread-self/net/netstat", counters);
  return counters;
}

QString missing_privilege() {
  const auto space = Namespace::make();
  if (!space) return space.error();
  const Namespace::Inside inside(*space);
  const auto device = io::TunDevice::open("probe0");
  return device ? QString() : "a TUN device: " + QString::fromStdString(device.error().reason);
}

}  // namespace inflight::testing
