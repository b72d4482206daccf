#include "io/udp_socket.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "io/socket_address.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace inflight::io {
namespace {

// The kernel's own bounds: UDP_MAX_SEGMENTS, and the length of one UDP datagram before it is cut.
constexpr std::size_t kMaxSegments = 64;
constexpr std::size_t kMaxJoined = 65'000;
// Messages per receive call, each with room for a whole joined datagram.
constexpr std::size_t kReceiveMessages = 8;
constexpr std::size_t kReceiveRoom = 65'536;
constexpr std::size_t kControlRoom = 128;

SocketError last_error() {
  const int code = errno;
  SocketError error;
  error.reason = std::generic_category().message(code);
  if (code == EADDRINUSE) error.kind = SocketError::Kind::AddressInUse;
  if (code == EADDRNOTAVAIL) error.kind = SocketError::Kind::AddressNotHere;
  if (code == EACCES || code == EPERM) error.kind = SocketError::Kind::NotPermitted;
  return error;
}

bool set_option(int descriptor, int level, int name, int value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

void ask_for_buffer(int descriptor, int forced_name, int name) {
  const int size = static_cast<int>(UdpSocket::kBuffer.value());
  // The forced form needs a privilege; the plain one is capped by the system's maximum.
  if (!set_option(descriptor, SOL_SOCKET, forced_name, size)) {
    set_option(descriptor, SOL_SOCKET, name, size);
  }
}

// Datagrams from the front that may go as one: to one place, with one ECN field, all of one size
// but a shorter last.
std::size_t run_length(std::span<const OutgoingDatagram> datagrams) {
  const std::size_t size = datagrams[0].payload.size();
  std::size_t total = size;
  std::size_t count = 1;
  while (count < std::min(datagrams.size(), kMaxSegments)) {
    const OutgoingDatagram& next = datagrams[count];
    if (next.to != datagrams[0].to || next.ecn != datagrams[0].ecn) break;
    if (next.payload.size() > size) break;
    total += next.payload.size();
    if (total > kMaxJoined) break;
    ++count;
    if (next.payload.size() < size) break;
  }
  return count;
}

struct ControlBuffer {
  alignas(cmsghdr) std::array<char, kControlRoom> bytes;
};

// Adds items to a message's control data, which has the room.
class ControlWriter {
 public:
  ControlWriter(msghdr& header, ControlBuffer& buffer) : header_(header), buffer_(buffer) {}

  template <class T>
  void put(int level, int type, T value) {
    header_.msg_control = buffer_.bytes.data();
    auto* item = reinterpret_cast<cmsghdr*>(buffer_.bytes.data() + header_.msg_controllen);
    item->cmsg_level = level;
    item->cmsg_type = type;
    item->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(item), &value, sizeof value);
    header_.msg_controllen += CMSG_SPACE(sizeof value);
  }

 private:
  msghdr& header_;
  ControlBuffer& buffer_;
};

struct ReceivedMark {
  std::optional<std::chrono::nanoseconds> stamp;
  std::size_t segment = 0;
  wire::Ecn ecn = wire::Ecn::NotEct;
};

// The two low bits of what was the type of service; one byte, or an int whose order does not
// matter then.
wire::Ecn ecn_of(const cmsghdr& item) {
  constexpr unsigned kEcnBits = 3;
  std::uint8_t value = 0;
  std::memcpy(&value, CMSG_DATA(&item), sizeof value);
  return static_cast<wire::Ecn>(value & kEcnBits);
}

ReceivedMark read_control(msghdr& header) {
  ReceivedMark mark;
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_TIMESTAMPNS) {
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(item), sizeof stamp);
      mark.stamp = std::chrono::seconds{stamp.tv_sec} + std::chrono::nanoseconds{stamp.tv_nsec};
    } else if (item->cmsg_level == SOL_UDP && item->cmsg_type == UDP_GRO) {
      int size = 0;
      std::memcpy(&size, CMSG_DATA(item), sizeof size);
      mark.segment = static_cast<std::size_t>(std::max(size, 0));
    } else if ((item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TOS) ||
               (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_TCLASS)) {
      mark.ecn = ecn_of(*item);
    }
  }
  return mark;
}

}  // namespace

