// How connections begin and end: from socket() to close().
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "packetdrill/sockets.h"

namespace inflight::packetdrill {
namespace {

// Linux's net.core.somaxconn.
constexpr int kMostBacklog = 4096;

int error_of(stack::ConnectError error) {
  switch (error) {
    case stack::ConnectError::NoAddress:
      return EADDRNOTAVAIL;
    case stack::ConnectError::NoPort:
      return EADDRNOTAVAIL;
    case stack::ConnectError::AddressInUse:
      return EADDRINUSE;
    case stack::ConnectError::BadRemote:
      return ENETUNREACH;
    case stack::ConnectError::TooManyConnections:
      break;
  }
  return ENOBUFS;
}

// Of an ICMP error, as in Linux's table of them.
int error_of(wire::IcmpMeaning meaning) {
  switch (meaning) {
    case wire::IcmpMeaning::NetworkUnreachable:
      return ENETUNREACH;
    case wire::IcmpMeaning::ProtocolUnreachable:
      return ENOPROTOOPT;
    case wire::IcmpMeaning::PortUnreachable:
      return ECONNREFUSED;
    case wire::IcmpMeaning::ParameterProblem:
      return EPROTO;
    default:
      return EHOSTUNREACH;
  }
}

// `network`: what ICMP said while the connection was tried.
int error_of(const Profile& profile, tcp::EndReason reason,
             std::optional<wire::IcmpMeaning> network, bool peer_closed) {
  switch (reason) {
    case tcp::EndReason::Refused:
      return ECONNREFUSED;
    case tcp::EndReason::ResetByPeer:
      return peer_closed && profile.reset_after_fin_is_pipe ? EPIPE : ECONNRESET;
    case tcp::EndReason::TimedOut:
    case tcp::EndReason::UserTimeout:
    case tcp::EndReason::KeepAlive:
      return network ? error_of(*network) : ETIMEDOUT;
    case tcp::EndReason::Unreachable:
      if (profile.ended_attempts_are_refused && network != wire::IcmpMeaning::TimeExceeded) {
        return ECONNREFUSED;
      }
      return network ? error_of(*network) : EHOSTUNREACH;
    default:
      return 0;
  }
}

}  // namespace

Socket* Sockets::find(int fd) {
  const auto it = sockets_.find(fd);
  return it == sockets_.end() ? nullptr : &it->second;
}

tcp::Connection* Sockets::connection(Socket& socket) {
  return socket.connection ? machine_.stack().find(*socket.connection) : nullptr;
}

void Sockets::observe(Socket& socket) {
  tcp::Connection* const conn = connection(socket);
  if (conn == nullptr) return;
  const tcp::EndReason reason = conn->end_reason();
  if (reason == tcp::EndReason::None) socket.peer_closed = conn->state() == tcp::State::CloseWait;
  if (reason == tcp::EndReason::None || socket.error_raised) return;
  socket.error_raised = true;
  socket.error = error_of(profile_, reason, conn->snapshot().network_error, socket.peer_closed);
}

int Sockets::take_error(Socket& socket) { return std::exchange(socket.error, 0); }

int Sockets::add(Socket socket) {
  // A real descriptor behind each socket: what the script leaves open is closed by libc's close().
  const int fd = eventfd(0, EFD_CLOEXEC);
  if (fd >= 0) sockets_[fd] = std::move(socket);
  return fd;
}

Result Sockets::socket(int domain, int type) {
  if (domain != AF_INET && domain != AF_INET6) return std::unexpected(EAFNOSUPPORT);
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  if ((type & ~kFlags) != SOCK_STREAM) return std::unexpected(ESOCKTNOSUPPORT);
  Socket socket;
  socket.domain = domain;
  socket.nonblocking = (type & SOCK_NONBLOCK) != 0;
  socket.config = profile_.tcp;
  socket.unsent_limit = profile_.unsent_limit;
  socket.config.mss = profile_.mss(domain == AF_INET6);
  const int fd = add(std::move(socket));
  if (fd < 0) return std::unexpected(EMFILE);
  return fd;
}

Result Sockets::bind(int fd, const wire::Endpoint& local) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (socket->kind != Socket::Kind::Fresh || socket->local) return std::unexpected(EINVAL);
  socket->local = local;
  if (!local.address.is_unspecified()) machine_.stack().add_address(local.address);
  // A mapped address makes an IPv4 connection of an IPv6 socket.
  if (local.address.is_v4()) socket->config.mss = std::min(socket->config.mss, profile_.mss(false));
  return 0;
}

