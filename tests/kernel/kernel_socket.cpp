#include "kernel/kernel_socket.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "io/socket_address.h"

namespace inflight::testing {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

// The system's functions take every kind of socket address as this one.
const sockaddr* generic(const io::SocketAddress& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address.storage));
}

Descriptor open_socket(const wire::IpAddress& address, const KernelOptions& options) {
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  Descriptor made(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  CHECK(made.value() >= 0);
  CHECK(::setsockopt(made.value(), IPPROTO_TCP, TCP_CONGESTION, options.congestion.constData(),
                     static_cast<socklen_t>(options.congestion.size())) == 0);
  if (options.receive_buffer > 0) {
    CHECK(::setsockopt(made.value(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer,
                       sizeof options.receive_buffer) == 0);
  }
  return made;
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  Descriptor moved(std::move(other));
  std::swap(value_, moved.value_);
  return *this;
}

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

KernelListener::KernelListener(const wire::Endpoint& local, const KernelOptions& options)
    : descriptor_(open_socket(local.address, options)) {
  const io::SocketAddress address = io::to_socket_address(local, !local.address.is_v4());
  CHECK(::bind(descriptor_.value(), generic(address), address.size) == 0);
  CHECK(::listen(descriptor_.value(), 128) == 0);
}

std::optional<Descriptor> KernelListener::accept() {
  const int accepted = ::accept4(descriptor_.value(), nullptr, nullptr, SOCK_NONBLOCK);
  if (accepted < 0) return std::nullopt;
  return Descriptor(accepted);
}

Descriptor kernel_connect(const wire::Endpoint& remote, const KernelOptions& options) {
  Descriptor made = open_socket(remote.address, options);
  const io::SocketAddress address = io::to_socket_address(remote, !remote.address.is_v4());
  CHECK(::connect(made.value(), generic(address), address.size) == 0 || errno == EINPROGRESS);
  return made;
}

KernelStream::KernelStream(Descriptor descriptor, const KernelPlan& plan,
                           const host::Payload& payload)
    : descriptor_(std::move(descriptor)), plan_(plan), payload_(payload) {}

void KernelStream::run() {
  if (over() || !connected()) return;
  write();
  if (!plan_.paused) read_all();
}

// To shut a socket down that is still connecting would undo that.
bool KernelStream::connected() {
  if (connected_) return true;
  socklen_t size = sizeof error_;
  CHECK(::getsockopt(descriptor_.value(), SOL_SOCKET, SO_ERROR, &error_, &size) == 0);
  connected_ = error_ == 0 && info().tcpi_state != TCP_SYN_SENT;
  return connected_;
}

void KernelStream::write() {
  if (shut_ || (plan_.write_after_peer_closed && !end_)) return;
  while (written_ < plan_.bytes_to_write) {
    const auto left = static_cast<std::size_t>(plan_.bytes_to_write - written_);
    const Bytes chunk = payload_.at(written_, std::min(left, host::Payload::kPeriod));
    const ssize_t sent = ::send(descriptor_.value(), chunk.data(), chunk.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) error_ = errno;
      return;
    }
    const Bytes taken = chunk.first(static_cast<std::size_t>(sent));
    written_hash_.addData(QByteArrayView(taken.data(), sent));
    written_ += sent;
  }
  CHECK(::shutdown(descriptor_.value(), SHUT_WR) == 0 || errno == ENOTCONN);
  shut_ = true;
}

void KernelStream::read_all() {
  static std::array<std::uint8_t, kPiece> buffer;
  while (!end_) {
    const ssize_t size = ::recv(descriptor_.value(), buffer.data(), buffer.size(), 0);
    if (size < 0) {
      if (errno != EAGAIN) error_ = errno;
      return;
    }
    if (size == 0) {
      end_ = true;
      return;
    }
    const Bytes piece = Bytes(buffer).first(static_cast<std::size_t>(size));
    corrupted_ = corrupted_ || !payload_.matches(read_, piece);
    read_ += size;
  }
}

void KernelStream::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  CHECK(::setsockopt(descriptor_.value(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  descriptor_ = Descriptor();
  error_ = ECONNABORTED;
}

short KernelStream::events() const {
  if (over()) return 0;
  if (!connected_) return POLLOUT;
  const bool writes = !shut_ && (!plan_.write_after_peer_closed || end_);
  const int wanted = (writes ? POLLOUT : 0) | (!end_ && !plan_.paused ? POLLIN : 0);
  return static_cast<short>(wanted);
}

tcp_info KernelStream::info() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  static_cast<void>(::getsockopt(descriptor_.value(), IPPROTO_TCP, TCP_INFO, &info, &size));
  return info;
}

}  // namespace inflight::testing
