// Binary searches for event_index.h.
#include "ui/charts/event_index.h"

#include <algorithm>

namespace inflight::ui {

void EventIndex::update(const trace::Trace* trace) {
  if (trace != m_trace || (trace && trace->events.size() < m_taken)) {
    m_trace = trace;
    m_taken = 0;
    for (auto& indexes : m_byKind) indexes.clear();
  }
  if (!trace) return;
  for (; m_taken < trace->events.size(); ++m_taken) {
    const auto kind = static_cast<std::size_t>(trace->events[m_taken].kind);
    m_byKind[kind].push_back(static_cast<std::uint32_t>(m_taken));
  }
}

std::span<const std::uint32_t> EventIndex::of(trace::EventKind kind, Instant begin,
                                              Instant end) const {
  const auto all = of(kind);
  const auto before = [this](std::uint32_t index, Instant time) {
    return event(index).time < time;
  };
  const auto from = std::lower_bound(all.begin(), all.end(), begin, before);
  const auto to = std::lower_bound(from, all.end(), end, before);
  return {from, to};
}

}  // namespace inflight::ui
