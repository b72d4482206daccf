// Reading, writing, and what poll() says of them.
#include <linux/net_tstamp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "packetdrill/sockets.h"

namespace inflight::packetdrill {
namespace {

std::size_t total(std::span<const iovec> buffers) {
  std::size_t sum = 0;
  for (const iovec& buffer : buffers) sum += buffer.iov_len;
  return sum;
}

// Puts `bytes` into the buffers behind the first `offset` bytes of their room.
void scatter(Bytes bytes, std::span<const iovec> buffers, std::size_t offset) {
  for (const iovec& buffer : buffers) {
    if (bytes.empty()) return;
    if (offset >= buffer.iov_len) {
      offset -= buffer.iov_len;
      continue;
    }
    const std::size_t size = std::min(bytes.size(), buffer.iov_len - offset);
    std::memcpy(static_cast<std::uint8_t*>(buffer.iov_base) + offset, bytes.data(), size);
    bytes = bytes.subspan(size);
    offset = 0;
  }
}

constexpr std::uint32_t kStamps =
    SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK;

bool peer_has_closed(tcp::State state) {
  using enum tcp::State;
  return state == CloseWait || state == LastAck || state == Closing || state == TimeWait;
}

std::vector<std::uint8_t> gather(std::span<const iovec> buffers) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(total(buffers));
  for (const iovec& buffer : buffers) {
    const auto* const begin = static_cast<const std::uint8_t*>(buffer.iov_base);
    if (begin != nullptr) bytes.insert(bytes.end(), begin, begin + buffer.iov_len);
  }
  return bytes;
}

}  // namespace

Result Sockets::read(int fd, std::span<const iovec> buffers, int flags) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  tcp::Connection* const conn = connection(*socket);
  if (socket->deferred) return std::unexpected(EAGAIN);
  if (conn == nullptr) return std::unexpected(ENOTCONN);
  // Linux keeps urgent data elsewhere, and we have none.
  if ((flags & MSG_OOB) != 0) return std::unexpected(EINVAL);
  observe(*socket);
  const std::size_t wanted = total(buffers);
  const auto [head, tail] = conn->readable();
  const std::size_t available = std::min(wanted, head.size() + tail.size());
  const bool all = (flags & MSG_WAITALL) == 0 || available == wanted || conn->read_to_end();
  if (available > 0 && all) {
    const auto is_nowhere = [](const iovec& b) { return b.iov_base == nullptr && b.iov_len > 0; };
    if (std::ranges::any_of(buffers, is_nowhere)) return std::unexpected(EFAULT);
    const std::size_t from_head = std::min(available, head.size());
    scatter(head.first(from_head), buffers, 0);
    scatter(tail.first(available - from_head), buffers, from_head);
    if ((flags & MSG_PEEK) == 0) conn->discard(available);
    return static_cast<std::int64_t>(available);
  }
  if (wanted == 0) return 0;
  if (const int error = take_error(*socket)) return std::unexpected(error);
  if (conn->read_to_end() || socket->shut_read || conn->state() == tcp::State::Closed) return 0;
  return std::unexpected(EAGAIN);
}

std::int64_t Sockets::send_room(Socket& socket) {
  tcp::Connection* const conn = connection(socket);
  if (conn == nullptr) return 0;
  if (socket.unsent_limit && conn->snapshot().unsent.value() >= *socket.unsent_limit) return 0;
  return conn->send_room().value();
}

Result Sockets::write(int fd, std::span<const iovec> buffers, int flags, std::size_t& done) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  tcp::Connection* const conn = connection(*socket);
  if (conn == nullptr) return std::unexpected(EPIPE);
  observe(*socket);
  if (socket->error != 0 || socket->shut_write || conn->state() == tcp::State::Closed) {
    if (done > 0) return static_cast<std::int64_t>(done);
    const int error = take_error(*socket);
    return std::unexpected(error != 0 ? error : EPIPE);
  }
  // Fast Open's server may write before the handshake is over.
  const bool waits = is_connecting(*socket) && !socket->connect_reported;
  if (!profile_.queues_before_connected && waits) return std::unexpected(EAGAIN);
  const std::vector<std::uint8_t> bytes = gather(buffers);
  if (bytes.empty()) return 0;
  const bool more = (flags & MSG_MORE) != 0;
  if (socket->config.cork != (socket->cork || more)) {
    socket->config.cork = socket->cork || more;
    conn->reconfigure(socket->config);
  }
  if (send_room(*socket) > 0) {
    const std::size_t taken = conn->write(Bytes(bytes).subspan(done));
    done += taken;
    note_written(*socket, taken, flags);
  }
  if (done == bytes.size()) return static_cast<std::int64_t>(done);
  return std::unexpected(EAGAIN);
}

