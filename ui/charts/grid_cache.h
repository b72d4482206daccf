// Cells on a fixed time grid: cell k covers [k w, (k + 1) w). Keeps those of the last range asked
// for, so that a range that moved or grew costs only the cells that are new. A change of the cell
// width, or a range elsewhere, starts anew. What a cell holds is up to the user of the template.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace inflight::ui {

// The grid cell in which `time` lies; also before t = 0.
inline std::int64_t cellAt(Instant time, Duration width) {
  const std::int64_t t = time.time_since_epoch().count();
  const std::int64_t w = width.count();
  return t >= 0 ? t / w : -((-t + w - 1) / w);
}
inline Instant cellBegin(std::int64_t cell, Duration width) { return Instant{cell * width}; }

template <class Cell>
class GridCache {
 public:
  // Cells [first, first + count) of this width. `fill(cell, std::span<Cell>)` computes consecutive
  // cells; it is called only for cells that are not known yet. Cells from `changing` on may still
  // change: they are computed again next time.
  template <class Fill>
  std::span<const Cell> cells(std::int64_t first, std::size_t count, Duration width,
                              std::int64_t changing, const Fill& fill) {
    const std::int64_t last = first + static_cast<std::int64_t>(count);
    if (width != m_width || first > m_known || last < m_first || first < m_first) {
      restart(first, width);
    }
    dropBefore(first);
    if (m_known < last) {
      m_cells.resize(static_cast<std::size_t>(last - m_first));
      fill(m_known, std::span(m_cells).subspan(static_cast<std::size_t>(m_known - m_first)));
    }
    const std::span<const Cell> result(m_cells.data() + (first - m_first), count);
    m_known = std::clamp(changing, m_first, std::max(last, m_known));
    return result;
  }

  void clear() { restart(0, Duration{}); }

 private:
  void restart(std::int64_t first, Duration width) {
    m_cells.clear();
    m_first = m_known = first;
    m_width = width;
  }
  // In follow mode one or two cells leave on the left each frame; moving the rest is a memmove.
  void dropBefore(std::int64_t first) {
    const auto gone = std::min(static_cast<std::size_t>(first - m_first), m_cells.size());
    m_cells.erase(m_cells.begin(), m_cells.begin() + static_cast<std::ptrdiff_t>(gone));
    m_first = first;
    m_known = std::max(m_known, first);
  }

  std::vector<Cell> m_cells;
  std::int64_t m_first = 0;
  // Cells before this one are final.
  std::int64_t m_known = 0;
  Duration m_width{};
};

}  // namespace inflight::ui
