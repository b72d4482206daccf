// Calls with more than a buffer: messages, vectors of buffers, sets of events.
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "packetdrill/address.h"
#include "scripts/runner/calls.h"
#include "scripts/runner/structure.h"
#include "scripts/runner/symbols.h"

namespace inflight::scripts {
namespace {

// "[{..., 500}, {..., 1000}]", all of it in one buffer.
class Vector {
 public:
  explicit Vector(std::string_view list) {
    std::vector<std::size_t> sizes;
    std::size_t total = 0;
    for (const std::string& text : elements(list)) {
      const std::vector<std::string> parts = elements(text);
      const long size = parts.size() < 2 ? 0 : number_of(parts[1]).value_or(0);
      sizes.push_back(static_cast<std::size_t>(size));
      total += sizes.back();
    }
    bytes_.resize(total);
    std::size_t at = 0;
    for (const std::size_t size : sizes) {
      vector_.push_back({bytes_.data() + at, size});
      at += size;
    }
  }
  iovec* data() { return vector_.data(); }
  std::size_t size() const { return vector_.size(); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<iovec> vector_;
};

template <class T>
std::optional<T> read_as(const cmsghdr& header) {
  if (header.cmsg_len < CMSG_LEN(sizeof(T))) return std::nullopt;
  T value{};
  std::memcpy(&value, CMSG_DATA(&header), sizeof value);
  return value;
}

std::string unlike(std::string_view name, long got, long expected) {
  if (got == expected) return {};
  return std::string(name) + " is " + std::to_string(got) + ", not " + std::to_string(expected);
}

std::string differs(const sock_extended_err& got, std::string_view expected) {
  const std::pair<std::string_view, long> fields[] = {
      {"ee_errno", got.ee_errno}, {"ee_origin", got.ee_origin}, {"ee_type", got.ee_type},
      {"ee_code", got.ee_code},   {"ee_info", got.ee_info},     {"ee_data", got.ee_data}};
  for (const auto& [name, value] : fields) {
    const std::string complaint = unlike(name, value, member_number(expected, name));
    if (!complaint.empty()) return complaint;
  }
  return {};
}

// What does not fit of one control message; nothing if all does.
std::string differs(const cmsghdr& header, std::string_view expected, Duration start,
                    Duration tolerance) {
  std::string complaint =
      unlike("cmsg_level", header.cmsg_level, member_number(expected, "cmsg_level"));
  if (complaint.empty()) {
    complaint = unlike("cmsg_type", header.cmsg_type, member_number(expected, "cmsg_type"));
  }
  if (!complaint.empty()) return complaint;
  const std::string_view data = member(expected, "cmsg_data");
  if (data.contains("ee_errno")) {
    const auto error = read_as<sock_extended_err>(header);
    return error ? differs(*error, data) : "the control message is too short";
  }
  if (data.contains("scm_sec")) {
    const auto time = read_as<timespec>(header);
    if (!time) return "the control message is too short";
    const Duration at =
        std::chrono::seconds(time->tv_sec) + std::chrono::nanoseconds(time->tv_nsec) - start;
    const Duration due = std::chrono::seconds(member_number(data, "scm_sec")) +
                         std::chrono::nanoseconds(member_number(data, "scm_nsec"));
    return at >= due - tolerance && at <= due + tolerance
               ? ""
               : "the timestamp is " + std::to_string(to_seconds(at)) + " s";
  }
  return unlike("cmsg_data", read_as<int>(header).value_or(0), number_of(data).value_or(0));
}

std::string control_differs(msghdr& message, std::string_view expected, Duration start,
                            Duration tolerance) {
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  for (const std::string& text : elements(expected)) {
    if (header == nullptr) return "a control message is missing";
    std::string complaint = differs(*header, text, start, tolerance);
    if (!complaint.empty()) return complaint;
    header = CMSG_NXTHDR(&message, header);
  }
  return header == nullptr ? "" : "a control message more than expected";
}

}  // namespace

Calls::Outcome Calls::receive_message(const Call& call, int fd) {
  const std::string& text = call.arguments[1];
  Vector vector(member(text, "msg_iov"));
  std::vector<std::uint8_t> control(1024);
  msghdr message{};
  message.msg_iov = vector.data();
  message.msg_iovlen = vector.size();
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  Outcome result = outcome(table_.recvmsg(table_.self, fd, &message, small(call, 2)));
  if (result.value < 0) return result;
  result.complaint = unlike("msg_flags", message.msg_flags, member_number(text, "msg_flags"));
  if (result.complaint.empty()) {
    result.complaint = control_differs(message, member(text, "msg_control"), start_, tolerance_);
  }
  return result;
}

std::optional<Calls::Outcome> Calls::make_message(const Call& call) {
  const int fd = call.arguments.empty() ? -1 : descriptor(call.arguments[0]);
  if (call.name == "recvmsg") return receive_message(call, fd);
  if (call.name != "sendmsg") return std::nullopt;
  const std::string& text = call.arguments[1];
  Vector vector(member(text, "msg_iov"));
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int domain = peer_.local().is_v4() ? AF_INET : AF_INET6;
  packetdrill::to_sockaddr({peer_.remote(), Peer::kPort}, domain, generic(storage), &size);
  msghdr message{};
  message.msg_name = &storage;
  message.msg_namelen = size;
  message.msg_iov = vector.data();
  message.msg_iovlen = vector.size();
  const int flags = small(call, 2);
  if ((flags & MSG_FASTOPEN) != 0) latest_connection_ = fd;
  return outcome(table_.sendmsg(table_.self, fd, &message, flags));
}

std::optional<Calls::Outcome> Calls::make_vector(const Call& call) {
  if (call.name != "readv" && call.name != "writev") return std::nullopt;
  const int fd = descriptor(call.arguments[0]);
  Vector vector(call.arguments[1]);
  const auto make = call.name == "readv" ? table_.readv : table_.writev;
  return outcome(make(table_.self, fd, vector.data(), small(call, 2)));
}

Calls::Outcome Calls::wait_for_events(const Call& call, int set) {
  std::vector<epoll_event> events(static_cast<std::size_t>(std::max(small(call, 2), 1)));
  Outcome result =
      outcome(table_.epoll_wait(table_.self, set, events.data(), small(call, 2), small(call, 3)));
  if (result.value <= 0) return result;
  const std::string& expected = call.arguments[1];
  result.complaint =
      unlike("events", static_cast<long>(events[0].events), member_number(expected, "events"));
  if (result.complaint.empty() && expected.contains("fd")) {
    result.complaint = unlike("fd", events[0].data.fd, member_number(expected, "fd"));
  }
  return result;
}

std::optional<Calls::Outcome> Calls::make_epoll(const Call& call) {
  if (call.name == "epoll_create") return outcome(table_.epoll_create(table_.self, small(call, 0)));
  const int set = call.arguments.empty() ? -1 : descriptor(call.arguments[0]);
  if (call.name == "epoll_wait") return wait_for_events(call, set);
  if (call.name != "epoll_ctl") return std::nullopt;
  const std::string text = call.arguments.size() > 3 ? call.arguments[3] : "";
  epoll_event event{};
  event.events = static_cast<std::uint32_t>(member_number(text, "events"));
  event.data.fd = static_cast<int>(member_number(text, "fd"));
  return outcome(
      table_.epoll_ctl(table_.self, set, small(call, 1), descriptor(call.arguments[2]), &event));
}

}  // namespace inflight::scripts