std::uint64_t Sockets::bytes_acked(Socket& socket) {
  const tcp::Connection* const conn = connection(socket);
  return conn == nullptr
             ? 0
             : static_cast<std::uint64_t>(conn->snapshot().counters.bytes_acked.value());
}

void Sockets::note_written(Socket& socket, std::size_t count, int flags) {
  if (count == 0) return;
  socket.written += count;
  if (socket.zerocopy && (flags & MSG_ZEROCOPY) != 0) socket.errors.on_zerocopy(socket.written);
  if ((socket.timestamping & kStamps) == 0) return;
  // The key is the place of the last byte, if it was asked for.
  const bool keyed = (socket.timestamping & SOF_TIMESTAMPING_OPT_ID) != 0;
  const auto key = static_cast<std::uint32_t>(socket.written - 1 - socket.stamps_from);
  socket.errors.on_stamped(socket.written, keyed ? key : 0, socket.timestamping);
}

void Sockets::note_progress() {
  for (auto& [fd, socket] : sockets_) {
    const tcp::Connection* const conn = connection(socket);
    if (conn == nullptr || socket.written == 0) continue;
    const tcp::Counters counters = conn->snapshot().counters;
    const ByteCount sent = counters.bytes_sent - counters.bytes_retransmitted;
    socket.errors.on_progress(static_cast<std::uint64_t>(sent.value()),
                              static_cast<std::uint64_t>(counters.bytes_acked.value()),
                              machine_.now());
  }
}

std::optional<ErrorQueue::Entry> Sockets::take_queued_error(int fd) {
  Socket* const socket = find(fd);
  return socket == nullptr ? std::nullopt : socket->errors.take();
}

std::uint64_t Sockets::errors_queued(int fd) {
  const Socket* const socket = find(fd);
  return socket == nullptr ? 0 : socket->errors.added();
}

void Sockets::expect_write(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr || !is_connecting(*socket)) return;
  socket->config.delays_handshake_ack = true;
  apply_config(*socket);
}

short Sockets::connection_readiness(Socket& socket) {
  const tcp::Connection* const conn = connection(socket);
  observe(socket);
  const bool closed = conn->state() == tcp::State::Closed;
  // However much is unread.
  const bool at_end = socket.shut_read || closed || peer_has_closed(conn->state());
  int events = 0;
  if (closed || (at_end && socket.shut_write)) events |= POLLHUP;
  if (at_end) events |= POLLIN | POLLRDNORM | POLLRDHUP;
  if (socket.error != 0 || !socket.errors.empty()) events |= POLLERR;
  if (is_connecting(socket)) return static_cast<short>(events);
  if (conn->unread() > ByteCount{0}) events |= POLLIN | POLLRDNORM;
  // As in Linux: writable with a third of the buffer free.
  const tcp::Snapshot snapshot = conn->snapshot();
  const bool room =
      send_room(socket) > 0 &&
      (snapshot.send_buffer_size - snapshot.send_buffered) * 2 >= snapshot.send_buffered;
  if (room || closed || socket.shut_write) events |= POLLOUT | POLLWRNORM;
  return static_cast<short>(events);
}

short Sockets::readiness(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return POLLNVAL;
  if (socket->kind == Socket::Kind::Listening) {
    return machine_.stack().can_accept(*socket->local) ? POLLIN | POLLRDNORM : 0;
  }
  if (socket->deferred) return POLLOUT | POLLWRNORM;
  if (connection(*socket) == nullptr) return POLLOUT | POLLWRNORM | POLLHUP;
  return connection_readiness(*socket);
}

std::uint64_t Sockets::bytes_received(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return 0;
  const tcp::Connection* const conn = connection(*socket);
  if (conn == nullptr) return 0;
  return static_cast<std::uint64_t>(conn->snapshot().counters.bytes_received.value());
}

}  // namespace inflight::packetdrill
