#include "scripts/runner/calls.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "packetdrill/address.h"
#include "scripts/runner/structure.h"
#include "scripts/runner/symbols.h"

namespace inflight::scripts {
namespace {

// With "\\xa1" as one byte.
std::vector<std::uint8_t> unescaped(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  while (!text.empty()) {
    const bool hex = text.starts_with("\\x") && text.size() >= 4;
    const std::string digits(text.substr(hex ? 2 : 0, hex ? 2 : 1));
    bytes.push_back(hex ? static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16))
                        : static_cast<std::uint8_t>(text[0]));
    text.remove_prefix(hex ? 4 : 1);
  }
  return bytes;
}

std::vector<std::uint8_t> option_bytes(const Call& call) {
  const std::string& text = call.arguments.size() > 3 ? call.arguments[3] : std::string();
  std::vector<std::uint8_t> bytes(sizeof(int));
  if (text.contains("onoff")) {
    const linger value{static_cast<int>(number_of(member(text, "onoff")).value_or(0)),
                       static_cast<int>(number_of(member(text, "linger")).value_or(0))};
    bytes.resize(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
  } else if (text.contains('"')) {
    const std::size_t open = text.find('"') + 1;
    bytes = unescaped(std::string_view(text).substr(open, text.rfind('"') - open));
    if (call.arguments.size() > 4) bytes.resize(static_cast<std::size_t>(number(call, 4)));
  } else {
    const int value = small(call, 3);
    std::memcpy(bytes.data(), &value, sizeof value);
  }
  return bytes;
}

}  // namespace

Calls::Outcome Calls::outcome(long value) const {
  return {.value = value, .error = value < 0 ? errno : 0, .complaint = {}};
}

int Calls::descriptor(const std::string& argument) const {
  const auto script = number_of(argument);
  const auto it = descriptors_.find(script.value_or(-1));
  return it == descriptors_.end() ? -1 : it->second;
}

void Calls::note_descriptor(const Call& call, long value) {
  if (value < 0) return;
  if (call.name == "socket" || call.name == "accept" || call.name == "epoll_create") {
    descriptors_[number_of(call.result).value_or(value)] = static_cast<int>(value);
  }
  if (call.name == "accept") latest_connection_ = static_cast<int>(value);
}

std::optional<Calls::Outcome> Calls::make_opening(const Call& call) {
  const int fd = call.arguments.empty() ? -1 : descriptor(call.arguments[0]);
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int domain = peer_.local().is_v4() ? AF_INET : AF_INET6;
  if (call.name == "socket") {
    const bool given = call.arguments[0] != "...";
    return outcome(table_.socket(table_.self, given ? small(call, 0) : domain, small(call, 1),
                                 small(call, 2)));
  }
  if (call.name == "bind") {
    packetdrill::to_sockaddr({peer_.local(), Peer::kPort}, domain, generic(storage), &size);
    return outcome(table_.bind(table_.self, fd, generic(storage), size));
  }
  if (call.name == "listen") peer_.on_listen();
  if (call.name == "listen") return outcome(table_.listen(table_.self, fd, small(call, 1)));
  if (call.name == "connect") {
    packetdrill::to_sockaddr({peer_.remote(), Peer::kPort}, domain, generic(storage), &size);
    if (call.arguments[1].contains("AF_UNSPEC")) storage.ss_family = AF_UNSPEC;
    latest_connection_ = fd;
    return outcome(table_.connect(table_.self, fd, generic(storage), size));
  }
  if (call.name == "accept") {
    Outcome result = outcome(table_.accept(table_.self, fd, generic(storage), &size));
    const auto who = packetdrill::from_sockaddr(generic(storage), size);
    if (result.value >= 0 && (!who || who->address != peer_.remote())) {
      result.complaint = "accept gave another peer's address";
    }
    return result;
  }
  if (call.name == "close") {
    descriptors_.erase(number_of(call.arguments[0]).value_or(-1));
    if (latest_connection_ == fd) latest_connection_.reset();
    return outcome(table_.close(table_.self, fd));
  }
  if (call.name == "shutdown") return outcome(table_.shutdown(table_.self, fd, small(call, 1)));
  return std::nullopt;
}

