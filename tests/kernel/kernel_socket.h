// A TCP socket of the kernel's, non-blocking, as the other end of our stack: writes position-coded
// bytes, checks those that it reads, and keeps both accounts.
#pragma once

#include <netinet/tcp.h>

#include <QByteArray>
#include <QCryptographicHash>
#include <cstdint>
#include <optional>
#include <vector>

#include "host/workload.h"
#include "wire/address.h"

namespace inflight::testing {

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int value() const { return value_; }

 private:
  int value_;
};

struct KernelOptions {
  // "reno", "cubic", "bbr"
  QByteArray congestion = "cubic";
  // SO_RCVBUF in bytes; 0: as the kernel has it.
  int receive_buffer = 0;
};

// In the namespace of the thread that makes it.
class KernelListener {
 public:
  KernelListener(const wire::Endpoint& local, const KernelOptions& options);
  int descriptor() const { return descriptor_.value(); }
  // Nothing while nobody has come.
  std::optional<Descriptor> accept();

 private:
  Descriptor descriptor_;
};

// The connection attempt has begun when this returns.
Descriptor kernel_connect(const wire::Endpoint& remote, const KernelOptions& options);

// What is done on one connection.
struct KernelPlan {
  // Then its direction is closed.
  std::int64_t bytes_to_write = 0;
  // Close our direction only once the peer has closed its own.
  bool write_after_peer_closed = false;
  // Leave what arrives unread until told otherwise.
  bool paused = false;
};

class KernelStream {
 public:
  // `payload` outlives it.
  KernelStream(Descriptor descriptor, const KernelPlan& plan, const host::Payload& payload);

  // Writes and reads what can be.
  void run();
  void resume() { plan_.paused = false; }
  // Closes with a RST.
  void reset();
  int descriptor() const { return descriptor_.value(); }
  // Of poll(2): what it waits for.
  short events() const;

  std::int64_t written() const { return written_; }
  std::int64_t read() const { return read_; }
  bool closed_by_peer() const { return end_; }
  // Both directions are closed, or it failed.
  bool over() const { return (end_ && shut_) || error_ != 0; }
  // An errno, 0 if all went well.
  int error() const { return error_; }
  // A byte was not what it should have been.
  bool corrupted() const { return corrupted_; }
  QByteArray written_sha256() const { return written_hash_.result().toHex(); }
  tcp_info info() const;

 private:
  bool connected();
  void write();
  void read_all();

  Descriptor descriptor_;
  KernelPlan plan_;
  const host::Payload& payload_;
  QCryptographicHash written_hash_{QCryptographicHash::Sha256};
  std::int64_t written_ = 0;
  std::int64_t read_ = 0;
  bool connected_ = false;
  bool shut_ = false;
  bool end_ = false;
  bool corrupted_ = false;
  int error_ = 0;
};

}  // namespace inflight::testing
