// The functions of the table: C arguments in, the adapter's calls, values and errno out.
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include "packetdrill/adapter.h"
#include "packetdrill/address.h"
#include "packetdrill/control.h"
#include "packetdrill/current.h"
#include "packetdrill/table.h"

namespace inflight::packetdrill {
namespace {

using Parts = Adapter::Parts;

// All that were made, never destroyed, so that leak checkers see somebody who still knows them.
std::vector<Adapter*>& adapters() {
  static auto& all = *new std::vector<Adapter*>;
  return all;
}

Adapter& adapter(void* self) { return *static_cast<Adapter*>(self); }

ssize_t answer(const Result& result) {
  if (result) return static_cast<ssize_t>(*result);
  errno = result.error();
  return -1;
}
int answer_int(const Result& result) { return static_cast<int>(answer(result)); }

Duration timeout_of(int timeout_ms) {
  return timeout_ms < 0 ? kForever : Duration{std::chrono::milliseconds(timeout_ms)};
}

// A call that came to nothing in its time: 0, as poll() and epoll_wait() have it.
Result none_is_zero(const Result& result) {
  return !result && result.error() == EAGAIN ? Result(0) : result;
}

void destroy(void* self) { adapter(self).finish(); }

int socket(void* self, int domain, int type, int) {
  return answer_int(adapter(self).call([&](Parts& p) { return p.sockets.socket(domain, type); }));
}

int bind(void* self, int fd, const sockaddr* address, socklen_t size) {
  const auto local = from_sockaddr(address, size);
  return answer_int(adapter(self).call([&](Parts& p) -> Result {
    if (!local) return std::unexpected(EINVAL);
    return p.sockets.bind(fd, *local);
  }));
}

int listen(void* self, int fd, int backlog) {
  return answer_int(adapter(self).call([&](Parts& p) { return p.sockets.listen(fd, backlog); }));
}

int accept(void* self, int fd, sockaddr* address, socklen_t* size) {
  Adapter& a = adapter(self);
  wire::Endpoint peer;
  int domain = AF_INET;
  const Result result = a.call(a.may_sleep(fd, 0), kForever, [&](Parts& p) {
    const Socket* const listener = p.sockets.find(fd);
    if (listener != nullptr) domain = listener->domain;
    return p.sockets.accept(fd, peer);
  });
  if (result) to_sockaddr(peer, domain, address, size);
  return answer_int(result);
}

int connect(void* self, int fd, const sockaddr* address, socklen_t size) {
  Adapter& a = adapter(self);
  if (is_unspecified_family(address, size)) {
    return answer_int(a.call([&](Parts& p) { return p.sockets.disconnect(fd); }));
  }
  const auto remote = from_sockaddr(address, size);
  const Result begun = a.call([&](Parts& p) -> Result {
    if (!remote) return std::unexpected(EINVAL);
    return p.sockets.connect(fd, *remote);
  });
  const bool waits = !begun && begun.error() == EINPROGRESS && a.may_sleep(fd, 0);
  if (!waits) return answer_int(begun);
  return answer_int(a.call(true, kForever, [&](Parts& p) {
    const Result result = p.sockets.connect(fd, *remote);
    return !result && result.error() == EALREADY ? Result(std::unexpected(EAGAIN)) : result;
  }));
}

ssize_t read_all(void* self, int fd, std::span<const iovec> buffers, int flags) {
  Adapter& a = adapter(self);
  return answer(a.call(a.may_sleep(fd, flags), kForever,
                       [&](Parts& p) { return p.sockets.read(fd, buffers, flags); }));
}

// `done` bytes are written already.
ssize_t write_all(void* self, int fd, std::span<const iovec> buffers, int flags,
                  std::size_t done = 0) {
  Adapter& a = adapter(self);
  const bool sleeps = a.may_sleep(fd, flags);
  const Result result = a.call(sleeps, kForever, [&](Parts& p) {
    if (sleeps) p.sockets.expect_write(fd);
    return p.sockets.write(fd, buffers, flags, done);
  });
  // What fitted, if the rest could not be waited for.
  if (!result && done > 0) return static_cast<ssize_t>(done);
  return answer(result);
}

std::span<const iovec> span_of(const iovec* buffers, std::size_t count) {
  return {buffers, buffers == nullptr ? 0 : count};
}

ssize_t recv(void* self, int fd, void* data, std::size_t size, int flags) {
  const iovec buffer{data, size};
  return read_all(self, fd, span_of(&buffer, 1), flags);
}
ssize_t read(void* self, int fd, void* data, std::size_t size) {
  return recv(self, fd, data, size, 0);
}
ssize_t readv(void* self, int fd, const iovec* buffers, int count) {
  return read_all(self, fd, span_of(buffers, static_cast<std::size_t>(count)), 0);
}
ssize_t recvfrom(void* self, int fd, void* data, std::size_t size, int flags, sockaddr*,
                 socklen_t*) {
  return recv(self, fd, data, size, flags);
}
// TCP_INQ: how much is left to read, as a control message.
void put_inq(Adapter& a, int fd, ControlWriter& writer) {
  std::optional<int> left;
  static_cast<void>(a.call([&](Parts& p) -> Result {
    left = p.sockets.inq(fd);
    return 0;
  }));
  if (!left) return;
  std::array<std::uint8_t, sizeof(int)> bytes{};
  std::memcpy(bytes.data(), &*left, sizeof(int));
  writer.put(IPPROTO_TCP, TCP_CM_INQ, bytes);
}

// MSG_ERRQUEUE never sleeps. A timestamp's packet would follow it, for which there is no room.
ssize_t receive_error(Adapter& a, int fd, msghdr& message) {
  ControlWriter writer(message);
  return answer(a.call([&](Parts& p) -> Result {
    const Socket* const socket = p.sockets.find(fd);
    if (socket == nullptr) return std::unexpected(EBADF);
    const auto entry = p.sockets.take_queued_error(fd);
    if (!entry) return std::unexpected(EAGAIN);
    put_error(*entry, socket->domain, writer);
    message.msg_flags = MSG_ERRQUEUE | (entry->at ? MSG_TRUNC : 0);
    return 0;
  }));
}

ssize_t recvmsg(void* self, int fd, msghdr* message, int flags) {
  Adapter& a = adapter(self);
  message->msg_namelen = 0;
  message->msg_flags = 0;
  if ((flags & MSG_ERRQUEUE) != 0) return receive_error(a, fd, *message);
  const ssize_t result = read_all(self, fd, span_of(message->msg_iov, message->msg_iovlen), flags);
  ControlWriter writer(*message);
  if (result >= 0) put_inq(a, fd, writer);
  return result;
}

std::size_t size_of(std::span<const iovec> buffers) {
  std::size_t size = 0;
  for (const iovec& buffer : buffers) size += buffer.iov_len;
  return size;
}

// A write that opens the connection, and goes on as others do once that is done.
ssize_t open_and_write(void* self, int fd, std::span<const iovec> buffers, int flags,
                       const wire::Endpoint& remote) {
  Adapter& a = adapter(self);
  std::size_t done = 0;
  const Result begun =
      a.call([&](Parts& p) { return p.sockets.open_with_data(fd, remote, buffers, flags, done); });
  const bool waits = a.may_sleep(fd, flags);
  if (!begun && (begun.error() != EINPROGRESS || !waits)) return answer(begun);
  // MSG_FASTOPEN on an open connection is a write like others.
  const bool open = begun && *begun == 0;
  if (!waits && !open) return answer(begun);
  if (open) return write_all(self, fd, buffers, flags & ~MSG_FASTOPEN, done);
  // What went with the SYN does not count if there is to be no connection.
  bool opened = false;
  return answer(a.call(true, kForever, [&](Parts& p) -> Result {
    if (!opened) {
      const Result result = p.sockets.connect(fd, remote);
      if (!result && result.error() != EISCONN) {
        if (done < size_of(buffers)) p.sockets.expect_write(fd);
        return std::unexpected(result.error() == EALREADY ? EAGAIN : result.error());
      }
      opened = true;
    }
    return p.sockets.write(fd, buffers, flags & ~MSG_FASTOPEN, done);
  }));
}

// Where a write is to open a connection to, if it is.
std::optional<wire::Endpoint> opens(void* self, int fd, int flags, const sockaddr* address,
                                    socklen_t size) {
  if ((flags & MSG_FASTOPEN) != 0) return from_sockaddr(address, size);
  std::optional<wire::Endpoint> deferred;
  static_cast<void>(adapter(self).call([&](Parts& p) -> Result {
    if (address != nullptr && p.sockets.opens_by_writing(fd)) {
      deferred = from_sockaddr(address, size);
      return 0;
    }
    if (const Socket* const socket = p.sockets.find(fd)) deferred = socket->deferred;
    return 0;
  }));
  return deferred;
}

ssize_t send_to(void* self, int fd, const void* data, std::size_t size, int flags,
                const sockaddr* address, socklen_t address_size) {
  if (data == nullptr && size > 0) {
    errno = EFAULT;
    return -1;
  }
  const iovec buffer{const_cast<void*>(data), size};
  const std::span<const iovec> buffers = span_of(&buffer, 1);
  if ((flags & MSG_FASTOPEN) != 0 && is_unspecified_family(address, address_size)) {
    errno = EOPNOTSUPP;
    return -1;
  }
  const auto remote = opens(self, fd, flags, address, address_size);
  return remote ? open_and_write(self, fd, buffers, flags, *remote)
                : write_all(self, fd, buffers, flags);
}
ssize_t send(void* self, int fd, const void* data, std::size_t size, int flags) {
  return send_to(self, fd, data, size, flags, nullptr, 0);
}
ssize_t write(void* self, int fd, const void* data, std::size_t size) {
  return send(self, fd, data, size, 0);
}
ssize_t writev(void* self, int fd, const iovec* buffers, int count) {
  return write_all(self, fd, span_of(buffers, static_cast<std::size_t>(count)), 0);
}
ssize_t sendto(void* self, int fd, const void* data, std::size_t size, int flags,
               const sockaddr* address, socklen_t address_size) {
  return send_to(self, fd, data, size, flags, address, address_size);
}
ssize_t sendmsg(void* self, int fd, const msghdr* message, int flags) {
  const std::span<const iovec> buffers = span_of(message->msg_iov, message->msg_iovlen);
  const auto* const address = static_cast<const sockaddr*>(message->msg_name);
  const auto remote = opens(self, fd, flags, address, message->msg_namelen);
  return remote ? open_and_write(self, fd, buffers, flags, *remote)
                : write_all(self, fd, buffers, flags);
}

int fcntl(void* self, int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const int argument = va_arg(arguments, int);
  va_end(arguments);
  return answer_int(
      adapter(self).call([&](Parts& p) { return p.sockets.fcntl(fd, command, argument); }));
}

int ioctl(void* self, int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  int* const value = va_arg(arguments, int*);
  va_end(arguments);
  return answer_int(adapter(self).call([&](Parts& p) -> Result {
    if (value == nullptr) return std::unexpected(EFAULT);
    return p.sockets.ioctl(fd, request, *value);
  }));
}

int close(void* self, int fd) {
  Adapter& a = adapter(self);
  std::optional<Lingering> lingering;
  const Result closed = a.call([&](Parts& p) {
    if (p.epoll.close(fd)) return Result(0);
    lingering = p.sockets.lingering(fd);
    return p.sockets.close(fd);
  });
  // socket(7): until all is acknowledged, or its time is over.
  if (closed && lingering && !a.on_main_thread()) {
    static_cast<void>(a.call(true, lingering->time, [&](Parts& p) -> Result {
      if (p.sockets.still_sends(lingering->connection)) return std::unexpected(EAGAIN);
      return 0;
    }));
  }
  return answer_int(closed);
}

int shutdown(void* self, int fd, int how) {
  return answer_int(adapter(self).call([&](Parts& p) { return p.sockets.shutdown(fd, how); }));
}

int getsockopt(void* self, int fd, int level, int name, void* value, socklen_t* size) {
  return answer_int(adapter(self).call([&](Parts& p) -> Result {
    if (value == nullptr || size == nullptr) return std::unexpected(EFAULT);
    const MutableBytes room(static_cast<std::uint8_t*>(value), *size);
    return p.sockets.get_option(fd, level, name, room, *size);
  }));
}

int setsockopt(void* self, int fd, int level, int name, const void* value, socklen_t size) {
  return answer_int(adapter(self).call([&](Parts& p) -> Result {
    if (value == nullptr) return std::unexpected(EFAULT);
    return p.sockets.set_option(fd, level, name,
                                Bytes(static_cast<const std::uint8_t*>(value), size));
  }));
}

int poll(void* self, pollfd* fds, nfds_t count, int timeout_ms) {
  const std::span<pollfd> all(fds, count);
  return answer_int(none_is_zero(adapter(self).call(
      timeout_ms != 0 && !adapter(self).on_main_thread(), timeout_of(timeout_ms),
      [&](Parts& p) -> Result {
        std::int64_t ready = 0;
        for (pollfd& fd : all) {
          constexpr int kUnasked = POLLERR | POLLHUP | POLLNVAL;
          fd.revents = static_cast<short>(p.sockets.readiness(fd.fd) & (fd.events | kUnasked));
          ready += fd.revents != 0 ? 1 : 0;
        }
        if (ready == 0) return std::unexpected(EAGAIN);
        return ready;
      })));
}

int netdev_send(void* self, const void* packet, std::size_t size) {
  adapter(self).netdev_send(Bytes(static_cast<const std::uint8_t*>(packet), size));
  return 0;
}

int netdev_receive(void* self, void* buffer, std::size_t* size, long long* time_us) {
  const auto emitted = adapter(self).netdev_receive();
  if (!emitted) {
    // Zero bytes fail the script; an error would make packetdrill ask for ever.
    *size = 0;
    *time_us = adapter(self).read_clock_us();
    return 0;
  }
  *size = std::min(*size, emitted->bytes.size());
  std::memcpy(buffer, emitted->bytes.data(), *size);
  *time_us = Machine::time_of_day_us(emitted->at);
  return 0;
}

int usleep(void* self, useconds_t duration) {
  adapter(self).usleep(std::chrono::microseconds(duration));
  return 0;
}

int gettimeofday(void* self, timeval* time, struct timezone*) {
  const std::int64_t now = adapter(self).read_clock_us();
  time->tv_sec = now / 1'000'000;
  time->tv_usec = now % 1'000'000;
  return 0;
}

int epoll_create(void* self, int) {
  return answer_int(adapter(self).call([](Parts& p) { return p.epoll.create(); }));
}

int epoll_ctl(void* self, int set, int operation, int fd, epoll_event* event) {
  return answer_int(
      adapter(self).call([&](Parts& p) { return p.epoll.control(set, operation, fd, event); }));
}

int epoll_wait(void* self, int set, epoll_event* events, int max_events, int timeout_ms) {
  const std::span<epoll_event> all(events, static_cast<std::size_t>(std::max(max_events, 0)));
  return answer_int(none_is_zero(
      adapter(self).call(timeout_ms != 0 && !adapter(self).on_main_thread(), timeout_of(timeout_ms),
                         [&](Parts& p) { return p.epoll.wait(set, all); })));
}

int pipe(void*, int*) {
  errno = ENOSYS;
  return -1;
}

int splice(void*, int, loff_t*, int, loff_t*, std::size_t, unsigned) {
  errno = ENOSYS;
  return -1;
}

}  // namespace

Adapter* current_adapter() { return adapters().empty() ? nullptr : adapters().back(); }

}  // namespace inflight::packetdrill

