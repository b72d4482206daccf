// Grouped bars as an SVG picture: one group for each value of what was varied, one bar in it for
// each series. For reports and READMEs; the window draws its own charts.
#pragma once

#include <string>
#include <vector>

namespace inflight::exporting {

struct BarSeries {
  std::string name;
  // One value a group, not negative.
  std::vector<double> values;
};

struct GroupedChart {
  std::string title;
  // Of the values: "Mbit/s".
  std::string unit;
  std::vector<std::string> groups;
  // At most six: as many colours can be told apart.
  std::vector<BarSeries> series;
};

// A complete SVG document; text stays text.
std::string to_svg(const GroupedChart& chart);

}  // namespace inflight::exporting
