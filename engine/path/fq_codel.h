// FQ-CoDel (RFC 8290): each flow has a queue of its own with CoDel in it, and they are served in
// turn, by bytes. A flow that needs less than its turn is served before those that queue, so what
// is sparse never waits for what is bulky. Flows are told apart by a hash of what the path sees
// (flow_hash.h); two may share a queue.
#pragma once

#include <cstdint>
#include <vector>

#include "path/codel.h"
#include "path/fifo.h"
#include "path/queue.h"

namespace inflight::path {

class FqCodelQueue final : public Queue {
 public:
  // RFC 8290 §4.1.1, §5.2.4: the usual number of queues; a turn is one full packet.
  static constexpr std::size_t kFlows = 1024;
  static constexpr ByteCount kQuantum{1500};

  FqCodelQueue(const QueueConfig& config, const Random& random);

  // Beyond the room the longest queue loses from its head until there is enough again. False only
  // for a packet that is larger than the whole room.
  bool push(wire::Packet&& packet, QueueEvents& events) override;
  std::optional<wire::Packet> pop(Instant now, QueueEvents& events) override;
  std::optional<wire::Packet> take() override;
  void set(const QueueConfig& config) override { config_ = config; }
  ByteCount bytes() const override { return bytes_; }
  std::size_t packets() const override { return packets_; }

 private:
  struct Flow {
    Fifo fifo;
    Codel codel;
    // Bytes it may still send in this turn.
    ByteCount credit;
    // It stands in one of the two lists.
    bool listed = false;
  };
  using FlowList = RingQueue<std::uint32_t>;

  // The list whose turn it is; null if there is nothing in either.
  FlowList* next_list();
  // A flow that gave no packet leaves its list, or waits once more among the old ones.
  void retire(FlowList& list);
  void drop_from_longest(Instant now, QueueEvents& events);

  QueueConfig config_;
  std::uint64_t salt_;
  std::vector<Flow> flows_;
  // Flows that began to queue just now come before those that have queued for a while.
  FlowList fresh_;
  FlowList old_;
  ByteCount bytes_;
  std::size_t packets_ = 0;
};

}  // namespace inflight::path
