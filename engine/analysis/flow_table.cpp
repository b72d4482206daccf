#include "analysis/flow_table.h"

#include <utility>

namespace inflight::analysis {
namespace {

constexpr std::size_t kInitialSlots = 1024;

// The finaliser of SplitMix64.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::uint64_t hash_endpoint(const wire::Endpoint& endpoint, std::uint64_t seed) {
  const auto [first, second] = endpoint.address.words();
  const std::uint64_t hash = mix(mix(seed ^ endpoint.port) + first);
  return endpoint.address.is_v4() ? hash : mix(hash + second);
}

bool joins(const Flow& flow, const wire::Endpoint& a, const wire::Endpoint& b) {
  return (flow.opener == a && flow.listener == b) || (flow.opener == b && flow.listener == a);
}

// Whether a SYN on the endpoints of `flow` opens a new one: a repeated SYN has the same number, and
// one that the capture shows behind its own answer has none to compare with.
bool is_another(const Flow& flow, const CapturedSegment& syn) {
  const auto isn = flow.tcp.opener_isn();
  if (isn) return *isn != syn.seq;
  return flow.tcp.over() || flow.stats().of(End::Listener).syns == 0;
}

}  // namespace

FlowTable::FlowTable(const FlowTableLimits& limits, std::uint64_t hash_seed)
    : limits_(limits), hash_seed_(hash_seed), slots_(kInitialSlots, kEmpty) {}

void FlowTable::handle_segment(const DissectedSegment& packet) {
  const std::uint32_t index = find_flow(packet);
  if (index == kEmpty) {
    ++dropped_;
    return;
  }
  Flow& flow = flows_[index];
  CapturedSegment segment = packet.segment;
  segment.from = packet.source == flow.opener ? End::Opener : End::Listener;
  flow.tcp.note_packet(packet, segment.from);
  flow.tcp.handle_segment(segment);
  if (log_.size() < limits_.segments) {
    flow.last_segment = log_.append(segment, flow.last_segment);
    if (flow.first_segment == SegmentLog::kNone) flow.first_segment = flow.last_segment;
  } else {
    ++flow.unlogged;
    ++dropped_;
  }
  if (!std::exchange(flow.reported, true)) changed_.push_back(index);
}

std::vector<std::uint32_t> FlowTable::take_changed() {
  for (const std::uint32_t index : changed_) flows_[index].reported = false;
  return std::exchange(changed_, {});
}

std::size_t FlowTable::memory() const {
  return flows_.size() * sizeof(Flow) + slots_.capacity() * sizeof(std::uint32_t) +
         changed_.capacity() * sizeof(std::uint32_t) + log_.memory();
}

std::uint64_t FlowTable::hash(const wire::Endpoint& a, const wire::Endpoint& b) const {
  // The same for both directions.
  return hash_endpoint(a, hash_seed_) + hash_endpoint(b, hash_seed_);
}

std::size_t FlowTable::find_slot(const wire::Endpoint& a, const wire::Endpoint& b) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash(a, b) & mask;
  while (slots_[slot] != kEmpty && !joins(flows_[slots_[slot]], a, b)) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t FlowTable::find_flow(const DissectedSegment& packet) {
  const std::size_t slot = find_slot(packet.source, packet.destination);
  const std::uint32_t index = slots_[slot];
  if (index == kEmpty) return add_flow(packet, slot);
  const bool opens = packet.segment.flags.syn && !packet.segment.flags.ack;
  return opens && is_another(flows_[index], packet.segment) ? add_flow(packet, slot) : index;
}

std::uint32_t FlowTable::add_flow(const DissectedSegment& packet, std::size_t slot) {
  if (flows_.size() >= limits_.flows) return kEmpty;
  const auto index = static_cast<std::uint32_t>(flows_.size());
  Flow& flow = flows_.emplace_back();
  // Who answers did not open.
  const bool answers = packet.segment.flags.syn && packet.segment.flags.ack;
  flow.opener = answers ? packet.destination : packet.source;
  flow.listener = answers ? packet.source : packet.destination;
  flow.ports_reused = slots_[slot] != kEmpty;
  if (!flow.ports_reused) ++used_slots_;
  slots_[slot] = index;
  if (used_slots_ * 2 > slots_.size()) grow();
  return index;
}

void FlowTable::grow() {
  const std::vector<std::uint32_t> old =
      std::exchange(slots_, std::vector<std::uint32_t>(slots_.size() * 2, kEmpty));
  for (const std::uint32_t index : old) {
    if (index == kEmpty) continue;
    slots_[find_slot(flows_[index].opener, flows_[index].listener)] = index;
  }
}

}  // namespace inflight::analysis