std::optional<Calls::Outcome> Calls::make_transfer(const Call& call) {
  const int fd = call.arguments.empty() ? -1 : descriptor(call.arguments[0]);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::max(number(call, 2), 0L)));
  void* const self = table_.self;
  const bool nowhere = call.arguments.size() > 1 && call.arguments[1] == "NULL";
  void* const data = nowhere ? nullptr : bytes.data();
  if (call.name == "read") return outcome(table_.read(self, fd, data, bytes.size()));
  if (call.name == "write") return outcome(table_.write(self, fd, data, bytes.size()));
  if (call.name == "recvfrom") {
    return outcome(table_.recvfrom(self, fd, data, bytes.size(), small(call, 3), nullptr, nullptr));
  }
  if (call.name == "recv") {
    return outcome(table_.recv(self, fd, data, bytes.size(), small(call, 3)));
  }
  if (call.name == "send") {
    return outcome(table_.send(self, fd, data, bytes.size(), small(call, 3)));
  }
  if (call.name == "sendto") {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    const int domain = peer_.local().is_v4() ? AF_INET : AF_INET6;
    packetdrill::to_sockaddr({peer_.remote(), Peer::kPort}, domain, generic(storage), &size);
    if (call.arguments.size() > 4 && call.arguments[4].contains("AF_UNSPEC")) {
      storage.ss_family = AF_UNSPEC;
    }
    latest_connection_ = fd;
    return outcome(
        table_.sendto(self, fd, data, bytes.size(), small(call, 3), generic(storage), size));
  }
  return std::nullopt;
}

Calls::Outcome Calls::get_option(const Call& call, int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  Outcome result =
      outcome(table_.getsockopt(table_.self, fd, small(call, 1), small(call, 2), &value, &size));
  if (result.value == 0 && call.arguments[3] != "..." && value != number(call, 3)) {
    result.complaint = "the option's value is " + std::to_string(value);
  }
  return result;
}

Calls::Outcome Calls::poll(const Call& call) {
  std::vector<pollfd> fds;
  std::vector<long> expected;
  const std::string& list = call.arguments[0];
  for (const std::string& text : split_list(list.substr(1, list.size() - 2))) {
    fds.push_back({.fd = descriptor(std::string(member(text, "fd"))),
                   .events = static_cast<short>(number_of(member(text, "events")).value_or(0)),
                   .revents = 0});
    expected.push_back(number_of(member(text, "revents")).value_or(0));
  }
  Outcome result = outcome(table_.poll(table_.self, fds.data(), fds.size(), small(call, 2)));
  for (std::size_t i = 0; i < fds.size(); ++i) {
    if (fds[i].revents == expected[i]) continue;
    result.complaint =
        "revents is " + std::to_string(fds[i].revents) + ", not " + std::to_string(expected[i]);
  }
  return result;
}

std::optional<Calls::Outcome> Calls::make_option(const Call& call) {
  if (call.name == "poll") return poll(call);
  const int fd = call.arguments.empty() ? -1 : descriptor(call.arguments[0]);
  if (call.name == "setsockopt") {
    const std::vector<std::uint8_t> value = option_bytes(call);
    return outcome(table_.setsockopt(table_.self, fd, small(call, 1), small(call, 2), value.data(),
                                     static_cast<socklen_t>(value.size())));
  }
  if (call.name == "getsockopt") return get_option(call, fd);
  if (call.name == "fcntl") {
    return outcome(table_.fcntl(table_.self, fd, small(call, 1), small(call, 2)));
  }
  if (call.name == "ioctl") {
    int value = 0;
    const auto request = static_cast<unsigned long>(number(call, 1));
    Outcome result = outcome(table_.ioctl(table_.self, fd, request, &value));
    if (result.value == 0 && value != number(call, 2)) {
      result.complaint = "ioctl gave " + std::to_string(value);
    }
    return result;
  }
  return std::nullopt;
}

std::optional<Calls::Outcome> Calls::make(const Call& call) {
  if (auto result = make_opening(call)) return result;
  if (auto result = make_transfer(call)) return result;
  if (auto result = make_message(call)) return result;
  if (auto result = make_vector(call)) return result;
  if (auto result = make_epoll(call)) return result;
  return make_option(call);
}

std::optional<std::string> Calls::run(const Call& call) {
  const auto result = make(call);
  if (!result) return "unknown call " + call.name;
  note_descriptor(call, result->value);
  if (call.result == "...") return std::nullopt;
  const auto expected = number_of(call.result);
  const bool opens = call.name == "socket" || call.name == "accept" || call.name == "epoll_create";
  const bool fits =
      expected && (opens && *expected >= 0 ? result->value >= 0 : result->value == *expected);
  const std::string got = std::to_string(result->value) + " " +
                          (result->error != 0 ? std::string(error_name(result->error)) : "");
  if (!fits) return "gave " + got;
  if (!call.error.empty() && number_of(call.error) != result->error) return "gave " + got;
  if (!result->complaint.empty()) return result->complaint;
  return std::nullopt;
}

void Calls::close_all() {
  for (const auto& [script, fd] : descriptors_) ::close(fd);
  descriptors_.clear();
}

}  // namespace inflight::scripts
