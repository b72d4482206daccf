// The table of functions that packetdrill's shared-object mode expects: a data pointer, handed back
// as the first argument of everything, and 32 functions. Order and C types are packetdrill's binary
// interface; failures are -1 with errno set.
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>

namespace inflight::packetdrill {

struct Table {
  void* self;
  void (*destroy)(void*);
  int (*socket)(void*, int domain, int type, int protocol);
  int (*bind)(void*, int, const sockaddr*, socklen_t);
  int (*listen)(void*, int, int backlog);
  int (*accept)(void*, int, sockaddr*, socklen_t*);
  int (*connect)(void*, int, const sockaddr*, socklen_t);
  ssize_t (*read)(void*, int, void*, std::size_t);
  ssize_t (*readv)(void*, int, const iovec*, int);
  ssize_t (*recv)(void*, int, void*, std::size_t, int flags);
  ssize_t (*recvfrom)(void*, int, void*, std::size_t, int flags, sockaddr*, socklen_t*);
  ssize_t (*recvmsg)(void*, int, msghdr*, int flags);
  ssize_t (*write)(void*, int, const void*, std::size_t);
  ssize_t (*writev)(void*, int, const iovec*, int);
  ssize_t (*send)(void*, int, const void*, std::size_t, int flags);
  ssize_t (*sendto)(void*, int, const void*, std::size_t, int flags, const sockaddr*, socklen_t);
  ssize_t (*sendmsg)(void*, int, const msghdr*, int flags);
  int (*fcntl)(void*, int, int command, ...);
  int (*ioctl)(void*, int, unsigned long request, ...);
  int (*close)(void*, int);
  int (*shutdown)(void*, int, int how);
  int (*getsockopt)(void*, int, int level, int name, void*, socklen_t*);
  int (*setsockopt)(void*, int, int level, int name, const void*, socklen_t);
  int (*poll)(void*, pollfd*, nfds_t, int timeout_ms);
  // A raw IP packet from the tester to the stack.
  int (*netdev_send)(void*, const void*, std::size_t);
  // The next one from the stack, with the time in microseconds at which it was sent.
  int (*netdev_receive)(void*, void*, std::size_t* size, long long* time_us);
  int (*usleep)(void*, useconds_t);
  int (*gettimeofday)(void*, timeval*, struct timezone*);
  int (*epoll_create)(void*, int);
  int (*epoll_ctl)(void*, int, int operation, int, epoll_event*);
  int (*epoll_wait)(void*, int, epoll_event*, int max_events, int timeout_ms);
  int (*pipe)(void*, int[2]);
  int (*splice)(void*, int, loff_t*, int, loff_t*, std::size_t, unsigned);
};
static_assert(sizeof(Table) == 33 * sizeof(void*));

// What the shared object exports. `flags` is the text of --so_flags, null without one.
using InitFunction = void (*)(const char* flags, Table* table);
inline constexpr const char* kInitFunction = "packetdrill_interface_init";

}  // namespace inflight::packetdrill
