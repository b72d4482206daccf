// Lines over one TCP connection of our stack: cuts what arrives at line ends, and writes out what
// waits. What a peer can make it hold is bounded in both directions.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "stack/stack.h"

namespace inflight::live {

class LineChannel {
 public:
  enum class State : std::uint8_t {
    Open,
    // The peer sent its end, or the connection is gone.
    Ended,
    // A line was longer than allowed.
    TooLong,
  };
  // Bytes that may wait to be written; a sender that would exceed it is refused.
  static constexpr std::size_t kMaxQueued = 512 * 1024;

  LineChannel(stack::Handle handle, std::size_t max_line) : handle_(handle), max_line_(max_line) {}

  stack::Handle handle() const { return handle_; }
  // False: too much waits already, the line was not taken.
  bool send(std::string_view line);
  // Takes in what arrived. To be called whenever the stack was.
  State run(stack::Stack& stack);
  // Hands on what waits, as far as the stack takes it.
  void flush(stack::Stack& stack);
  // The next complete line, without its end.
  std::optional<std::string> poll_line();
  // Everything was handed to the stack.
  bool flushed() const { return outgoing_.empty(); }

 private:
  void read(stack::Stack& stack);
  void cut_lines();

  stack::Handle handle_;
  std::size_t max_line_;
  std::string incoming_;
  std::string outgoing_;
  std::deque<std::string> lines_;
  State state_ = State::Open;
};

}  // namespace inflight::live
