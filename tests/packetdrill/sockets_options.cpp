// Socket options, fcntl and ioctl: what changes the stack's configuration, and what is only
// remembered so that it can be read back.
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "packetdrill/sockets.h"
#include "packetdrill/tcp_info.h"

namespace inflight::packetdrill {
namespace {

// Linux doubles what is asked for, to account for its own overhead.
constexpr int kDoubled = 2;
constexpr int kSmallestSendBuffer = 4608;
constexpr int kSmallestReceiveBuffer = 2304;
constexpr std::int64_t kSmallestMss = 48;
// As many as Linux lets be quick at once.
constexpr int kQuickAcks = 16;
// Nine words of SO_MEMINFO.
constexpr std::size_t kMemInfoSize = 36;
constexpr std::size_t kFastOpenKeySize = 16;

std::optional<int> read_int(Bytes value) {
  int result = 0;
  if (value.size() < sizeof result) return std::nullopt;
  std::memcpy(&result, value.data(), sizeof result);
  return result;
}

Result put(Bytes content, MutableBytes value, socklen_t& size) {
  const std::size_t count = std::min<std::size_t>({content.size(), value.size(), size});
  std::copy_n(content.begin(), count, value.begin());
  size = static_cast<socklen_t>(count);
  return 0;
}

template <class T>
Result put_value(const T& content, MutableBytes value, socklen_t& size) {
  std::array<std::uint8_t, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), &content, sizeof content);
  return put(bytes, value, size);
}

Result choose_controller(Bytes name, tcp::Config& config) {
  const std::string algorithm(name.begin(), std::ranges::find(name, 0));
  using enum congestion::Algorithm;
  if (algorithm == "reno") {
    config.congestion = NewReno;
  } else if (algorithm == "cubic") {
    config.congestion = Cubic;
  } else if (algorithm == "bbr") {
    config.congestion = Bbr;
  } else {
    return std::unexpected(ENOENT);
  }
  return 0;
}

}  // namespace

void Sockets::apply_config(Socket& socket) {
  if (tcp::Connection* const conn = connection(socket)) {
    conn->reconfigure(socket.config);
    machine_.stack().set_ip_fields(*socket.connection, socket.config.hop_limit, socket.config.dscp);
    machine_.stack().set_fragmentable(*socket.connection, socket.fragmentable);
  }
  // What a listener makes from now on.
  if (socket.kind == Socket::Kind::Listening) {
    machine_.stack().listen(*socket.local, socket.config, socket.listening);
  }
}

Result Sockets::set_option(int fd, int level, int name, Bytes value) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  const Result result = level == SOL_SOCKET    ? set_socket_option(*socket, name, value)
                        : level == IPPROTO_TCP ? set_tcp_option(*socket, name, value)
                        : level == IPPROTO_IP || level == IPPROTO_IPV6
                            ? set_ip_option(*socket, level, name, value)
                            : Result(0);
  if (!result) return result;
  if (const auto number = read_int(value)) socket->options[{level, name}] = *number;
  apply_config(*socket);
  return result;
}

Result Sockets::set_socket_option(Socket& socket, int name, Bytes value) {
  const auto number = read_int(value);
  if (!number) return std::unexpected(EINVAL);
  switch (name) {
    case SO_SNDBUF:
    case SO_SNDBUFFORCE:
      socket.config.send_buffer =
          ByteCount{std::max(*number * buffer_factor(), kSmallestSendBuffer)};
      break;
    case SO_RCVBUF:
    case SO_RCVBUFFORCE:
      // Half of the doubled figure is for data.
      socket.config.receive_buffer = ByteCount{std::max(*number, kSmallestReceiveBuffer / 2)};
      if (profile_.set_buffer_sets_scale) {
        socket.config.receive_auto_tuning = false;
        socket.config.window_scale_for = socket.config.receive_buffer;
      }
      break;
    case SO_ZEROCOPY:
      if (*number != 0 && *number != 1) return std::unexpected(EINVAL);
      socket.zerocopy = *number == 1;
      break;
    case SO_TIMESTAMPING: {
      const auto flags = static_cast<std::uint32_t>(*number);
      const std::uint32_t news = flags & ~socket.timestamping;
      if ((news & SOF_TIMESTAMPING_OPT_ID) != 0) {
        if (connection(socket) == nullptr) return std::unexpected(EINVAL);
        // Keys count from what is not acknowledged yet.
        socket.stamps_from = bytes_acked(socket);
      }
      socket.timestamping = flags;
      break;
    }
    case SO_KEEPALIVE:
      socket.config.keep_alive = *number != 0;
      break;
    case SO_LINGER: {
      linger lingering{};
      if (value.size() < sizeof lingering) return std::unexpected(EINVAL);
      std::memcpy(&lingering, value.data(), sizeof lingering);
      socket.linger = lingering.l_onoff != 0 ? std::optional(lingering.l_linger) : std::nullopt;
      break;
    }
    default:
      break;
  }
  return 0;
}

