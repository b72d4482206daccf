// The stack in virtual time: packets go in at the present instant, those that come out are kept
// with the instant at which they were sent, and timers run each at its own instant when time
// passes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "packetdrill/profile.h"
#include "stack/stack.h"
#include "wire/packet.h"

namespace inflight::packetdrill {

class Machine {
 public:
  struct Emitted {
    std::vector<std::uint8_t> bytes;
    Instant at;
  };

  explicit Machine(const Profile& profile);

  stack::Stack& stack() { return stack_; }
  const stack::Stack& stack() const { return stack_; }
  Instant now() const { return now_; }
  // Time of day, in microseconds. Reading it lets a microsecond pass: callers spin on it.
  std::int64_t read_clock_us();
  static std::int64_t time_of_day_us(Instant instant);

  // A packet from the tester: whatever address it is for is ours.
  void deliver(Bytes packet);
  // Whatever the stack wants to send is sent now.
  void settle();
  // Called whenever that was done.
  void on_settled(std::function<void()> hook) { settled_ = std::move(hook); }
  std::optional<Emitted> take_emitted();
  std::size_t emitted() const { return emitted_.size(); }

  // Time passes until `limit`, or until the next thing happens before it: then true.
  bool advance(Instant limit);

 private:
  wire::PacketPool pool_;
  stack::Stack stack_;
  Instant now_;
  std::deque<Emitted> emitted_;
  std::function<void()> settled_;
};

}  // namespace inflight::packetdrill