Result Sockets::listen(int fd, int backlog) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (socket->kind == Socket::Kind::Connection) return std::unexpected(EINVAL);
  if (!socket->local) return std::unexpected(EADDRINUSE);
  socket->kind = Socket::Kind::Listening;
  if (profile_.syn_ack_retries && !socket->options.contains({IPPROTO_TCP, TCP_SYNCNT})) {
    socket->config.max_syn_retries = *profile_.syn_ack_retries;
  }
  const bool willing = socket->config.fast_open || profile_.fast_open_listeners;
  socket->config.fast_open = willing && profile_.fast_open_server;
  socket->config.fast_open_without_cookie = profile_.cookieless_server;
  if (socket->listening.fast_open_keys.empty()) {
    socket->listening.fast_open_keys = profile_.fast_open_keys;
  }
  // One more than was asked for, as in Linux; 0 is a queue of one then.
  socket->listening.backlog = static_cast<std::size_t>(std::clamp(backlog, 0, kMostBacklog)) + 1;
  machine_.stack().listen(*socket->local, socket->config, socket->listening);
  return 0;
}

Result Sockets::accept(int fd, wire::Endpoint& peer) {
  Socket* const listener = find(fd);
  if (listener == nullptr) return std::unexpected(EBADF);
  if (listener->kind != Socket::Kind::Listening) return std::unexpected(EINVAL);
  const auto handle = machine_.stack().accept(*listener->local);
  if (!handle) return std::unexpected(EAGAIN);
  peer = machine_.stack().remote(*handle);
  Socket child = *listener;
  child.kind = Socket::Kind::Connection;
  child.connection = *handle;
  child.local = machine_.stack().local(*handle);
  child.connect_reported = true;
  child.nonblocking = false;
  machine_.stack().set_fragmentable(*handle, child.fragmentable);
  const int accepted = add(std::move(child));
  if (accepted < 0) return std::unexpected(EMFILE);
  return accepted;
}

bool Sockets::is_connecting(Socket& socket) {
  const tcp::Connection* const conn = connection(socket);
  return conn != nullptr &&
         (conn->state() == tcp::State::SynSent || conn->state() == tcp::State::SynReceived);
}

Result Sockets::connect(int fd, const wire::Endpoint& remote) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (socket->kind == Socket::Kind::Listening) return std::unexpected(EISCONN);
  if (socket->kind == Socket::Kind::Connection) {
    observe(*socket);
    if (socket->connect_reported) return std::unexpected(EISCONN);
    if (is_connecting(*socket)) return std::unexpected(EALREADY);
    if (const int error = take_error(*socket)) return std::unexpected(error);
    socket->connect_reported = true;
    return 0;
  }
  if (socket->deferred) return std::unexpected(EISCONN);
  socket->config.fast_open = socket->defers_connect;
  socket->config.fast_open_without_cookie = profile_.cookieless_client;
  if (socket->defers_connect &&
      machine_.stack().can_fast_open(socket->config, remote.address, machine_.now())) {
    socket->deferred = remote;
    return 0;
  }
  return begin_connect(*socket, remote);
}

Result Sockets::begin_connect(Socket& socket, const wire::Endpoint& remote) {
  socket.config.ecn = socket.config.ecn && profile_.asks_for_ecn;
  const wire::Endpoint any{
      remote.address.is_v4() ? wire::IpAddress{} : wire::parse_address("::").value(), 0};
  const auto handle = machine_.stack().connect_from(socket.config, socket.local.value_or(any),
                                                    remote, machine_.now());
  if (!handle) return std::unexpected(error_of(handle.error()));
  socket.kind = Socket::Kind::Connection;
  socket.connection = *handle;
  socket.local = machine_.stack().local(*handle);
  socket.deferred.reset();
  return std::unexpected(EINPROGRESS);
}

