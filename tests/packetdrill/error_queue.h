// A socket's error queue (MSG_ERRQUEUE) as far as sending fills it: that the buffers of
// MSG_ZEROCOPY are free again, and when a write's last byte was scheduled, sent and acknowledged
// (SO_TIMESTAMPING). Places are counted in bytes that the application wrote.
#pragma once

// clang-format off: the second needs the first.
#include <ctime>
#include <linux/errqueue.h>
// clang-format on

#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"

namespace inflight::packetdrill {

class ErrorQueue {
 public:
  struct Entry {
    sock_extended_err error{};
    // When it happened, for a timestamp.
    std::optional<Instant> at;
  };

  // A write with MSG_ZEROCOPY ended at `end`.
  void on_zerocopy(std::uint64_t end);
  // A write ended at `end`, of which `flags` (SOF_TIMESTAMPING_*) want to be told under this key.
  void on_stamped(std::uint64_t end, std::uint32_t key, std::uint32_t flags);
  // So much was sent for the first time, and acknowledged, until now.
  void on_progress(std::uint64_t sent, std::uint64_t acked, Instant now);

  bool empty() const { return entries_.empty(); }
  std::optional<Entry> take();
  // Grows with each entry: what edge-triggered epoll goes by.
  std::uint64_t added() const { return added_; }

 private:
  struct Waiting {
    std::uint64_t end = 0;
    std::uint32_t key = 0;
    std::uint32_t flags = 0;
    bool zerocopy = false;
    bool sent = false;
  };
  void add(const Entry& entry);
  void add_stamp(const Waiting& write, std::uint32_t what, Instant now);
  void add_zerocopy(std::uint32_t id);

  // In the order of their ends.
  std::deque<Waiting> waiting_;
  std::deque<Entry> entries_;
  std::uint32_t next_zerocopy_ = 0;
  std::uint64_t added_ = 0;
};

}  // namespace inflight::packetdrill
