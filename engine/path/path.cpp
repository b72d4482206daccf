// The chain of a path's parts. Packets are moved on lazily: only when somebody pushes, pops or
// looks, which is exact because every part knows its due times and draws nothing from `now`.
#include "path/path.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "path/fifo.h"

namespace inflight::path {
std::string_view to_string(DropPlace place) {
  switch (place) {
    case DropPlace::Queue:
      return "queue";
    case DropPlace::Random:
      return "random";
    case DropPlace::Burst:
      return "burst";
    case DropPlace::Mtu:
      return "mtu";
    case DropPlace::Codel:
      return "codel";
    case DropPlace::Policer:
      return "policer";
    case DropPlace::Outage:
      return "outage";
  }
  return "";
}

Path::Path(const PathConfig& config, const Random& random, wire::PacketPool& pool)
    : config_(config),
      loss_(config.loss, random.fork("loss")),
      burst_loss_(config.burst_share, config.burst_mean_packets, random.fork("burst")),
      policer_(config.policer),
      link_(config.rate, config.queue, random.fork("queue")),
      reorder_(config.reorder, config.reorder_delay, random.fork("reorder")),
      duplicate_(config.duplicate, random.fork("duplicate"), pool),
      delay_(config.delay, config.jitter, random.fork("jitter")) {
  CHECK(config.mtu > ByteCount{0});
}

void Path::push(wire::Packet packet, Instant now) {
  advance(now);
  ++counters_.pushed;
  const ByteCount size = size_of(packet);
  const std::uint64_t tag = packet.tag;
  if (const auto place = fate(packet, now)) {
    record_drop({.tag = tag, .place = *place, .time = now, .size = size});
  } else if (!link_.push(std::move(packet), now)) {
    record_drop({.tag = tag, .place = DropPlace::Queue, .time = now, .size = size});
  } else {
    inside_ += size;
    record_queue_events();
  }
}

std::optional<wire::Packet> Path::pop(Instant now) {
  if (delay_.next_departure() > now) advance(now);
  auto packet = delay_.pop(now);
  if (packet) {
    ++counters_.popped;
    inside_ -= size_of(*packet);
  }
  return packet;
}

Instant Path::next_departure() const {
  if (delay_.packets() > 0) return delay_.next_departure();
  const Instant enters_delay = std::min(link_.next_departure(), reorder_.next_departure());
  return enters_delay == kNever ? kNever : delay_.earliest_departure(enters_delay);
}

std::optional<Drop> Path::poll_drop() {
  if (drops_.empty()) return std::nullopt;
  return drops_.pop_front();
}

std::optional<Mark> Path::poll_mark() {
  if (marks_.empty()) return std::nullopt;
  return marks_.pop_front();
}

Snapshot Path::snapshot(Instant now) {
  advance(now);
  return {
      .queue = link_.queued(),
      .max_queue = link_.max_queued(),
      .in_transit = inside_ - link_.queued(),
      .inside = counters_.pushed + counters_.duplicated - counters_.popped - counters_.dropped(),
      .counters = counters_};
}

void Path::set(const PathConfig& config, Instant now) {
  CHECK(config.mtu > ByteCount{0});
  advance(now);
  loss_.set(config.loss);
  burst_loss_.set(config.burst_share, config.burst_mean_packets);
  policer_.set(config.policer, now);
  link_.set(config.rate, config.queue, now);
  record_queue_events();
  reorder_.set(config.reorder, config.reorder_delay);
  duplicate_.set(config.duplicate);
  delay_.set(config.delay, config.jitter);
  config_ = config;
}

void Path::advance(Instant now) {
  while (true) {
    // The earlier of the two goes first; if it is not due, neither is the other.
    const bool held_first =
        !reorder_.empty() && reorder_.next_departure() <= link_.next_departure();
    auto packet = held_first ? reorder_.pop(now) : link_.pop(now);
    if (!packet) return;
    if (!held_first) record_queue_events();
    if (!held_first && reorder_.takes_next()) {
      ++counters_.held_back;
      const Instant left_link = packet->arrival;
      CHECK(reorder_.push(std::move(*packet), left_link));
    } else {
      enter_delay(std::move(*packet));
    }
  }
}

void Path::enter_delay(wire::Packet packet) {
  const Instant now = packet.arrival;
  auto copy = duplicate_.copy_of(packet);
  CHECK(delay_.push(std::move(packet), now));
  if (!copy) return;
  ++counters_.duplicated;
  inside_ += size_of(*copy);
  CHECK(delay_.push(std::move(*copy), now));
}

std::optional<DropPlace> Path::fate(const wire::Packet& packet, Instant now) {
  if (config_.outage) return DropPlace::Outage;
  if (size_of(packet) > config_.mtu) return DropPlace::Mtu;
  if (loss_.takes_next()) return DropPlace::Random;
  if (burst_loss_.takes_next()) return DropPlace::Burst;
  if (policer_.takes(size_of(packet), now)) return DropPlace::Policer;
  return std::nullopt;
}

void Path::record_queue_events() {
  while (const auto event = link_.poll_event()) {
    if (event->dropped) {
      inside_ -= event->size;
      record_drop(
          {.tag = event->tag, .place = *event->dropped, .time = event->time, .size = event->size});
      continue;
    }
    ++counters_.marked;
    if (marks_.size() < kMaxUnreadDrops) marks_.push_back({event->tag, event->time});
  }
}

void Path::record_drop(const Drop& drop) {
  ++counters_.drops[static_cast<std::size_t>(drop.place)];
  if (drops_.size() < kMaxUnreadDrops) drops_.push_back(drop);
}

}  // namespace inflight::path
