// What the same object answers when it is preloaded into packetdrill as well (LD_PRELOAD): the libc
// calls that do not go through the table. `getsockopt` serves the asserts of %{ }% blocks, `times`
// spares the wait at the start, `mlockall` and `sched_setscheduler` the privileges, `dlopen` the
// DEEPBIND flag that AddressSanitizer refuses, and `system` takes a script's sysctls as our own.
#include <dlfcn.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <unistd.h>

#include <bit>
#include <cstring>

#include "packetdrill/current.h"

namespace {

using inflight::packetdrill::Adapter;
using inflight::packetdrill::current_adapter;

// The function of this name that would be called without us.
template <class Function>
Function next_function(const char* name) {
  return std::bit_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int getsockopt(int fd, int level, int name,
                                                                 void* value,
                                                                 socklen_t* size) noexcept {
  Adapter* const adapter = current_adapter();
  if (adapter == nullptr || !adapter->owns(fd)) {
    return static_cast<int>(syscall(SYS_getsockopt, fd, level, name, value, size));
  }
  const auto result = adapter->call([&](Adapter::Parts& parts) {
    const inflight::MutableBytes room(static_cast<std::uint8_t*>(value), *size);
    return parts.sockets.get_option(fd, level, name, room, *size);
  });
  if (result) return 0;
  errno = result.error();
  return -1;
}

extern "C" __attribute__((visibility("default"))) clock_t times(struct tms* buffer) noexcept {
  // Its ticks are waited for: each call is one.
  static clock_t ticks = 0;
  if (buffer != nullptr) *buffer = {};
  return ++ticks;
}

extern "C" __attribute__((visibility("default"))) int mlockall(int) noexcept { return 0; }

extern "C" __attribute__((visibility("default"))) int sched_setscheduler(
    pid_t, int, const struct sched_param*) noexcept {
  return 0;
}

extern "C" __attribute__((visibility("default"))) void* dlopen(const char* file,
                                                               int mode) noexcept {
  static const auto real = next_function<void* (*)(const char*, int)>("dlopen");
  return real(file, mode & ~RTLD_DEEPBIND);
}

extern "C" __attribute__((visibility("default"))) int system(const char* command) {
  static const auto real = next_function<int (*)(const char*)>("system");
  Adapter* const adapter = current_adapter();
  // The asserts of %{ }% blocks are run by Python; everything else is about a host that we are not.
  if (adapter == nullptr || command == nullptr || std::strncmp(command, "python", 6) == 0) {
    return real(command);
  }
  adapter->shell(command);
  return 0;
}
