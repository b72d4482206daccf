#include "export/grouped_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/check.h"

namespace inflight::exporting {
namespace {

// The colours of the window's runs, which the colour-blind can tell apart too.
constexpr std::array<const char*, 6> kColours = {"#0072B2", "#D98200", "#00855f",
                                                 "#a4508b", "#D55E00", "#69727d"};
constexpr double kWidth = 720;
constexpr double kHeight = 360;
constexpr double kLeft = 72;
constexpr double kRight = 16;
constexpr double kTop = 64;
constexpr double kBottom = 40;
constexpr int kTicks = 5;

std::string escape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string number(double value) {
  std::array<char, 32> buffer{};
  const char* const format = value >= 100 || value == std::floor(value) ? "%.0f" : "%.1f";
  std::snprintf(buffer.data(), buffer.size(), format, value);
  return buffer.data();
}

// The smallest 1, 2 or 5 times a power of ten of which kTicks reach `largest`.
double tick_step(double largest) {
  const double rough = std::max(largest, 1e-9) / kTicks;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

std::string text(double x, double y, const std::string& content, const char* attributes) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" +
         escape(content) + "</text>\n";
}

std::string rectangle(double x, double y, double width, double height, const char* colour) {
  return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
         "\" height=\"" + number(height) + "\" fill=\"" + colour + "\"/>\n";
}

std::string grid(double step, double scale) {
  std::string svg;
  for (int i = 0; i <= kTicks; ++i) {
    const double y = kHeight - kBottom - i * step * scale;
    svg += "<line x1=\"" + number(kLeft) + "\" x2=\"" + number(kWidth - kRight) + "\" y1=\"" +
           number(y) + "\" y2=\"" + number(y) + "\" stroke=\"#dcdfe4\"/>\n";
    svg += text(kLeft - 8, y + 4, number(i * step), "text-anchor=\"end\" fill=\"#69727d\"");
  }
  return svg;
}

std::string legend(const GroupedChart& chart) {
  std::string svg;
  double x = kLeft;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += rectangle(x, kTop - 26, 10, 10, kColours[i]);
    svg += text(x + 16, kTop - 17, chart.series[i].name, "fill=\"#1c2026\"");
    x += 40 + 7.2 * static_cast<double>(chart.series[i].name.size());
  }
  return svg;
}

std::string bars(const GroupedChart& chart, double scale) {
  std::string svg;
  const double group_width = (kWidth - kLeft - kRight) / static_cast<double>(chart.groups.size());
  const double bar_width = 0.75 * group_width / static_cast<double>(chart.series.size());
  for (std::size_t g = 0; g < chart.groups.size(); ++g) {
    const double left = kLeft + static_cast<double>(g) * group_width + 0.125 * group_width;
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const double value = chart.series[s].values[g];
      const double x = left + static_cast<double>(s) * bar_width;
      const double y = kHeight - kBottom - value * scale;
      svg += rectangle(x + 1, y, bar_width - 2, value * scale, kColours[s]);
      svg +=
          text(x + bar_width / 2, y - 5, number(value), "text-anchor=\"middle\" fill=\"#1c2026\"");
    }
    svg += text(left + 0.375 * group_width, kHeight - kBottom + 22, chart.groups[g],
                "text-anchor=\"middle\" fill=\"#1c2026\"");
  }
  return svg;
}

}  // namespace

std::string to_svg(const GroupedChart& chart) {
  CHECK(!chart.groups.empty() && !chart.series.empty() && chart.series.size() <= kColours.size());
  double largest = 0;
  for (const BarSeries& series : chart.series) {
    CHECK(series.values.size() == chart.groups.size());
    largest = std::max(largest, *std::ranges::max_element(series.values));
  }
  const double step = tick_step(largest);
  const double scale = (kHeight - kTop - kBottom) / (step * kTicks);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(kWidth) +
                    " " + number(kHeight) + "\" font-family=\"sans-serif\" font-size=\"12\">\n";
  svg += rectangle(0, 0, kWidth, kHeight, "#ffffff");
  svg +=
      text(16, 24, chart.title + " (" + chart.unit + ")", "font-weight=\"bold\" fill=\"#1c2026\"");
  return svg + legend(chart) + grid(step, scale) + bars(chart, scale) + "</svg>\n";
}

}  // namespace inflight::exporting