// Reused by every call, so that the steady state allocates nothing.
struct UdpSocket::Buffers {
  std::vector<mmsghdr> messages = std::vector<mmsghdr>(kMaxBatch);
  std::vector<iovec> pieces = std::vector<iovec>(kMaxBatch);
  std::vector<SocketAddress> addresses = std::vector<SocketAddress>(kMaxBatch);
  std::vector<ControlBuffer> control = std::vector<ControlBuffer>(kMaxBatch);
  // How many datagrams each outgoing message stands for.
  std::vector<std::size_t> counts = std::vector<std::size_t>(kMaxBatch);
  std::vector<std::uint8_t> received = std::vector<std::uint8_t>(kReceiveMessages * kReceiveRoom);
};

UdpSocket::UdpSocket(int descriptor)
    : descriptor_(descriptor), buffers_(std::make_unique<Buffers>()) {}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      v6_(other.v6_),
      segmentation_(other.segmentation_),
      local_(other.local_),
      last_arrival_(other.last_arrival_),
      buffers_(std::move(other.buffers_)),
      counters_(other.counters_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  UdpSocket moved(std::move(other));
  std::swap(descriptor_, moved.descriptor_);
  std::swap(v6_, moved.v6_);
  std::swap(segmentation_, moved.segmentation_);
  std::swap(local_, moved.local_);
  std::swap(last_arrival_, moved.last_arrival_);
  std::swap(buffers_, moved.buffers_);
  std::swap(counters_, moved.counters_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::expected<UdpSocket, SocketError> UdpSocket::bind(const wire::Endpoint& local) {
  const bool v6 = !local.address.is_v4();
  const int descriptor =
      ::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::unexpected(last_error());
  UdpSocket made(descriptor);
  made.v6_ = v6;
  if (v6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  const SocketAddress address = to_socket_address(local, v6);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    return std::unexpected(last_error());
  }
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    return std::unexpected(last_error());
  }
  made.local_ = to_endpoint(bound.storage);
  made.configure();
  return made;
}

// Each of these makes it faster or more exact; it works without.
void UdpSocket::configure() {
  ask_for_buffer(descriptor_, SO_RCVBUFFORCE, SO_RCVBUF);
  ask_for_buffer(descriptor_, SO_SNDBUFFORCE, SO_SNDBUF);
  set_option(descriptor_, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set_option(descriptor_, SOL_UDP, UDP_GRO, 1);
  // An IPv6 socket has them from IPv4 peers, too.
  set_option(descriptor_, IPPROTO_IP, IP_RECVTOS, 1);
  if (v6_) set_option(descriptor_, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  // A kernel that knows the option accepts "off"; whether the route can do it shows when sending.
  segmentation_ = set_option(descriptor_, SOL_UDP, UDP_SEGMENT, 0);
}

ByteCount UdpSocket::receive_buffer() const {
  int size = 0;
  socklen_t length = sizeof size;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, &length);
  return ByteCount{size};
}

std::size_t UdpSocket::send(std::span<OutgoingDatagram> datagrams) {
  datagrams = datagrams.first(std::min(datagrams.size(), kMaxBatch));
  std::size_t done = 0;
  while (done < datagrams.size() && send_some(datagrams, done)) {
  }
  return done;
}

// One system call. False: the socket's buffer is full.
bool UdpSocket::send_some(std::span<OutgoingDatagram> datagrams, std::size_t& done) {
  Buffers& buffers = *buffers_;
  unsigned messages = 0;
  for (std::size_t next = done; next < datagrams.size(); ++messages) {
    const std::size_t run = segmentation_ ? run_length(datagrams.subspan(next)) : 1;
    SocketAddress& address = buffers.addresses[messages];
    address = to_socket_address(datagrams[next].to, v6_);
    for (std::size_t i = next; i < next + run; ++i) {
      const MutableBytes bytes = datagrams[i].payload.bytes();
      buffers.pieces[i] = {bytes.data(), bytes.size()};
    }
    msghdr& header = buffers.messages[messages].msg_hdr;
    header = {};
    header.msg_name = &address.storage;
    header.msg_namelen = address.size;
    header.msg_iov = &buffers.pieces[next];
    header.msg_iovlen = run;
    ControlWriter control(header, buffers.control[messages]);
    const OutgoingDatagram& first = datagrams[next];
    if (run > 1) {
      control.put(SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(first.payload.size()));
    }
    if (first.ecn != wire::Ecn::NotEct) {
      const bool v4 = first.to.address.is_v4();
      control.put(v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS,
                  static_cast<int>(first.ecn));
    }
    buffers.counts[messages] = run;
    next += run;
  }
  const int sent = ::sendmmsg(descriptor_, buffers.messages.data(), messages, 0);
  ++counters_.send_calls;
  if (sent >= 0) {
    // A message may stand for several datagrams.
    for (const std::size_t count :
         std::span(buffers.counts).first(static_cast<std::size_t>(sent))) {
      done += count;
      counters_.datagrams_sent += static_cast<std::int64_t>(count);
    }
    return true;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return false;
  if (errno == EINTR) return true;
  if (buffers.counts[0] > 1 && (errno == EIO || errno == EINVAL || errno == EMSGSIZE)) {
    // The route cannot cut datagrams (no checksum offload): from now on one by one.
    segmentation_ = false;
    return true;
  }
  // Only the first message failed; to the peer it is as lost on the way.
  counters_.refused += static_cast<std::int64_t>(buffers.counts[0]);
  done += buffers.counts[0];
  return true;
}

void UdpSocket::receive(std::vector<IncomingDatagram>& into, wire::PacketPool& pool,
                        const Clock& clock) {
  Buffers& buffers = *buffers_;
  for (std::size_t i = 0; i < kReceiveMessages; ++i) {
    buffers.pieces[i] = {&buffers.received[i * kReceiveRoom], kReceiveRoom};
    msghdr& header = buffers.messages[i].msg_hdr;
    header = {};
    header.msg_name = &buffers.addresses[i].storage;
    header.msg_namelen = sizeof buffers.addresses[i].storage;
    header.msg_iov = &buffers.pieces[i];
    header.msg_iovlen = 1;
    header.msg_control = buffers.control[i].bytes.data();
    header.msg_controllen = kControlRoom;
  }
  const int count = ::recvmmsg(descriptor_, buffers.messages.data(), kReceiveMessages, 0, nullptr);
  ++counters_.receive_calls;
  const Instant now = clock.now();
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
    const ReceivedMark mark = read_control(buffers.messages[i].msg_hdr);
    const Instant stamp = mark.stamp ? clock.from_wall(*mark.stamp, now) : now;
    last_arrival_ = std::max(last_arrival_, stamp);
    Bytes rest = Bytes(buffers.received).subspan(i * kReceiveRoom, buffers.messages[i].msg_len);
    const std::size_t segment = mark.segment > 0 ? mark.segment : rest.size();
    const wire::Endpoint from = to_endpoint(buffers.addresses[i].storage);
    while (!rest.empty()) {
      const Bytes one = rest.first(std::min(segment, rest.size()));
      into.push_back({pool.copy(one), from, mark.ecn});
      into.back().payload.arrival = last_arrival_;
      rest = rest.subspan(one.size());
      ++counters_.datagrams_received;
    }
  }
}

wire::IpAddress outward_address() {
  const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return {};
  // RFC 5737's documentation addresses are routed like any public one; connecting sends nothing.
  const SocketAddress far = to_socket_address({wire::IpAddress::v4(192, 0, 2, 1), 9}, false);
  SocketAddress near;
  near.size = sizeof near.storage;
  const bool known =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&far.storage), far.size) == 0 &&
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&near.storage), &near.size) == 0;
  ::close(descriptor);
  return known ? to_endpoint(near.storage).address : wire::IpAddress{};
}

}  // namespace inflight::io
