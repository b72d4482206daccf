// The arithmetic of stack_layout.h: fixed heights first, the rest to the panels by weight.
#include "ui/charts/stack_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace inflight::ui {
namespace {

constexpr double kTop = 8;
constexpr double kRight = 32;
constexpr double kGap = 12;
constexpr double kSmallGap = 4;
constexpr double kLeastPlot = 32;
constexpr double kStrip = 20;
constexpr double kEventRows = 3;
constexpr double kOverview = 28;

}  // namespace

StackLayout layOutStack(QSize size, const std::vector<double>& weights, StackMetrics metrics,
                        bool severalRuns) {
  const double left = std::round(metrics.gutter + 16);
  const double width = std::max(size.width() - left - kRight, 40.0);
  const double line = std::ceil(metrics.line);
  const double title = line + 10;
  const double events = kEventRows * line;
  const auto across = [&](double top, double height) { return QRectF(left, top, width, height); };

  StackLayout layout;
  double y = kTop;
  if (severalRuns) {
    layout.runs = across(y, line);
    y += line + kGap / 2;
  }
  const auto shown = std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; });
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double below =
      events + kSmallGap + kStrip + kSmallGap + line + kSmallGap + kOverview + kGap;
  const double room = size.height() - y - below - static_cast<double>(shown) * (title + kGap);
  for (const double weight : weights) {
    if (weight <= 0) {
      layout.panels.emplace_back();
      continue;
    }
    const double height = std::max(std::floor(room * weight / sum), kLeastPlot);
    layout.panels.push_back({across(y, title), across(y + title, height)});
    y += title + height + kGap;
  }
  layout.events = across(y, events);
  y += events + kSmallGap;
  layout.limits = across(y, kStrip);
  y += kStrip + kSmallGap;
  layout.ruler = across(y, line);
  y += line + kSmallGap;
  layout.overview = across(y, kOverview);
  return layout;
}

}  // namespace inflight::ui
