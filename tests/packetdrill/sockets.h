// The socket calls, none of which waits: where a kernel would put the caller to sleep they answer
// EAGAIN (EINPROGRESS for connect), and the adapter decides whether to sleep and try again. What
// they do and which errno they give follows Linux's tcp(7), ip(7) and socket(7).
#pragma once

#include <sys/uio.h>

#include <map>
#include <span>

#include "packetdrill/machine.h"
#include "packetdrill/profile.h"
#include "packetdrill/socket.h"

namespace inflight::packetdrill {

// What close() waits for with SO_LINGER.
struct Lingering {
  stack::Handle connection;
  Duration time;
};

class Sockets {
 public:
  Sockets(Machine& machine, const Profile& profile) : machine_(machine), profile_(profile) {}

  // Null if the descriptor is none of ours.
  Socket* find(int fd);

  // sockets_open.cpp: how connections begin and end.
  Result socket(int domain, int type);
  Result bind(int fd, const wire::Endpoint& local);
  Result listen(int fd, int backlog);
  Result accept(int fd, wire::Endpoint& peer);
  Result connect(int fd, const wire::Endpoint& remote);
  // MSG_FASTOPEN, or the first write after a connect() that waited for it: `done` bytes went with
  // the SYN. EINPROGRESS if it could take none.
  Result open_with_data(int fd, const wire::Endpoint& remote, std::span<const iovec> buffers,
                        int flags, std::size_t& done);
  // A write with an address opens a connection there.
  bool opens_by_writing(int fd);
  // connect() to AF_UNSPEC.
  Result disconnect(int fd);
  Result shutdown(int fd, int how);
  Result close(int fd);
  // Nothing if close() does not wait.
  std::optional<Lingering> lingering(int fd);
  // Data or FIN is not acknowledged.
  bool still_sends(stack::Handle handle);

  // sockets_transfer.cpp
  Result read(int fd, std::span<const iovec> buffers, int flags);
  // `done` bytes of the buffers are written already; grows. EAGAIN until all of it is.
  Result write(int fd, std::span<const iovec> buffers, int flags, std::size_t& done);

  // Somebody sleeps until a connection is there to write to.
  void expect_write(int fd);

  // sockets_options.cpp
  Result set_option(int fd, int level, int name, Bytes value);
  Result get_option(int fd, int level, int name, MutableBytes value, socklen_t& size);
  Result fcntl(int fd, int command, int argument);
  Result ioctl(int fd, unsigned long request, int& value);

  // With TCP_INQ on: bytes left to read, one at least behind the peer's FIN.
  std::optional<int> inq(int fd);

  // poll()'s events that hold now, asked for or not.
  short readiness(int fd);
  // Grow whenever something may have become readable, and whenever the error queue did: what
  // edge-triggered epoll goes by.
  std::uint64_t bytes_received(int fd);
  std::uint64_t errors_queued(int fd);

  // The machine went on: what the error queues wait for may have happened.
  void note_progress();
  std::optional<ErrorQueue::Entry> take_queued_error(int fd);

 private:
  tcp::Connection* connection(Socket& socket);
  // Takes notice of what happened to the connection since it was last looked at.
  void observe(Socket& socket);
  int take_error(Socket& socket);
  int add(Socket socket);
  void apply_config(Socket& socket);
  struct Buffers {
    ByteCount send;
    ByteCount receive;
  };
  Buffers buffers(Socket& socket);
  int buffer_factor() const;
  std::int64_t send_room(Socket& socket);
  std::uint64_t bytes_acked(Socket& socket);
  void note_written(Socket& socket, std::size_t count, int flags);
  bool is_connecting(Socket& socket);
  Result begin_connect(Socket& socket, const wire::Endpoint& remote);
  Result set_socket_option(Socket& socket, int name, Bytes value);
  Result set_ip_option(Socket& socket, int level, int name, Bytes value);
  Result set_fast_open_keys(Socket& socket, Bytes value);
  Result set_tcp_option(Socket& socket, int name, Bytes value);
  std::optional<int> option(Socket& socket, int level, int name);
  short connection_readiness(Socket& socket);

  Machine& machine_;
  const Profile& profile_;
  std::map<int, Socket> sockets_;
};

}  // namespace inflight::packetdrill
