#include "io/network_interface.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/bytes.h"

namespace inflight::io {
namespace {

std::unexpected<InterfaceError> error_of(int code) {
  return std::unexpected(InterfaceError{.not_permitted = code == EPERM || code == EACCES,
                                        .reason = std::generic_category().message(code)});
}

// A socket that exists to be asked, and is closed when the answer is there.
class Asking {
 public:
  Asking(int family, int type, int protocol)
      : descriptor_(::socket(family, type | SOCK_CLOEXEC, protocol)) {}
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// One interface ioctl; `request` keeps the answer.
std::expected<void, InterfaceError> ask(const std::string& name, unsigned long what,
                                        ifreq& request) {
  if (name.size() >= sizeof request.ifr_name) return error_of(ENODEV);
  std::ranges::fill(request.ifr_name, '\0');
  std::ranges::copy(name, request.ifr_name);
  const Asking socket(AF_INET, SOCK_DGRAM, 0);
  if (::ioctl(socket.descriptor(), what, &request) != 0) return error_of(errno);
  return {};
}

// RTM_NEWADDR with the address as both the local one and the network's.
struct NewAddress {
  nlmsghdr header{};
  ifaddrmsg body{};
  // Two attributes with up to 16 bytes each.
  alignas(NLMSG_ALIGNTO) std::array<std::uint8_t, 2 * RTA_SPACE(16)> attributes{};
};

NewAddress new_address(const InterfaceAddress& address, unsigned index) {
  const Bytes bytes = address.address.bytes();
  NewAddress message;
  message.body.ifa_family = address.address.is_v4() ? AF_INET : AF_INET6;
  message.body.ifa_prefixlen = static_cast<std::uint8_t>(address.prefix_length);
  // Usable at once: nobody else is on a point-to-point device who could have it.
  message.body.ifa_flags = IFA_F_NODAD;
  message.body.ifa_index = index;
  std::size_t used = 0;
  for (const auto type : {IFA_LOCAL, IFA_ADDRESS}) {
    rtattr attribute{};
    attribute.rta_type = static_cast<unsigned short>(type);
    attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(bytes.size()));
    std::memcpy(&message.attributes[used], &attribute, sizeof attribute);
    std::memcpy(&message.attributes[used + RTA_LENGTH(0)], bytes.data(), bytes.size());
    used += RTA_SPACE(bytes.size());
  }
  message.header.nlmsg_type = RTM_NEWADDR;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
  message.header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(sizeof message.body) + used);
  return message;
}

// Sends one request and reads what the kernel says of it: 0 or an errno.
int transact(const NewAddress& message) {
  const Asking socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (::send(socket.descriptor(), &message, message.header.nlmsg_len, 0) < 0) return errno;
  struct {
    nlmsghdr header;
    nlmsgerr error;
  } answer{};
  // What follows the code, the request itself, is cut off.
  if (::recv(socket.descriptor(), &answer, sizeof answer, MSG_TRUNC) < 0) return errno;
  return answer.header.nlmsg_type == NLMSG_ERROR ? -answer.error.error : EPROTO;
}

}  // namespace

std::expected<InterfaceAddress, wire::AddressError> parse_interface_address(std::string_view text) {
  const auto address = wire::parse_address(text.substr(0, text.find('/')));
  const auto prefix = wire::parse_prefix(text);
  if (!address || !prefix) return std::unexpected(wire::AddressError::Malformed);
  return InterfaceAddress{*address, prefix->length};
}

std::string to_string(const InterfaceAddress& address) {
  return to_string(address.address) + "/" + std::to_string(address.prefix_length);
}

std::expected<std::int64_t, InterfaceError> NetworkInterface::mtu() const {
  ifreq request{};
  if (const auto asked = ask(name_, SIOCGIFMTU, request); !asked) {
    return std::unexpected(asked.error());
  }
  return request.ifr_mtu;
}

std::expected<void, InterfaceError> NetworkInterface::set_mtu(std::int64_t mtu) {
  if (const auto now = this->mtu(); !now || *now == mtu) {
    return now ? std::expected<void, InterfaceError>() : std::unexpected(now.error());
  }
  ifreq request{};
  request.ifr_mtu = static_cast<int>(mtu);
  return ask(name_, SIOCSIFMTU, request);
}

std::expected<void, InterfaceError> NetworkInterface::bring_up() {
  ifreq request{};
  if (auto asked = ask(name_, SIOCGIFFLAGS, request); !asked) return asked;
  if ((request.ifr_flags & IFF_UP) != 0) return {};
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  return ask(name_, SIOCSIFFLAGS, request);
}

std::expected<void, InterfaceError> NetworkInterface::add_address(const InterfaceAddress& address) {
  const unsigned index = ::if_nametoindex(name_.c_str());
  if (index == 0) return error_of(errno);
  const int code = transact(new_address(address, index));
  if (code != 0 && code != EEXIST) return error_of(code);
  return {};
}

}  // namespace inflight::io
