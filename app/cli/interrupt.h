// Ctrl+C and termination as a question: while one of these lives, they only set a mark.
#pragma once

namespace inflight::app {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // A second one ends the program in the system's way.
  bool requested() const;
};

}  // namespace inflight::app
