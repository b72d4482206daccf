// A network namespace of the test's own: nobody else's addresses, counters or settings. It has no
// name and goes with the process, whatever becomes of that. The main thread enters and leaves it;
// sockets and devices stay where they were made.
#pragma once

#include <QMap>
#include <QString>
#include <expected>

namespace inflight::testing {

class Namespace {
 public:
  // What the system says if it may not be made.
  static std::expected<Namespace, QString> make();
  Namespace(Namespace&& other) noexcept;
  Namespace& operator=(Namespace&&) = delete;
  ~Namespace();

  // This thread is in the namespace while one of these lives; not one inside another.
  class Inside {
   public:
    explicit Inside(const Namespace& space);
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside();

   private:
    int home_;
  };

  // A value under /proc/sys, "net/ipv4/tcp_sack"; false if there is no such key.
  bool set(const QString& key, const QString& value) const;
  // The kernel's counters, "TcpExt.TCPChallengeACK", out of /proc/net/snmp and netstat.
  QMap<QString, qint64> counters() const;

 private:
  explicit Namespace(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

// Why this machine lets us do none of this (no root, no TUN driver); empty if it does.
QString missing_privilege();

}  // namespace inflight::testing
