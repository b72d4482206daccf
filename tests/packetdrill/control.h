// Control messages that recvmsg() gives back, one behind the other.
#pragma once

#include <sys/socket.h>

#include "base/bytes.h"
#include "packetdrill/error_queue.h"

namespace inflight::packetdrill {

class ControlWriter {
 public:
  explicit ControlWriter(msghdr& message) : message_(message) {}
  // What is written is all there is.
  ~ControlWriter() { message_.msg_controllen = used_; }
  ControlWriter(const ControlWriter&) = delete;
  ControlWriter& operator=(const ControlWriter&) = delete;

  // MSG_CTRUNC if there is no room.
  void put(int level, int type, Bytes data);

 private:
  msghdr& message_;
  std::size_t used_ = 0;
};

// As ip_recv_error() and its IPv6 sister have it: the timestamp, then the error.
void put_error(const ErrorQueue::Entry& entry, int domain, ControlWriter& writer);

}  // namespace inflight::packetdrill