Result Sockets::set_ip_option(Socket& socket, int level, int name, Bytes value) {
  const auto number = read_int(value);
  if (!number) return std::unexpected(EINVAL);
  const bool v6 = level == IPPROTO_IPV6;
  if (name == (v6 ? IPV6_TCLASS : IP_TOS)) {
    // The two ECN bits are TCP's own.
    socket.config.dscp = static_cast<std::uint8_t>((*number & 0xff) >> 2);
  } else if (!v6 && name == IP_MTU_DISCOVER) {
    socket.fragmentable = *number == IP_PMTUDISC_DONT;
  } else if (name == (v6 ? IPV6_UNICAST_HOPS : IP_TTL)) {
    if (*number < 1 || *number > 255) return std::unexpected(EINVAL);
    socket.config.hop_limit = static_cast<std::uint8_t>(*number);
  }
  return 0;
}

// Whole keys, one or two of them.
Result Sockets::set_fast_open_keys(Socket& socket, Bytes value) {
  const std::vector<SipKey> keys = fast_open_keys(value);
  if (keys.empty() || value.size() != keys.size() * kFastOpenKeySize || keys.size() > 2) {
    return std::unexpected(EINVAL);
  }
  socket.listening.fast_open_keys = keys;
  return 0;
}

Result Sockets::set_tcp_option(Socket& socket, int name, Bytes value) {
  if (name == TCP_CONGESTION) return choose_controller(value, socket.config);
  if (name == TCP_FASTOPEN_KEY) return set_fast_open_keys(socket, value);
  const auto number = read_int(value);
  if (!number) return std::unexpected(EINVAL);
  switch (name) {
    case TCP_NODELAY:
      socket.config.nagle = *number == 0 ? profile_.tcp.nagle : tcp::Nagle::Off;
      return 0;
    case TCP_CORK:
      socket.cork = socket.config.cork = *number != 0;
      return 0;
    case TCP_MAXSEG:
      if (*number < kSmallestMss) return std::unexpected(EINVAL);
      socket.config.mss = std::min(socket.config.mss, ByteCount{*number});
      return 0;
    case TCP_SYNCNT:
      if (*number < 1) return std::unexpected(EINVAL);
      socket.config.max_syn_retries = *number;
      return 0;
    case TCP_KEEPIDLE:
      socket.config.keep_alive_idle = std::chrono::seconds(*number);
      return 0;
    case TCP_KEEPINTVL:
      socket.config.keep_alive_interval = std::chrono::seconds(*number);
      return 0;
    case TCP_KEEPCNT:
      socket.config.keep_alive_probes = *number;
      return 0;
    case TCP_USER_TIMEOUT:
      if (*number < 0) return std::unexpected(EINVAL);
      socket.config.user_timeout = std::chrono::milliseconds(*number);
      return 0;
    case TCP_LINGER2:
      if (*number > 0) socket.config.fin_wait_timeout = std::chrono::seconds(*number);
      return 0;
    case TCP_FASTOPEN:
      // Of one that is to connect it says so in BSD alone.
      socket.config.fast_open =
          *number > 0 &&
          (profile_.fast_open_server || (profile_.sendto_connects && profile_.fast_open_client));
      return 0;
    case TCP_FASTOPEN_CONNECT:
      if (!profile_.fast_open_client) return std::unexpected(EOPNOTSUPP);
      socket.defers_connect = *number != 0;
      return 0;
    case TCP_QUICKACK:
      socket.config.quick_acks = *number != 0 ? kQuickAcks : 0;
      return 0;
    case TCP_WINDOW_CLAMP:
      socket.config.receive_buffer = ByteCount{std::max(*number, kSmallestReceiveBuffer / 2)};
      return 0;
    case TCP_DEFER_ACCEPT:
      socket.listening.defers_until_data = *number > 0;
      return 0;
    case TCP_NOTSENT_LOWAT:
      socket.unsent_limit = *number;
      return 0;
    default:
      return 0;
  }
}

int Sockets::buffer_factor() const { return profile_.doubles_buffers ? kDoubled : 1; }

// A connection's own may have grown to whole segments.
Sockets::Buffers Sockets::buffers(Socket& socket) {
  const Buffers configured{socket.config.send_buffer, socket.config.receive_buffer};
  const tcp::Connection* const conn = connection(socket);
  if (conn == nullptr || !socket.config.whole_segment_buffers) return configured;
  const tcp::Snapshot snapshot = conn->snapshot();
  return {snapshot.send_buffer_size, snapshot.receive_buffer_size};
}

