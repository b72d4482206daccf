#include "io/tun_device.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/bytes.h"

namespace inflight::io {
namespace {

// The longest IP packet; what exceeds the pooled part of it.
constexpr std::size_t kMaxPacket = 65'535;
constexpr std::size_t kPooled = wire::PacketPool::kDefaultCapacity;
constexpr std::size_t kOverflow = kMaxPacket - kPooled;

TunError::Kind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return TunError::Kind::NoDriver;
    case EACCES:
    case EPERM:
      return TunError::Kind::NotPermitted;
    case EBUSY:
      return TunError::Kind::Busy;
    case EINVAL:
      return TunError::Kind::BadName;
    case EBADFD:
      return TunError::Kind::Gone;
    default:
      return TunError::Kind::Other;
  }
}

std::unexpected<TunError> last_error() {
  const int code = errno;
  return std::unexpected(TunError{kind_of(code), std::generic_category().message(code)});
}

}  // namespace

TunDevice::TunDevice(int descriptor, std::string name)
    : descriptor_(descriptor),
      name_(std::move(name)),
      overflow_(std::make_unique<std::uint8_t[]>(kOverflow)) {}

TunDevice::TunDevice(TunDevice&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      overflow_(std::move(other.overflow_)),
      counters_(other.counters_) {}

TunDevice& TunDevice::operator=(TunDevice&& other) noexcept {
  TunDevice moved(std::move(other));
  std::swap(descriptor_, moved.descriptor_);
  std::swap(name_, moved.name_);
  std::swap(overflow_, moved.overflow_);
  std::swap(counters_, moved.counters_);
  return *this;
}

TunDevice::~TunDevice() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::expected<TunDevice, TunError> TunDevice::open(std::string_view name) {
  // The system would cut a longer name, and choose one itself for an empty one.
  if (name.empty() || name.size() > kMaxName) {
    return std::unexpected(TunError{TunError::Kind::BadName, "Not a name of 1 to 15 characters"});
  }
  const int descriptor = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return last_error();
  TunDevice made(descriptor, {});
  ifreq request{};
  std::ranges::copy(name, request.ifr_name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(descriptor, TUNSETIFF, &request) != 0) return last_error();
  made.name_ = request.ifr_name;
  return made;
}

std::expected<void, TunError> TunDevice::receive(std::vector<wire::Packet>& into,
                                                 wire::PacketPool& pool, const Clock& clock) {
  for (std::size_t count = 0; count < kMaxBatch; ++count) {
    wire::Packet packet = pool.make(kPooled);
    const MutableBytes front = packet.bytes();
    std::array<iovec, 2> pieces{
        {{front.data(), front.size()}, {overflow_.get(), std::size_t{kOverflow}}}};
    const ssize_t result = ::readv(descriptor_, pieces.data(), static_cast<int>(pieces.size()));
    if (result < 0) {
      if (errno == EINTR) continue;
      // EIO: the interface is down, nothing comes until it is up again.
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EIO) return {};
      return last_error();
    }
    const auto size = static_cast<std::size_t>(result);
    if (size <= kPooled) {
      packet.trim_back(kPooled - size);
    } else {
      wire::Packet whole = pool.make(size);
      ByteWriter writer(whole.bytes());
      writer.bytes(front);
      writer.bytes(Bytes(overflow_.get(), size - kPooled));
      packet = std::move(whole);
    }
    packet.arrival = clock.now();
    into.push_back(std::move(packet));
    ++counters_.packets_received;
  }
  return {};
}

std::size_t TunDevice::send(std::span<const wire::Packet> packets) {
  packets = packets.first(std::min(packets.size(), kMaxBatch));
  std::size_t done = 0;
  while (done < packets.size()) {
    const Bytes bytes = packets[done].bytes();
    if (::write(descriptor_, bytes.data(), bytes.size()) >= 0) {
      ++counters_.packets_sent;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      return done;
    } else if (errno == EINTR) {
      continue;
    } else {
      ++counters_.refused;
    }
    ++done;
  }
  return done;
}

}  // namespace inflight::io
