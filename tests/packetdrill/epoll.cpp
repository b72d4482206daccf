#include "packetdrill/epoll.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace inflight::packetdrill {

Result EpollSets::create() {
  const int set = eventfd(0, EFD_CLOEXEC);
  if (set < 0) return std::unexpected(EMFILE);
  sets_[set];
  return set;
}

Result EpollSets::control(int set, int operation, int fd, const epoll_event* event) {
  const auto it = sets_.find(set);
  if (it == sets_.end() || sockets_.find(fd) == nullptr) return std::unexpected(EBADF);
  const bool known = it->second.contains(fd);
  switch (operation) {
    case EPOLL_CTL_ADD:
      if (known) return std::unexpected(EEXIST);
      break;
    case EPOLL_CTL_MOD:
      if (!known) return std::unexpected(ENOENT);
      break;
    case EPOLL_CTL_DEL:
      if (!known) return std::unexpected(ENOENT);
      it->second.erase(fd);
      return 0;
    default:
      return std::unexpected(EINVAL);
  }
  if (event == nullptr) return std::unexpected(EFAULT);
  it->second[fd] = Interest{.event = *event};
  return 0;
}

std::uint32_t EpollSets::due(int fd, Interest& interest) {
  if (interest.disarmed) return 0;
  // epoll has poll()'s numbers, and reports errors and hang-ups unasked.
  const auto ready =
      static_cast<std::uint32_t>(static_cast<unsigned short>(sockets_.readiness(fd)));
  const std::uint32_t events = ready & (interest.event.events | EPOLLERR | EPOLLHUP);
  if ((interest.event.events & EPOLLET) == 0) return events;
  const std::uint64_t received = sockets_.bytes_received(fd);
  const std::uint64_t errors = sockets_.errors_queued(fd);
  const bool edge = (events & ~interest.reported) != 0 || received > interest.bytes_received ||
                    errors > interest.errors_queued;
  interest.reported = events;
  interest.bytes_received = received;
  interest.errors_queued = errors;
  return edge ? events : 0;
}

Result EpollSets::wait(int set, std::span<epoll_event> events) {
  const auto it = sets_.find(set);
  if (it == sets_.end()) return std::unexpected(EBADF);
  std::size_t count = 0;
  for (auto& [fd, interest] : it->second) {
    if (count == events.size()) break;
    const std::uint32_t ready = due(fd, interest);
    if (ready == 0) continue;
    events[count] = interest.event;
    events[count++].events = ready;
    if ((interest.event.events & EPOLLONESHOT) != 0) interest.disarmed = true;
  }
  if (count == 0) return std::unexpected(EAGAIN);
  return static_cast<std::int64_t>(count);
}

bool EpollSets::close(int set) {
  if (sets_.erase(set) == 0) return false;
  ::close(set);
  return true;
}

}  // namespace inflight::packetdrill
