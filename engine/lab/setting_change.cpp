#include "lab/setting_change.h"

namespace inflight::lab {
namespace {

// "path.rate 50Mbit -> 20Mbit".
constexpr std::string_view kBecomes = " -> ";

}  // namespace

trace::Event change_event(Instant time, const SettingChange& change, trace::EventCause who) {
  return {.time = time,
          .kind = trace::EventKind::SettingChanged,
          .cause = who,
          .detail = change.key + " " + change.before + std::string(kBecomes) + change.after};
}

std::vector<TimedChange> changes_during(const trace::Trace& run) {
  std::vector<TimedChange> changes;
  for (const trace::Event& event : run.events) {
    if (event.kind != trace::EventKind::SettingChanged ||
        event.cause == trace::EventCause::Scheduled) {
      continue;
    }
    const std::size_t key = event.detail.find(' ');
    const std::size_t value = event.detail.rfind(kBecomes);
    if (key == std::string::npos || value == std::string::npos) continue;
    changes.push_back(
        {event.time, {event.detail.substr(0, key), event.detail.substr(value + kBecomes.size())}});
  }
  return changes;
}

}  // namespace inflight::lab
