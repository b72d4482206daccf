#include "packetdrill/error_queue.h"

#include <linux/net_tstamp.h>

#include <cerrno>

namespace inflight::packetdrill {

void ErrorQueue::on_zerocopy(std::uint64_t end) {
  waiting_.push_back({.end = end, .key = next_zerocopy_++, .zerocopy = true});
}

void ErrorQueue::on_stamped(std::uint64_t end, std::uint32_t key, std::uint32_t flags) {
  waiting_.push_back({.end = end, .key = key, .flags = flags});
}

void ErrorQueue::on_progress(std::uint64_t sent, std::uint64_t acked, Instant now) {
  for (Waiting& write : waiting_) {
    if (write.end > sent) break;
    if (write.zerocopy || write.sent) continue;
    write.sent = true;
    if ((write.flags & SOF_TIMESTAMPING_TX_SCHED) != 0) add_stamp(write, SCM_TSTAMP_SCHED, now);
    if ((write.flags & SOF_TIMESTAMPING_TX_SOFTWARE) != 0) add_stamp(write, SCM_TSTAMP_SND, now);
  }
  while (!waiting_.empty() && waiting_.front().end <= acked) {
    const Waiting write = waiting_.front();
    waiting_.pop_front();
    if (write.zerocopy) {
      add_zerocopy(write.key);
    } else if ((write.flags & SOF_TIMESTAMPING_TX_ACK) != 0) {
      add_stamp(write, SCM_TSTAMP_ACK, now);
    }
  }
}

std::optional<ErrorQueue::Entry> ErrorQueue::take() {
  if (entries_.empty()) return std::nullopt;
  const Entry entry = entries_.front();
  entries_.pop_front();
  return entry;
}

void ErrorQueue::add(const Entry& entry) {
  entries_.push_back(entry);
  ++added_;
}

void ErrorQueue::add_stamp(const Waiting& write, std::uint32_t what, Instant now) {
  Entry entry{.at = now};
  entry.error.ee_errno = ENOMSG;
  entry.error.ee_origin = SO_EE_ORIGIN_TIMESTAMPING;
  entry.error.ee_info = what;
  entry.error.ee_data = write.key;
  add(entry);
}

// One entry tells of a range of writes; we always copy, and say so.
void ErrorQueue::add_zerocopy(std::uint32_t id) {
  if (!entries_.empty() && entries_.back().error.ee_origin == SO_EE_ORIGIN_ZEROCOPY &&
      entries_.back().error.ee_data + 1 == id) {
    entries_.back().error.ee_data = id;
    ++added_;
    return;
  }
  Entry entry;
  entry.error.ee_origin = SO_EE_ORIGIN_ZEROCOPY;
  entry.error.ee_code = SO_EE_CODE_ZEROCOPY_COPIED;
  entry.error.ee_info = id;
  entry.error.ee_data = id;
  add(entry);
}

}  // namespace inflight::packetdrill
