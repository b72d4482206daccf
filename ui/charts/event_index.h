// The events of a trace by kind, so that a lane of markers finds the next one of a kind in
// logarithmic time however many there are. Grows with its trace.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trace/trace.h"

namespace inflight::ui {

class EventIndex {
 public:
  // Takes in what the trace has gained; starts anew for another trace.
  void update(const trace::Trace* trace);

  // Indexes into the trace's events, ascending in time.
  std::span<const std::uint32_t> of(trace::EventKind kind) const {
    return m_byKind[static_cast<std::size_t>(kind)];
  }
  // Those of a kind in [begin, end).
  std::span<const std::uint32_t> of(trace::EventKind kind, Instant begin, Instant end) const;
  const trace::Event& event(std::uint32_t index) const { return m_trace->events[index]; }

 private:
  const trace::Trace* m_trace = nullptr;
  std::size_t m_taken = 0;
  std::array<std::vector<std::uint32_t>, trace::kEventKindCount> m_byKind;
};

}  // namespace inflight::ui
