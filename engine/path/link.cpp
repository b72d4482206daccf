// The transmitter and its queue. Work is counted in bits times 10^9, so that work / rate is in
// nanoseconds and the division's remainder is the exact fraction.
#include "path/link.h"

#include <algorithm>

#include "base/check.h"

namespace inflight::path {
namespace {

// 2^20 bytes keep bits times 10^9 far inside 64 bits; an IP packet has at most 2^16.
constexpr std::size_t kMaxPacketSize = 1 << 20;

ByteCount size_of(const wire::Packet& packet) {
  return ByteCount{static_cast<std::int64_t>(packet.size())};
}

}  // namespace

Link::Link(DataRate rate, ByteCount room) : rate_(rate), room_(room) {
  CHECK(rate.bits_per_second() > 0 && room >= ByteCount{0});
}

bool Link::push(wire::Packet&& packet, Instant now) {
  CHECK(!packet.empty() && packet.size() <= kMaxPacketSize);
  CHECK(next_departure() > now);
  if (packets_.empty()) {
    packets_.push_back(std::move(packet));
    early_ = 0;
    start_transmission(now);
    return true;
  }
  const ByteCount longer = queued_ + size_of(packet);
  if (longer > room_) return false;
  queued_ = longer;
  max_queued_ = std::max(max_queued_, queued_);
  packets_.push_back(std::move(packet));
  return true;
}

std::optional<wire::Packet> Link::pop(Instant now) {
  if (due_ > now || packets_.empty()) return std::nullopt;
  wire::Packet sent = packets_.pop_front();
  sent.arrival = due_;
  if (packets_.empty()) {
    due_ = kNever;
  } else {
    queued_ -= size_of(packets_.front());
    start_transmission(sent.arrival);
  }
  return sent;
}

Instant Link::next_departure() const { return due_; }

void Link::set(DataRate rate, ByteCount room, Instant now) {
  CHECK(rate.bits_per_second() > 0 && room >= ByteCount{0});
  room_ = room;
  if (!packets_.empty() && rate != rate_) {
    CHECK(due_ > now);
    const std::int64_t work_left = (due_ - now).count() * rate_.bits_per_second() - early_;
    rate_ = rate;
    finish_after(now, work_left);
  }
  rate_ = rate;
}

ByteCount Link::transmitting() const {
  return packets_.empty() ? ByteCount{0} : size_of(packets_.front());
}

void Link::start_transmission(Instant start) {
  finish_after(start, size_of(packets_.front()).value() * 8 * 1'000'000'000 - early_);
}

void Link::finish_after(Instant start, std::int64_t work) {
  // Rounded up. `work` is more than -rate, because `early_` is less than the rate.
  const std::int64_t rate = rate_.bits_per_second();
  const std::int64_t nanoseconds = (work + rate - 1) / rate;
  due_ = start + Duration{nanoseconds};
  early_ = nanoseconds * rate - work;
}

}  // namespace inflight::path
