#include "lab/schedule.h"

#include <algorithm>

#include "lab/scenario.h"

namespace inflight::lab {
namespace {

constexpr std::string_view kExample = "changes such as 5s:rate=20Mbit,8s:rtt=120ms";
constexpr std::string_view kPrefix = "path.";

std::unexpected<QuantityError> refused(const std::string& why) {
  return std::unexpected(QuantityError{std::string(kExample) + " (" + why + ")"});
}

// One change, as kept: the value as it is read back.
Quantity<ScheduledChange> parse_change(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t equals = text.find('=');
  if (colon == std::string_view::npos || equals == std::string_view::npos || equals < colon) {
    return std::unexpected(QuantityError{std::string(kExample)});
  }
  const auto at = parse_duration(text.substr(0, colon));
  if (!at) return refused("the time is " + at.error().expected);
  const std::string key =
      std::string(kPrefix) + std::string(text.substr(colon + 1, equals - colon - 1));
  const SettingInfo* const setting = find_setting(key);
  if (setting == nullptr) return refused("there is no " + key);
  if (setting->effect != Effect::WhileRunning) return refused(key + " cannot change in a run");
  Scenario scratch;
  if (const auto done = set(scratch, key, text.substr(equals + 1)); !done) {
    return refused(done.error().text);
  }
  return ScheduledChange{.at = *at, .key = key, .value = get(scratch, key)};
}

}  // namespace

Quantity<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    auto change = parse_change(text.substr(begin, end - begin));
    if (!change) return std::unexpected(change.error());
    if (schedule.size() == kMostChanges) {
      return refused("at most " + std::to_string(kMostChanges) + " of them");
    }
    schedule.push_back(std::move(*change));
    begin = end + 1;
  }
  std::ranges::stable_sort(schedule, {}, &ScheduledChange::at);
  return schedule;
}

std::string format_schedule(const Schedule& schedule) {
  std::string text;
  for (const ScheduledChange& change : schedule) {
    if (!text.empty()) text += ',';
    text +=
        format_duration(change.at) + ':' + change.key.substr(kPrefix.size()) + '=' + change.value;
  }
  return text;
}

}  // namespace inflight::lab
