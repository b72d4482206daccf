// Choice of form, and points, for line_source.h.
#include "ui/charts/line_source.h"

#include <algorithm>
#include <cmath>

#include "trace/derived.h"

namespace inflight::ui {
namespace {

// More samples in a column than this, on average, are drawn as minimum and maximum.
constexpr std::size_t kDensePerColumn = 2;
// Columns that differ less in height are joined without a step.
constexpr double kSmoothPx = 4;

void widen(std::optional<trace::MinMax>& extent, double value) {
  if (!extent) extent = trace::MinMax{value, value};
  extent->min = std::min(extent->min, value);
  extent->max = std::max(extent->max, value);
}

}  // namespace

void LineSource::look(const TraceView& view, TimeRange range, Duration columnWidth,
                      Duration rateWidth) {
  if (m_trace != view.trace.get()) {
    m_rateCache.clear();
    m_columnCache.clear();
  }
  m_view = &view;
  m_trace = view.trace.get();
  m_range = {toTrace(range.begin), toTrace(range.end)};
  m_form = Form::Nothing;
  m_rates = {};
  m_columns = {};
  if (data().empty()) return;

  const trace::SeriesKind kind = trace::info(m_id).kind;
  if (kind == trace::SeriesKind::Counter) return lookAtRate(columnWidth, rateWidth);
  m_begin = data().lower_bound(m_range.begin);
  m_end = data().lower_bound(m_range.end + Duration{1});
  const auto columns = static_cast<std::size_t>(range.span() / columnWidth + 1);
  const bool dense = m_end - m_begin > kDensePerColumn * columns;
  const bool samples = kind == trace::SeriesKind::Samples;
  m_form = dense ? (samples ? Form::Band : Form::Columns) : (samples ? Form::Dots : Form::Steps);
  if (dense) lookAtColumns(columnWidth);
}

void LineSource::lookAtRate(Duration columnWidth, Duration rateWidth) {
  m_form = Form::Rate;
  m_width = columnWidth;
  if (m_rateWidth != std::max(rateWidth, columnWidth)) m_rateCache.clear();
  // A column wider than the smoothing shows its own mean, so that no byte is left out.
  m_rateWidth = std::max(rateWidth, columnWidth);
  m_first = cellAt(m_range.begin, m_width);
  const std::int64_t last = cellAt(m_range.end, m_width) + 2;
  m_rates = m_rateCache.cells(m_first, static_cast<std::size_t>(last - m_first), m_width,
                              cellAt(data().back().time, m_width),
                              [this](std::int64_t cell, std::span<double> out) {
                                for (double& rate : out) {
                                  const Instant time = cellBegin(cell++, m_width);
                                  rate = trace::mean_rate(data(), time, m_rateWidth);
                                }
                              });
}

void LineSource::lookAtColumns(Duration columnWidth) {
  m_width = columnWidth;
  m_first = cellAt(m_range.begin, m_width);
  const std::int64_t last = cellAt(m_range.end, m_width) + 1;
  m_columns = m_columnCache.cells(m_first, static_cast<std::size_t>(last - m_first), m_width,
                                  cellAt(data().back().time, m_width),
                                  [this](std::int64_t cell, std::span<trace::Column> out) {
                                    data().columns(cellBegin(cell, m_width), m_width, out);
                                  });
}

Instant LineSource::lineEnd() const { return std::min(m_range.end, m_trace->end()); }

std::optional<trace::MinMax> LineSource::extent() const {
  std::optional<trace::MinMax> extent;
  if (m_form == Form::Nothing) return extent;
  if (m_form == Form::Rate) {
    for (const double rate : m_rates) widen(extent, rate);
    return extent;
  }
  for (const trace::Column& column : m_columns) {
    if (column.count == 0) continue;
    widen(extent, column.min);
    widen(extent, column.max);
  }
  if (m_form == Form::Steps || m_form == Form::Dots) {
    for (std::size_t i = m_begin; i < m_end; ++i) widen(extent, data()[i].value);
  }
  // A gauge holds what it had before the range.
  const bool gauge = m_form == Form::Steps || m_form == Form::Columns;
  if (gauge && m_begin > 0 && m_range.begin <= m_trace->end()) {
    widen(extent, data()[m_begin - 1].value);
  }
  return extent;
}

std::vector<QPointF> LineSource::points(const PlotMapping& plot) const {
  switch (m_form) {
    case Form::Rate:
      return ratePoints(plot);
    case Form::Steps:
      return stepPoints(plot);
    case Form::Columns:
      return columnPoints(plot);
    case Form::Dots:
      return dotPoints(plot);
    case Form::Nothing:
    case Form::Band:
      break;
  }
  return {};
}

std::vector<QPointF> LineSource::ratePoints(const PlotMapping& plot) const {
  std::vector<QPointF> points;
  points.reserve(m_rates.size());
  for (std::size_t i = 0; i < m_rates.size(); ++i) {
    const Instant time = cellBegin(m_first + static_cast<std::int64_t>(i), m_width);
    if (time < Instant{}) continue;
    if (time > m_trace->end()) break;
    points.emplace_back(xOf(plot, time), plot.y(m_rates[i]));
  }
  return points;
}

std::vector<QPointF> LineSource::stepPoints(const PlotMapping& plot) const {
  std::vector<QPointF> points;
  points.reserve(2 * (m_end - m_begin) + 2);
  std::size_t first = m_begin;
  if (m_begin > 0) {
    points.emplace_back(plot.plot.left(), plot.y(data()[m_begin - 1].value));
  } else if (m_begin < m_end) {
    const trace::Sample sample = data()[first++];
    points.emplace_back(xOf(plot, sample.time), plot.y(sample.value));
  }
  for (std::size_t i = first; i < m_end; ++i) {
    const trace::Sample sample = data()[i];
    const double x = xOf(plot, sample.time);
    const double y = plot.y(sample.value);
    if (y == points.back().y()) continue;
    points.emplace_back(x, points.back().y());
    points.emplace_back(x, y);
  }
  if (!points.empty()) points.emplace_back(xOf(plot, lineEnd()), points.back().y());
  return points;
}

std::vector<QPointF> LineSource::columnPoints(const PlotMapping& plot) const {
  std::vector<QPointF> points;
  points.reserve(2 * m_columns.size());
  if (m_begin > 0) points.emplace_back(plot.plot.left(), plot.y(data()[m_begin - 1].value));
  for (std::size_t i = 0; i < m_columns.size(); ++i) {
    const trace::Column& column = m_columns[i];
    if (column.count == 0) continue;
    const Instant middle = cellBegin(m_first + static_cast<std::int64_t>(i), m_width) + m_width / 2;
    const double x = xOf(plot, middle);
    const double y = plot.y(column.last);
    if (points.empty()) points.emplace_back(x, plot.y(column.first));
    const double before = points.back().y();
    const double top = plot.y(column.max);
    const double bottom = plot.y(column.min);
    const bool flat = top == before && bottom == before && y == before;
    if (flat) continue;
    // A smooth line needs but one point.
    if (bottom - top < 0.5 && std::abs(y - before) < kSmoothPx) {
      points.emplace_back(x, y);
      continue;
    }
    // A step at this column: along, through both extremes, and on from the last value.
    points.emplace_back(x, before);
    if (std::min(top, y) < y - 0.5 && top < before - 0.5) points.emplace_back(x, top);
    if (std::max(bottom, y) > y + 0.5 && bottom > before + 0.5) points.emplace_back(x, bottom);
    points.emplace_back(x, y);
  }
  if (!points.empty()) points.emplace_back(xOf(plot, lineEnd()), points.back().y());
  return points;
}

std::vector<QPointF> LineSource::dotPoints(const PlotMapping& plot) const {
  std::vector<QPointF> points;
  points.reserve(m_end - m_begin);
  for (std::size_t i = m_begin; i < m_end; ++i) {
    const trace::Sample sample = data()[i];
    points.emplace_back(xOf(plot, sample.time), plot.y(sample.value));
  }
  return points;
}

std::vector<QRectF> LineSource::band(const PlotMapping& plot, double devicePixel) const {
  std::vector<QRectF> rects;
  if (m_form != Form::Band) return rects;
  rects.reserve(m_columns.size());
  for (std::size_t i = 0; i < m_columns.size(); ++i) {
    const trace::Column& column = m_columns[i];
    if (column.count == 0) continue;
    const double x = xOf(plot, cellBegin(m_first + static_cast<std::int64_t>(i), m_width));
    const double top = plot.y(column.max);
    const double height = std::max(plot.y(column.min) - top, devicePixel);
    rects.emplace_back(std::floor(x / devicePixel) * devicePixel, top, devicePixel, height);
  }
  return rects;
}

std::optional<trace::Sample> LineSource::nearest(Instant time) const {
  if (m_form != Form::Steps && m_form != Form::Dots) return std::nullopt;
  if (m_begin == m_end) return std::nullopt;
  const Instant wanted = toTrace(time);
  std::size_t i = std::clamp(data().lower_bound(wanted), m_begin, m_end - 1);
  if (i > m_begin && wanted - data()[i - 1].time < data()[i].time - wanted) --i;
  trace::Sample sample = data()[i];
  sample.time += m_view->offset;
  return sample;
}

}  // namespace inflight::ui
