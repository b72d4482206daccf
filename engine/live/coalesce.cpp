#include "live/coalesce.h"

#include <algorithm>
#include <array>

namespace inflight::live {
namespace {

using trace::SeriesSample;

// What is kept of one series within one stretch, as indexes into the batch.
struct Stretch {
  std::int64_t number = -1;
  std::size_t least = 0;
  std::size_t most = 0;
  std::size_t last = 0;
};

}  // namespace

void coalesce(trace::Batch& batch, Duration width) {
  const std::vector<SeriesSample>& samples = batch.samples;
  std::vector<bool> keep(samples.size(), false);
  std::array<Stretch, trace::kSeriesCount> open{};
  const auto close = [&](const Stretch& stretch) {
    if (stretch.number < 0) return;
    keep[stretch.least] = keep[stretch.most] = keep[stretch.last] = true;
  };
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Stretch& stretch = open[static_cast<std::size_t>(samples[i].series)];
    const std::int64_t number = samples[i].sample.time.time_since_epoch() / width;
    const double value = samples[i].sample.value;
    if (number != stretch.number) {
      close(stretch);
      stretch = {number, i, i, i};
    }
    if (value < samples[stretch.least].sample.value) stretch.least = i;
    if (value > samples[stretch.most].sample.value) stretch.most = i;
    stretch.last = i;
  }
  std::ranges::for_each(open, close);
  std::vector<SeriesSample> kept;
  kept.reserve(static_cast<std::size_t>(std::ranges::count(keep, true)));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (keep[i]) kept.push_back(samples[i]);
  }
  batch.coalesced += samples.size() - kept.size();
  batch.samples = std::move(kept);
}

void coalesce_limits(std::vector<std::pair<Instant, trace::Limit>>& limits, Duration width) {
  std::vector<std::pair<Instant, trace::Limit>> kept;
  Duration longest{};
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto& [time, limit] = limits[i];
    const Duration held = i + 1 < limits.size() ? limits[i + 1].first - time : width;
    const bool same_stretch = !kept.empty() && kept.back().first.time_since_epoch() / width ==
                                                   time.time_since_epoch() / width;
    if (!same_stretch) {
      kept.emplace_back(time, limit);
      longest = held;
    } else if (held > longest) {
      kept.back().second = limit;
      longest = held;
    }
  }
  limits = std::move(kept);
}

}  // namespace inflight::live
