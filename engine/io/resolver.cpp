#include "io/resolver.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "io/socket_address.h"

namespace inflight::io {
namespace {

Resolved ask_system(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
  if (code != 0) return std::unexpected(ResolveError{::gai_strerror(code)});
  std::vector<wire::IpAddress> addresses;
  for (const addrinfo* item = list; item != nullptr; item = item->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, item->ai_addr, std::min<std::size_t>(item->ai_addrlen, sizeof storage));
    addresses.push_back(to_endpoint(storage).address);
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return std::unexpected(ResolveError{"The name has no address"});
  return addresses;
}

}  // namespace

struct Resolution::State {
  std::mutex mutex;
  std::optional<Resolved> answer;
};

Resolution::Resolution(const std::string& name, const Waker& waker)
    : state_(std::make_shared<State>()) {
  if (const auto address = wire::parse_address(name)) {
    state_->answer = std::vector{*address};
    return;
  }
  try {
    std::thread([state = state_, name, waker] {
      Resolved answer = ask_system(name);
      {
        const std::lock_guard lock(state->mutex);
        state->answer = std::move(answer);
      }
      waker.wake();
    }).detach();
  } catch (const std::system_error& error) {
    state_->answer = std::unexpected(ResolveError{error.what()});
  }
}

std::optional<Resolved> Resolution::poll() const {
  const std::lock_guard lock(state_->mutex);
  return state_->answer;
}

}  // namespace inflight::io
