// When a flow's data was sent, for the small picture in the table of flows: the payload of both
// directions in a fixed number of equal pieces of time from its first packet on. Takes the flow's
// segments as they come in; when they leave the last piece behind, pieces are joined two by two, so
// that it costs the same for a second and for a day.
#pragma once

#include <array>
#include <cstdint>

#include "analysis/flow_table.h"
#include "base/time.h"

namespace inflight::ui {

class FlowActivity {
 public:
  static constexpr std::size_t kPieces = 32;
  // Of the busiest piece, 0 to 255, over the flow's time; all 0 without data.
  using Shape = std::array<std::uint8_t, kPieces>;

  // The flow's segments that are new since the last call.
  void take(const analysis::Flow& flow, const analysis::SegmentLog& log);
  Shape shape() const;

 private:
  void add(Duration at, std::uint32_t bytes);

  // The last one that was taken.
  analysis::SegmentLog::Index m_last = analysis::SegmentLog::kNone;
  Duration m_piece = 1us;
  Duration m_end{};
  std::array<float, kPieces> m_bytes{};
};

}  // namespace inflight::ui
