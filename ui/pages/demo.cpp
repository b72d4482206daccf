// The steps of the demonstration.
#include "ui/pages/demo.h"

#include <QtGlobal>
#include <array>

namespace inflight::ui {

std::span<const DemoStep> demoSteps() {
  static const std::array<DemoStep, 5> steps{{
      {"stutter", "sender.hystart",
       QT_TRANSLATE_NOOP("Demo",
                         "Slow start doubles the window each round trip, until the path's "
                         "queue overflows."),
       QT_TRANSLATE_NOOP("Demo", "Turn HyStart on and run again"), true, false},
      {"stutter-hystart", "sender.hystart",
       QT_TRANSLATE_NOOP("Demo",
                         "The same path. HyStart leaves slow start when it sees the queue "
                         "grow."),
       QT_TRANSLATE_NOOP("Demo", "Next: what limited 2.9?"), false, true},
      {"coder-2.9", "receiver.receive_buffer",
       QT_TRANSLATE_NOOP("Demo",
                         "Window and bytes in flight lie flat on one another: half of the "
                         "receive buffer."),
       QT_TRANSLATE_NOOP("Demo", "Next: lost inside the process"), false, false},
      {"lost-inside", "outbound_queue.policy",
       QT_TRANSLATE_NOOP("Demo",
                         "Encryption is slower than the path: the outbound queue drops "
                         "packets before they are ever sent."),
       QT_TRANSLATE_NOOP("Demo", "Switch to backpressure and run again"), false, false},
      {"lost-inside-backpressure", "outbound_queue.policy",
       QT_TRANSLATE_NOOP("Demo",
                         "Now the stack waits while the queue is full: nothing is dropped."),
       "", false, true},
  }};
  return steps;
}

}  // namespace inflight::ui
