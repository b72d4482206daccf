// The transmitter and its queue. Work is counted in bits times 10^9, so that work / rate is in
// nanoseconds and the division's remainder is the exact fraction.
#include "path/link.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "path/fifo.h"

namespace inflight::path {
namespace {

// 2^20 bytes keep bits times 10^9 far inside 64 bits; an IP packet has at most 2^16.
constexpr std::size_t kMaxPacketSize = 1 << 20;

}  // namespace

Link::Link(DataRate rate, const QueueConfig& queue, const Random& random)
    : rate_(rate), config_(queue), random_(random), queue_(make_queue(queue, random)) {
  CHECK(rate.bits_per_second() > 0);
}

bool Link::push(wire::Packet&& packet, Instant now) {
  CHECK(!packet.empty() && packet.size() <= kMaxPacketSize);
  CHECK(next_departure() > now);
  if (!sending_) {
    early_ = 0;
    transmit(std::move(packet), now);
    return true;
  }
  packet.arrival = now;
  if (!queue_->push(std::move(packet), events_)) return false;
  max_queued_ = std::max(max_queued_, queued());
  return true;
}

std::optional<wire::Packet> Link::pop(Instant now) {
  if (due_ > now || !sending_) return std::nullopt;
  wire::Packet sent = std::move(*sending_);
  sending_.reset();
  sent.arrival = std::exchange(due_, kNever);
  // The queue is asked as of when the transmitter became free, however late that is noticed.
  if (auto next = queue_->pop(sent.arrival, events_)) transmit(std::move(*next), sent.arrival);
  return sent;
}

Instant Link::next_departure() const { return due_; }

void Link::set(DataRate rate, const QueueConfig& queue, Instant now) {
  CHECK(rate.bits_per_second() > 0 && queue.room >= ByteCount{0});
  if (queue.discipline != config_.discipline) {
    replace_queue(queue, now);
  } else {
    queue_->set(queue);
  }
  config_ = queue;
  if (sending_ && rate != rate_) {
    CHECK(due_ > now);
    const std::int64_t work_left = (due_ - now).count() * rate_.bits_per_second() - early_;
    rate_ = rate;
    finish_after(now, work_left);
  }
  rate_ = rate;
}

void Link::replace_queue(const QueueConfig& queue, Instant now) {
  const std::unique_ptr<Queue> old = std::exchange(queue_, make_queue(queue, random_));
  while (auto packet = old->take()) {
    const QueueEvent refused{
        .dropped = DropPlace::Queue, .tag = packet->tag, .time = now, .size = size_of(*packet)};
    if (!queue_->push(std::move(*packet), events_)) events_.push_back(refused);
  }
}

std::optional<QueueEvent> Link::poll_event() {
  if (events_.empty()) return std::nullopt;
  return events_.pop_front();
}

ByteCount Link::transmitting() const { return sending_ ? size_of(*sending_) : ByteCount{0}; }

void Link::transmit(wire::Packet&& packet, Instant start) {
  sending_ = std::move(packet);
  finish_after(start, size_of(*sending_).value() * 8 * 1'000'000'000 - early_);
}

void Link::finish_after(Instant start, std::int64_t work) {
  // Rounded up. `work` is more than -rate, because `early_` is less than the rate.
  const std::int64_t rate = rate_.bits_per_second();
  const std::int64_t nanoseconds = (work + rate - 1) / rate;
  due_ = start + Duration{nanoseconds};
  early_ = nanoseconds * rate - work;
}

}  // namespace inflight::path