// What packetdrill looks up by name: makes a new adapter and fills its table.
extern "C" __attribute__((visibility("default"))) void packetdrill_interface_init(
    const char* flags, inflight::packetdrill::Table* table) {
  using namespace inflight::packetdrill;
  auto profile = parse_profile(flags == nullptr ? "" : flags);
  if (!profile) {
    std::fputs(("--so_flags: " + profile.error() + "\n").c_str(), stderr);
    std::exit(2);
  }
  adapters().push_back(new Adapter(std::move(*profile)));
  *table = {.self = adapters().back(),
            .destroy = destroy,
            .socket = socket,
            .bind = bind,
            .listen = listen,
            .accept = accept,
            .connect = connect,
            .read = read,
            .readv = readv,
            .recv = recv,
            .recvfrom = recvfrom,
            .recvmsg = recvmsg,
            .write = write,
            .writev = writev,
            .send = send,
            .sendto = sendto,
            .sendmsg = sendmsg,
            .fcntl = fcntl,
            .ioctl = ioctl,
            .close = close,
            .shutdown = shutdown,
            .getsockopt = getsockopt,
            .setsockopt = setsockopt,
            .poll = poll,
            .netdev_send = netdev_send,
            .netdev_receive = netdev_receive,
            .usleep = usleep,
            .gettimeofday = gettimeofday,
            .epoll_create = epoll_create,
            .epoll_ctl = epoll_ctl,
            .epoll_wait = epoll_wait,
            .pipe = pipe,
            .splice = splice};
}
