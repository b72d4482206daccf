// What is visible of one series of one run, in the form in which it will be drawn: a rate on the
// column grid for counters; steps, or minima and maxima for each column when they are dense, for
// gauges; dots or a band for samples. Costs time by columns, not by samples, and when the range
// moved or grew only by the new ones.
#pragma once

#include <QPointF>
#include <QRectF>
#include <optional>
#include <vector>

#include "trace/time_series.h"
#include "ui/charts/grid_cache.h"
#include "ui/charts/plot_mapping.h"
#include "ui/charts/trace_view.h"

namespace inflight::ui {

class LineSource {
 public:
  enum class Form { Nothing, Rate, Steps, Columns, Dots, Band };

  explicit LineSource(trace::SeriesId id) : m_id(id) {}

  trace::SeriesId series() const { return m_id; }
  // Takes what lies in `range` (times of the axis). The view must stay until the next call.
  void look(const TraceView& view, TimeRange range, Duration columnWidth, Duration rateWidth);
  Form form() const { return m_form; }
  // Of the values in sight; nothing if there are none.
  std::optional<trace::MinMax> extent() const;

  // The line's points in the plot, from left to right; for Dots each on its own. Empty for Band.
  std::vector<QPointF> points(const PlotMapping& plot) const;
  // For Band: one rectangle for each column that has samples, at least a device pixel high.
  std::vector<QRectF> band(const PlotMapping& plot, double devicePixel) const;
  // The visible sample nearest to a moment in time; nothing if the form is not Steps or Dots.
  std::optional<trace::Sample> nearest(Instant time) const;

 private:
  const trace::TimeSeries& data() const { return m_view->trace->series(m_id); }
  Instant toTrace(Instant time) const { return time - m_view->offset; }
  double xOf(const PlotMapping& plot, Instant traceTime) const {
    return plot.x(traceTime + m_view->offset);
  }
  // Where the line ends on the right: the run's end or the range's.
  Instant lineEnd() const;
  void lookAtRate(Duration columnWidth, Duration rateWidth);
  void lookAtColumns(Duration columnWidth);
  std::vector<QPointF> ratePoints(const PlotMapping& plot) const;
  std::vector<QPointF> stepPoints(const PlotMapping& plot) const;
  std::vector<QPointF> columnPoints(const PlotMapping& plot) const;
  std::vector<QPointF> dotPoints(const PlotMapping& plot) const;

  trace::SeriesId m_id;
  const TraceView* m_view = nullptr;
  const trace::Trace* m_trace = nullptr;
  Form m_form = Form::Nothing;
  // In the trace's own times.
  TimeRange m_range;
  // Samples with indexes [m_begin, m_end) lie in the range.
  std::size_t m_begin = 0;
  std::size_t m_end = 0;
  // The grid: cell i of the spans below is cell m_first + i of this width.
  Duration m_width{1};
  std::int64_t m_first = 0;
  Duration m_rateWidth{};
  GridCache<double> m_rateCache;
  GridCache<trace::Column> m_columnCache;
  std::span<const double> m_rates;
  std::span<const trace::Column> m_columns;
};

}  // namespace inflight::ui