std::optional<int> Sockets::option(Socket& socket, int level, int name) {
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_ERROR:
        observe(socket);
        return take_error(socket);
      case SO_TYPE:
        return SOCK_STREAM;
      case SO_DOMAIN:
        return socket.domain;
      case SO_PROTOCOL:
        return IPPROTO_TCP;
      case SO_ACCEPTCONN:
        return socket.kind == Socket::Kind::Listening ? 1 : 0;
      case SO_SNDBUF:
        return static_cast<int>(buffers(socket).send.value());
      case SO_RCVBUF:
        return static_cast<int>(buffers(socket).receive.value() * buffer_factor());
      default:
        break;
    }
  }
  if (level == IPPROTO_TCP) {
    const tcp::Connection* const conn = connection(socket);
    if (name == TCP_MAXSEG) {
      return static_cast<int>((conn != nullptr ? conn->snapshot().mss : socket.config.mss).value());
    }
    if (name == TCP_NODELAY) return socket.config.nagle == tcp::Nagle::Off ? 1 : 0;
    if (name == TCP_CORK) return socket.cork ? 1 : 0;
    if (name == TCP_SYNCNT) return socket.config.max_syn_retries;
    if (name == TCP_KEEPCNT) return socket.config.keep_alive_probes;
    if (name == TCP_KEEPIDLE) return static_cast<int>(socket.config.keep_alive_idle / 1s);
    if (name == TCP_KEEPINTVL) return static_cast<int>(socket.config.keep_alive_interval / 1s);
  }
  const auto it = socket.options.find({level, name});
  return it == socket.options.end() ? 0 : it->second;
}

Result Sockets::get_option(int fd, int level, int name, MutableBytes value, socklen_t& size) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (level == IPPROTO_TCP && name == TCP_INFO) {
    // All that was asked for: newer fields than ours are zero.
    std::ranges::fill(value, std::uint8_t{0});
    const socklen_t asked = size;
    const Result result =
        put_value(make_tcp_info(*socket, connection(*socket), machine_.now()), value, size);
    size = asked;
    return result;
  }
  if (level == IPPROTO_TCP && name == TCP_CC_INFO) {
    size = 0;
    return 0;
  }
  if (level == IPPROTO_TCP && name == TCP_CONGESTION) {
    constexpr std::array<std::string_view, 3> kNames{"reno", "cubic", "bbr"};
    const std::string_view algorithm = kNames[static_cast<std::size_t>(socket->config.congestion)];
    std::vector<std::uint8_t> text(algorithm.begin(), algorithm.end());
    text.resize(16);
    return put(text, value, size);
  }
  if (level == SOL_SOCKET && name == SO_MEMINFO) {
    return put(std::vector<std::uint8_t>(kMemInfoSize), value, size);
  }
  if (level == SOL_SOCKET && name == SO_LINGER) {
    return put_value(linger{socket->linger ? 1 : 0, socket->linger.value_or(0)}, value, size);
  }
  return put_value(option(*socket, level, name).value_or(0), value, size);
}

std::optional<int> Sockets::inq(int fd) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::nullopt;
  const auto on = socket->options.find({IPPROTO_TCP, TCP_INQ});
  const tcp::Connection* const conn = connection(*socket);
  if (on == socket->options.end() || on->second == 0 || conn == nullptr) return std::nullopt;
  const auto left = static_cast<int>(conn->unread().value());
  return conn->read_to_end() ? 1 : left;
}

Result Sockets::fcntl(int fd, int command, int argument) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  switch (command) {
    case F_GETFL:
      return O_RDWR | (socket->nonblocking ? O_NONBLOCK : 0);
    case F_SETFL:
      socket->nonblocking = (argument & O_NONBLOCK) != 0;
      return 0;
    case F_GETFD:
    case F_SETFD:
      return 0;
    default:
      return std::unexpected(EINVAL);
  }
}

Result Sockets::ioctl(int fd, unsigned long request, int& value) {
  Socket* const socket = find(fd);
  if (socket == nullptr) return std::unexpected(EBADF);
  if (request == FIONBIO) {
    socket->nonblocking = value != 0;
    return 0;
  }
  if (socket->kind == Socket::Kind::Listening) return std::unexpected(EINVAL);
  const tcp::Connection* const conn = connection(*socket);
  const tcp::Snapshot snapshot = conn != nullptr ? conn->snapshot() : tcp::Snapshot{};
  switch (request) {
    case SIOCINQ:
      value = static_cast<int>(snapshot.unread.value());
      return 0;
    case SIOCOUTQ:
      value = static_cast<int>(snapshot.send_buffered.value());
      return 0;
    case SIOCOUTQNSD:
      value = static_cast<int>(snapshot.unsent.value());
      return 0;
    default:
      return std::unexpected(ENOTTY);
  }
}

}  // namespace inflight::packetdrill
