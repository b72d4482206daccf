#include "packetdrill/control.h"

#include <netinet/in.h>

#include <cstring>

#include "packetdrill/machine.h"

namespace inflight::packetdrill {
namespace {

template <class T>
std::vector<std::uint8_t> bytes_of(const T& value) {
  std::vector<std::uint8_t> bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

}  // namespace

void ControlWriter::put(int level, int type, Bytes data) {
  if (message_.msg_control == nullptr ||
      used_ + CMSG_SPACE(data.size()) > message_.msg_controllen) {
    message_.msg_flags |= MSG_CTRUNC;
    return;
  }
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(data.size());
  header.cmsg_level = level;
  header.cmsg_type = type;
  auto* const place = static_cast<std::uint8_t*>(message_.msg_control) + used_;
  std::memset(place, 0, CMSG_SPACE(data.size()));
  std::memcpy(place, &header, sizeof header);
  std::memcpy(place + CMSG_LEN(0), data.data(), data.size());
  used_ += CMSG_SPACE(data.size());
}

void put_error(const ErrorQueue::Entry& entry, int domain, ControlWriter& writer) {
  if (entry.at) {
    const std::int64_t us = Machine::time_of_day_us(*entry.at);
    timespec times[3]{};
    times[0] = {.tv_sec = us / 1'000'000, .tv_nsec = us % 1'000'000 * 1'000};
    writer.put(SOL_SOCKET, SO_TIMESTAMPING, bytes_of(times));
  }
  // Behind it stands who is to blame: nobody.
  std::vector<std::uint8_t> error = bytes_of(entry.error);
  const bool v6 = domain == AF_INET6;
  error.resize(error.size() + (v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)));
  writer.put(v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, error);
}

}  // namespace inflight::packetdrill
