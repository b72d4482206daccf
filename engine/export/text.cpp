// Plain lines, aligned with spaces.
#include "export/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "trace/derived.h"

namespace inflight::exporting {
namespace {

// A share of the time below this is not worth a line.
constexpr double kLeastShare = 0.005;

std::string fixed(double value, int decimals) {
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return buffer.data();
}

std::string padded(std::string text, std::size_t width) {
  text.append(width > text.size() ? width - text.size() : 0, ' ');
  return text;
}

using Row = std::pair<std::string, std::string>;

Row row(const trace::Interval& interval) {
  return {fixed(to_seconds(interval.begin), 2) + "-" + fixed(to_seconds(interval.end), 2) + " sec",
          fixed(interval.megabits_per_second, 4) + " Mbits/sec"};
}

std::string at(std::optional<Instant> time) {
  return time ? " (" + fixed(to_seconds(*time), 3) + " s)" : std::string();
}

std::string shares(const trace::Verdict& verdict) {
  std::vector<std::size_t> order(verdict.shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t i) { return verdict.shares[i]; });
  std::string text;
  for (const std::size_t i : order) {
    if (verdict.shares[i] < kLeastShare) break;
    text += text.empty() ? "  " : ", ";
    text += fixed(verdict.shares[i] * 100, 0) + " % " +
            std::string(trace::to_string(static_cast<trace::Limit>(i)));
  }
  std::ranges::replace(text, '_', ' ');
  return text.empty() ? text : text + '\n';
}

}  // namespace

std::string interval_table(const trace::Trace& trace, Duration width) {
  std::vector<Row> rows{{"INTERVAL", "THROUGHPUT"}};
  for (const trace::Interval& interval : trace::intervals(trace, width)) {
    rows.push_back(row(interval));
  }
  const Row last = row(trace::overall(trace));
  std::size_t first_width = last.first.size();
  std::size_t second_width = last.second.size();
  for (const auto& [interval, throughput] : rows) {
    first_width = std::max(first_width, interval.size());
    second_width = std::max(second_width, throughput.size());
  }
  std::string text;
  for (const auto& [interval, throughput] : rows) {
    text += padded(interval, first_width) + "  " + throughput + '\n';
  }
  text += std::string(first_width + 2 + second_width, '-') + '\n';
  return text + padded(last.first, first_width) + "  " + last.second + '\n';
}

std::string verdict_text(const trace::Verdict& verdict) {
  std::string text = verdict.headline + '\n';
  if (!verdict.explanation.empty()) text += "  " + verdict.explanation + '\n';
  text += shares(verdict);
  for (const trace::Evidence& evidence : verdict.evidence) {
    text += "  - " + evidence.text + at(evidence.time) + '\n';
  }
  for (const trace::Finding& finding : verdict.findings) {
    text += "  ! " + finding.text + at(finding.time) + '\n';
  }
  for (const trace::Advice& advice : verdict.advice) {
    text += "  > " + advice.title + ": " + advice.text + '\n';
    for (const trace::Override& change : advice.overrides) {
      text += "      --set " + change.key + '=' + change.value + '\n';
    }
  }
  return text;
}

}  // namespace inflight::exporting
