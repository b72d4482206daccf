// epoll sets: level-triggered, edge-triggered and one-shot interest in sockets, answered from
// their readiness.
#pragma once

#include <sys/epoll.h>

#include <map>
#include <span>

#include "packetdrill/sockets.h"

namespace inflight::packetdrill {

class EpollSets {
 public:
  explicit EpollSets(Sockets& sockets) : sockets_(sockets) {}

  // The descriptor of a new set.
  Result create();
  Result control(int set, int operation, int fd, const epoll_event* event);
  // How many of `events` were filled; EAGAIN if none.
  Result wait(int set, std::span<epoll_event> events);
  // False if there is no such set.
  bool close(int set);

 private:
  struct Interest {
    epoll_event event{};
    // For edges: what was reported last, and how much had arrived then.
    std::uint32_t reported = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t errors_queued = 0;
    bool disarmed = false;
  };

  std::uint32_t due(int fd, Interest& interest);

  Sockets& sockets_;
  // By the set's descriptor, then by the socket's.
  std::map<int, std::map<int, Interest>> sets_;
};

}  // namespace inflight::packetdrill
