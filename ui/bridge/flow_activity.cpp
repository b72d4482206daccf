// Adding, joining, and the shape over exactly the flow's time.
#include "ui/bridge/flow_activity.h"

#include <algorithm>

namespace inflight::ui {

void FlowActivity::take(const analysis::Flow& flow, const analysis::SegmentLog& log) {
  using analysis::SegmentLog;
  auto at = m_last == SegmentLog::kNone ? flow.first_segment : log.next(m_last);
  for (; at != SegmentLog::kNone; at = log.next(at)) {
    const auto segment = log[at];
    add(segment.time - flow.stats().first, segment.payload);
    m_last = at;
  }
}

void FlowActivity::add(Duration at, std::uint32_t bytes) {
  at = std::max(at, Duration{});
  m_end = std::max(m_end, at);
  while (at >= m_piece * static_cast<std::int64_t>(kPieces)) {
    for (std::size_t i = 0; i < kPieces / 2; ++i) {
      m_bytes[i] = m_bytes[2 * i] + m_bytes[2 * i + 1];
    }
    std::fill(m_bytes.begin() + kPieces / 2, m_bytes.end(), 0.0F);
    m_piece *= 2;
  }
  m_bytes[static_cast<std::size_t>(at / m_piece)] += static_cast<float>(bytes);
}

FlowActivity::Shape FlowActivity::shape() const {
  Shape shape{};
  // At least half of the pieces hold something: they are stretched over the whole shape.
  const auto used = static_cast<std::size_t>(m_end / m_piece) + 1;
  const float most = *std::max_element(m_bytes.begin(), m_bytes.end());
  if (most <= 0) return shape;
  for (std::size_t i = 0; i < kPieces; ++i) {
    // Little is not nothing.
    const float share = m_bytes[i * used / kPieces] / most;
    shape[i] = static_cast<std::uint8_t>(share > 0 ? std::max(share * 255, 1.0F) : 0.0F);
  }
  return shape;
}

}  // namespace inflight::ui
