// Merging by series and millisecond.
#include "ui/bridge/coalesce.h"

#include <algorithm>
#include <array>
#include <vector>

namespace inflight::ui {

namespace {

using trace::Sample;
using trace::SeriesId;
using trace::SeriesSample;

std::int64_t millisecond(Instant time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Minimum, maximum and last of one stretch, in the order of time and each once.
void appendExtremes(std::span<const Sample> stretch, SeriesId series,
                    std::vector<SeriesSample>& out) {
  const auto byValue = [](const Sample& a, const Sample& b) { return a.value < b.value; };
  const auto [low, high] = std::minmax_element(stretch.begin(), stretch.end(), byValue);
  std::array indexes{low - stretch.begin(), high - stretch.begin(), std::ssize(stretch) - 1};
  std::ranges::sort(indexes);
  const auto unique = std::ranges::unique(indexes);
  for (auto it = indexes.begin(); it != unique.begin(); ++it) {
    out.push_back({series, stretch[static_cast<std::size_t>(*it)]});
  }
}

void appendCoalesced(std::span<const Sample> samples, SeriesId series,
                     std::vector<SeriesSample>& out) {
  std::size_t begin = 0;
  while (begin < samples.size()) {
    std::size_t end = begin + 1;
    while (end < samples.size() &&
           millisecond(samples[end].time) == millisecond(samples[begin].time)) {
      ++end;
    }
    appendExtremes(samples.subspan(begin, end - begin), series, out);
    begin = end;
  }
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::shared_ptr<const trace::Batch> coalesce(const trace::Batch& earlier,
                                             const trace::Batch& later) {
  std::array<std::vector<Sample>, trace::kSeriesCount> bySeries;
  for (const auto* batch : {&earlier, &later}) {
    for (const auto& [series, sample] : batch->samples) {
      bySeries[static_cast<std::size_t>(series)].push_back(sample);
    }
  }
  auto merged = std::make_shared<trace::Batch>();
  for (const auto& info : trace::all_series()) {
    const auto& samples = bySeries[static_cast<std::size_t>(info.id)];
    if (info.kind == trace::SeriesKind::Counter) {
      for (const auto& sample : samples) merged->samples.push_back({info.id, sample});
    } else {
      appendCoalesced(samples, info.id, merged->samples);
    }
  }
  const auto before = earlier.samples.size() + later.samples.size();
  merged->coalesced = earlier.coalesced + later.coalesced + before - merged->samples.size();
  append(merged->events, earlier.events);
  append(merged->events, later.events);
  append(merged->limits, earlier.limits);
  append(merged->limits, later.limits);
  merged->until = later.until;
  return merged;
}

}  // namespace inflight::ui
