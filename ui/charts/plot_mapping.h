// From times and values to points of a plot area and back.
#pragma once

#include <QRectF>
#include <algorithm>

#include "ui/charts/time_axis.h"

namespace inflight::ui {

struct PlotMapping {
  // In logical pixels of the scene.
  QRectF plot;
  TimeRange range;
  // Values at the bottom and at the top; high > low.
  double low = 0;
  double high = 1;

  double x(Instant time) const {
    return plot.left() + static_cast<double>((time - range.begin).count()) * pixelsPerNs();
  }
  double y(double value) const {
    return plot.bottom() - (value - low) / (high - low) * plot.height();
  }
  // Clamped to the visible range.
  Instant time(double x) const {
    const double share = std::clamp((x - plot.left()) / std::max(plot.width(), 1.0), 0.0, 1.0);
    return range.begin +
           Duration{static_cast<std::int64_t>(share * static_cast<double>(range.span().count()))};
  }
  double value(double y) const {
    return low + (plot.bottom() - y) / std::max(plot.height(), 1.0) * (high - low);
  }
  double pixelsPerNs() const {
    return plot.width() / static_cast<double>(std::max<std::int64_t>(range.span().count(), 1));
  }
  // The time that one pixel of a display with this many device pixels per logical one covers.
  Duration columnWidth(double devicePixelRatio) const {
    const double columns = std::max(plot.width() * devicePixelRatio, 1.0);
    const auto span = static_cast<double>(range.span().count());
    return std::max(Duration{static_cast<std::int64_t>(span / columns)}, Duration{1});
  }
};

}  // namespace inflight::ui
