#include "cli/interrupt.h"

#include <csignal>

namespace inflight::app {
namespace {

volatile std::sig_atomic_t requested_signal = 0;

extern "C" void on_signal(int number) {
  requested_signal = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  requested_signal = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interrupt::requested() const { return requested_signal != 0; }

}  // namespace inflight::app
