// RFC 8290 §4: enqueueing, and the two lists that are served in turn.
#include "path/fq_codel.h"

#include <algorithm>

#include "path/flow_hash.h"

namespace inflight::path {

FqCodelQueue::FqCodelQueue(const QueueConfig& config, const Random& random)
    : config_(config), salt_(random.fork("flows").next()), flows_(kFlows) {}

bool FqCodelQueue::push(wire::Packet&& packet, QueueEvents& events) {
  const ByteCount size = size_of(packet);
  if (size > config_.room) return false;
  const Instant now = packet.arrival;
  const auto index =
      static_cast<std::uint32_t>(flow_hash(std::as_const(packet).bytes(), salt_) % kFlows);
  Flow& flow = flows_[index];
  flow.fifo.push(std::move(packet));
  bytes_ += size;
  ++packets_;
  if (!flow.listed) {
    flow.listed = true;
    flow.credit = kQuantum;
    fresh_.push_back(index);
  }
  // RFC 8290 §4.1. One by one: dropping half a queue at once, as it describes, is for processors
  // that are short of time.
  while (bytes_ > config_.room) drop_from_longest(now, events);
  return true;
}

void FqCodelQueue::drop_from_longest(Instant now, QueueEvents& events) {
  Flow* longest = nullptr;
  for (const FlowList* list : {&fresh_, &old_}) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      Flow& flow = flows_[(*list)[i]];
      if (longest == nullptr || flow.fifo.bytes() > longest->fifo.bytes()) longest = &flow;
    }
  }
  const auto head = longest->fifo.pop();
  bytes_ -= size_of(*head);
  --packets_;
  note_drop(*head, DropPlace::Queue, now, events);
}

FqCodelQueue::FlowList* FqCodelQueue::next_list() {
  if (!fresh_.empty()) return &fresh_;
  return old_.empty() ? nullptr : &old_;
}

void FqCodelQueue::retire(FlowList& list) {
  const std::uint32_t index = list.pop_front();
  // RFC 8290 §4.2: else a flow that empties its queue at each turn would stay a new one for ever,
  // and the old ones would starve.
  if (&list == &fresh_ && !old_.empty()) {
    old_.push_back(index);
  } else {
    flows_[index].listed = false;
  }
}

std::optional<wire::Packet> FqCodelQueue::pop(Instant now, QueueEvents& events) {
  while (FlowList* const list = next_list()) {
    Flow& flow = flows_[list->front()];
    if (flow.credit <= ByteCount{0}) {
      flow.credit += kQuantum;
      old_.push_back(list->pop_front());
      continue;
    }
    const ByteCount bytes_before = flow.fifo.bytes();
    const std::size_t packets_before = flow.fifo.packets();
    auto packet = flow.codel.pop(flow.fifo, now, config_.codel, events);
    bytes_ -= bytes_before - flow.fifo.bytes();
    packets_ -= packets_before - flow.fifo.packets();
    if (packet) {
      flow.credit -= size_of(*packet);
      return packet;
    }
    retire(*list);
  }
  return std::nullopt;
}

std::optional<wire::Packet> FqCodelQueue::take() {
  while (FlowList* const list = next_list()) {
    Flow& flow = flows_[list->front()];
    if (auto packet = flow.fifo.pop()) {
      bytes_ -= size_of(*packet);
      --packets_;
      return packet;
    }
    flow.listed = false;
    static_cast<void>(list->pop_front());
  }
  return std::nullopt;
}

}  // namespace inflight::path
