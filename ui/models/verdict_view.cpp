// From the strip to sorted shares.
#include "ui/models/verdict_view.h"

#include <algorithm>

namespace inflight::ui {

std::vector<std::pair<trace::Limit, double>> sharesOf(const trace::LimitStrip& strip) {
  constexpr double kTooSmall = 0.005;
  std::vector<std::pair<trace::Limit, double>> result;
  const auto shares = strip.shares();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] >= kTooSmall) result.emplace_back(static_cast<trace::Limit>(i), shares[i]);
  }
  std::ranges::sort(result, std::greater{}, [](const auto& entry) { return entry.second; });
  return result;
}

}  // namespace inflight::ui
