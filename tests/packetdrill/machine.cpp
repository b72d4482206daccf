#include "packetdrill/machine.h"

#include <algorithm>

#include "wire/ip.h"

namespace inflight::packetdrill {
namespace {

// The time of day at the beginning of virtual time.
constexpr std::int64_t kEpochSeconds = 1'700'000'000;
// Behind the beginning, so that no clock of the stack reads zero.
constexpr Instant kStart = Instant{} + 1000s;

stack::Config stack_config(const Profile& profile) {
  stack::Config config = profile.stack;
  // What a socket without an address of its own connects from.
  config.addresses = {wire::IpAddress::v4(192, 168, 0, 1),
                      wire::parse_address("fd3d:fa7b:d17d::1").value()};
  return config;
}

}  // namespace

Machine::Machine(const Profile& profile)
    : stack_(stack_config(profile), pool_, Random(profile.seed)), now_(kStart) {}

std::int64_t Machine::time_of_day_us(Instant instant) {
  return kEpochSeconds * 1'000'000 + instant.time_since_epoch() / 1us;
}

std::int64_t Machine::read_clock_us() {
  now_ += 1us;
  return time_of_day_us(now_);
}

void Machine::deliver(Bytes bytes) {
  if (const auto route = wire::parse_ip_route(bytes)) stack_.add_address(route->destination);
  wire::Packet packet = pool_.copy(bytes);
  packet.arrival = now_;
  stack_.handle_packet(packet, now_);
}

void Machine::settle() {
  while (const auto sent = stack_.poll_packet(now_)) {
    const Bytes bytes = sent->packet.bytes();
    emitted_.push_back({{bytes.begin(), bytes.end()}, now_});
  }
  if (settled_) settled_();
}

std::optional<Machine::Emitted> Machine::take_emitted() {
  if (emitted_.empty()) return std::nullopt;
  Emitted first = std::move(emitted_.front());
  emitted_.pop_front();
  return first;
}

bool Machine::advance(Instant limit) {
  const Instant due = stack_.next_timeout();
  if (due > limit) {
    now_ = std::max(now_, limit);
    return false;
  }
  now_ = std::max(now_, due);
  stack_.handle_timeout(now_);
  settle();
  return true;
}

}  // namespace inflight::packetdrill
