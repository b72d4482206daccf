// RFC 8289 §5: the two routines of its pseudocode, with marking in the place of a drop.
#include "path/codel.h"

#include <cmath>

namespace inflight::path {
namespace {

// RFC 8289 §5.5: who drops again so soon after it stopped goes on at about the rate it had.
constexpr int kSoonIntervals = 16;

}  // namespace

Instant Codel::control_law(Instant from, Duration interval, std::uint32_t count) {
  const double step = static_cast<double>(interval.count()) / std::sqrt(double{1} * count);
  return from + Duration{std::llround(step)};
}

Codel::Next Codel::take(Fifo& fifo, Instant now, const CodelConfig& config) {
  Next next{.packet = fifo.pop()};
  if (!next.packet) {
    first_above_.reset();
    return next;
  }
  largest_ = std::max(largest_, size_of(*next.packet));
  const Duration waited = now - next.packet->arrival;
  if (waited < config.target || fifo.bytes() <= largest_) {
    first_above_.reset();
  } else if (!first_above_) {
    first_above_ = now + config.interval;
  } else {
    next.ok_to_drop = now >= *first_above_;
  }
  return next;
}

std::optional<wire::Packet> Codel::pop(Fifo& fifo, Instant now, const CodelConfig& config,
                                       QueueEvents& events) {
  Next next = take(fifo, now, config);
  if (!dropping_) {
    if (!next.ok_to_drop) return std::move(next.packet);
    const bool marked = mark(*next.packet, now, events);
    if (!marked) {
      note_drop(*next.packet, DropPlace::Codel, now, events);
      next = take(fifo, now, config);
    }
    enter_dropping(now, config);
    return std::move(next.packet);
  }
  dropping_ = next.ok_to_drop;
  while (dropping_ && now >= drop_next_) {
    ++count_;
    const bool marked = mark(*next.packet, now, events);
    if (!marked) {
      note_drop(*next.packet, DropPlace::Codel, now, events);
      next = take(fifo, now, config);
      dropping_ = next.ok_to_drop;
    }
    if (dropping_) drop_next_ = control_law(drop_next_, config.interval, count_);
    if (marked) break;
  }
  return std::move(next.packet);
}

void Codel::enter_dropping(Instant now, const CodelConfig& config) {
  dropping_ = true;
  const std::uint32_t before = count_ - last_count_;
  const bool soon = now - drop_next_ < config.interval * kSoonIntervals;
  count_ = before > 1 && soon ? before : 1;
  last_count_ = count_;
  drop_next_ = control_law(now, config.interval, count_);
}

bool CodelQueue::push(wire::Packet&& packet, QueueEvents&) {
  if (fifo_.bytes() + size_of(packet) > config_.room) return false;
  fifo_.push(std::move(packet));
  return true;
}

}  // namespace inflight::path