Result Sockets::open_with_data(int fd, const wire::Endpoint& remote, std::span<const iovec> buffers,
                               int flags, std::size_t& done) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (!profile_.fast_open_client) return std::unexpected(EOPNOTSUPP);
  if (socket->kind != Socket::Kind::Fresh) return connect(fd, remote);
  // Where every sendto() may open, the socket's own option says how.
  if (!profile_.sendto_connects) socket->config.fast_open = true;
  socket->config.fast_open_without_cookie = profile_.cookieless_client;
  const Result begun = begin_connect(*socket, remote);
  tcp::Connection* const conn = connection(*socket);
  if (conn == nullptr) return begun;
  const bool with_syn = conn->fast_open().syn_data > ByteCount{0};
  if (!with_syn && !profile_.sendto_connects) return begun;
  std::int64_t room = (with_syn ? conn->fast_open().syn_data : conn->send_room()).value();
  for (const iovec& buffer : buffers) {
    const auto size = std::min(buffer.iov_len, static_cast<std::size_t>(room));
    if (buffer.iov_base == nullptr || size == 0) break;
    done += conn->write(Bytes(static_cast<const std::uint8_t*>(buffer.iov_base), size));
    room -= static_cast<std::int64_t>(size);
  }
  note_written(*socket, done, flags);
  if (done == 0) return begun;
  return static_cast<std::int64_t>(done);
}

bool Sockets::opens_by_writing(int fd) {
  const Socket* const socket = find(fd);
  return socket != nullptr && socket->kind == Socket::Kind::Fresh && profile_.sendto_connects;
}

Result Sockets::disconnect(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (socket->kind == Socket::Kind::Listening) machine_.stack().unlisten(*socket->local);
  if (tcp::Connection* const conn = connection(*socket)) {
    conn->abort();
    machine_.stack().release(*socket->connection);
  }
  Socket fresh;
  fresh.domain = socket->domain;
  fresh.nonblocking = socket->nonblocking;
  fresh.config = socket->config;
  fresh.options = socket->options;
  if (socket->kind == Socket::Kind::Listening) fresh.local = socket->local;
  *socket = fresh;
  return 0;
}

Result Sockets::shutdown(int fd, int how) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (how < SHUT_RD || how > SHUT_RDWR) return std::unexpected(EINVAL);
  if (socket->kind == Socket::Kind::Listening && how != SHUT_WR) return disconnect(fd);
  tcp::Connection* const conn = connection(*socket);
  if (conn == nullptr || conn->state() == tcp::State::Closed) return std::unexpected(ENOTCONN);
  if (is_connecting(*socket)) return disconnect(fd);
  socket->shut_read |= how != SHUT_WR;
  if (how != SHUT_RD && !std::exchange(socket->shut_write, true)) conn->close();
  return 0;
}

std::optional<Lingering> Sockets::lingering(int fd) {
  const Socket* const socket = find(fd);
  if (socket == nullptr || !socket->connection || socket->linger.value_or(0) <= 0) {
    return std::nullopt;
  }
  return Lingering{*socket->connection, std::chrono::seconds(*socket->linger)};
}

bool Sockets::still_sends(stack::Handle handle) {
  const tcp::Connection* const conn = machine_.stack().find(handle);
  if (conn == nullptr) return false;
  const tcp::State state = conn->state();
  return state != tcp::State::FinWait2 && state != tcp::State::TimeWait &&
         state != tcp::State::Closed;
}

Result Sockets::close(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (socket->kind == Socket::Kind::Listening) machine_.stack().unlisten(*socket->local);
  if (tcp::Connection* const conn = connection(*socket)) {
    if (socket->linger == 0) conn->abort();
    machine_.stack().release(*socket->connection);
  }
  sockets_.erase(fd);
  ::close(fd);
  return 0;
}

}  // namespace inflight::packetdrill
